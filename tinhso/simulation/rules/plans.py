"""What is going to happen on a day: who files what, and how it goes on.

All of it hangs on the seed and the day, so that two runs are alike, whatever was made
up before or in which order.
"""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from tinhso.kernel.clock import VIETNAM, local
from tinhso.kernel.ids import RANDOM_BITS, id_of
from tinhso.procedures.types import Action, Channel, Need, Procedure, Status, Step
from tinhso.simulation.rules.people import somebody
from tinhso.simulation.types import (
    APPLICANT,
    CLOCK,
    LEADER,
    Activity,
    Course,
    Filed,
    Hours,
    Officer,
    Plan,
    Rating,
    Somebody,
    Turn,
    Weighted,
)

# A person comes in between opening and closing, not at the very minute.
OPEN_HOURS = (0.05, 7.9)
NEAR = 750  # days; what is nearer to its example's day moves along with it
AFTER = timedelta(minutes=1)
NO_REASON = "Không nêu lý do (mô phỏng)."


class HasWeight(Protocol):
    """Something that comes so often beside others."""

    @property
    def weight(self) -> float:
        """Tell how often."""


T = TypeVar("T", bound=HasWeight)


@dataclass(frozen=True, slots=True)
class Chances(Generic[T]):
    """Several things, of which one is drawn again and again; sums: of their weights."""

    items: Sequence[T]
    sums: Sequence[float]

    @classmethod
    def of(cls, items: Sequence[T]) -> "Chances[T]":
        """Lay them out."""
        return cls(items, list(accumulate(one.weight for one in items)))

    def draw(self, dice: Random) -> T:
        """Draw one."""
        return self.items[bisect(self.sums, dice.random() * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that receives: its people have the numbers first to last.

    since: from when it is there, its officers with it. unit_code: of its commune.
    """

    organization_id: UUID
    unit_code: str
    home: str
    since: date
    weight: float
    first: int
    last: int
    hours: Hours
    staff: Mapping[str, Sequence[Officer]]

    @property
    def officers(self) -> Iterator[Officer]:
        """Walk through its officers."""
        return (one for several in self.staff.values() for one in several)


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that is in force, and how its answers are made.

    fixed: answers that stay; moving: by how many days an answer lies from the day;
    files: fields that take one.
    """

    filed: Filed
    procedure: Procedure
    channels: Chances[Weighted]
    fixed: Mapping[str, Any]
    moving: Mapping[str, int]
    files: Sequence[str]

    @property
    def weight(self) -> float:
        """Tell how often it comes."""
        return self.filed.weight


@dataclass(frozen=True, slots=True)
class World:
    """Everything of a day that its dossiers can meet. until: nothing is later."""

    activity: Activity
    units: Chances[Unit]
    offers: Chances[Offer]
    courses: Chances[Course]
    levels: Chances[Weighted]
    seed: int
    share: float
    until: datetime


def plans_of(world: World, day: date) -> list[Plan]:
    """Plan the dossiers of a day, in the order in which they come in."""
    dice = Random(f"{world.seed}/{day.isoformat()}")  # noqa: S311 - it is a play
    made = [_plan(world, day, dice) for _ in range(_count(world, day, dice))]
    return sorted((one for one in made if one), key=lambda one: one.id)


def _count(world: World, day: date, dice: Random) -> int:
    wanted = world.activity.a_day * busy(world.activity, day) * world.share
    return int(wanted) + (dice.random() < wanted % 1)


def busy(told: Activity, day: date) -> float:
    """Tell how busy a day is beside the average one."""
    return _beside(told.months, day.month - 1) * _beside(told.weekdays, day.weekday())


def _beside(weights: Sequence[float], place: int) -> float:
    """Tell how many times the mean one of several is."""
    return weights[place] * len(weights) / sum(weights)


def _plan(world: World, day: date, dice: Random) -> Plan | None:
    """Plan a dossier; none where a counter is asked on a day off."""
    told = world.activity
    unit = world.units.draw(dice)
    offer = world.offers.draw(dice)
    channel = offer.channels.draw(dice).name
    at = _moment(told, unit, channel, day, dice)
    if at is None or at > world.until:
        return None
    who = somebody(dice.randint(unit.first, unit.last), unit.home)
    bits = dice.getrandbits(RANDOM_BITS)
    course = world.courses.draw(dice)
    staff = {role: dice.choice(some) for role, some in unit.staff.items()}
    clock = _Clock(told, unit.hours, offer.procedure, at, dice)
    turns = tuple(_turns(course, offer.procedure, staff, clock, dice))
    return Plan(
        id=id_of(at, bits),
        at=at,
        filed=offer.filed,
        applicant=who,
        case=offer.procedure.cases[0].key,
        organization_id=unit.organization_id,
        channel=channel,
        answers=_answers(offer, who, day),
        files=tuple(offer.files),
        signer=staff[LEADER],
        turns=tuple(turn for turn in turns if turn.at <= world.until),
        rating=_rating(world, offer.procedure, turns, dice),
    )


def _moment(
    told: Activity, unit: Unit, channel: str, day: date, dice: Random
) -> datetime | None:
    midnight = datetime.combine(day, time(), VIETNAM)
    if channel == Channel.ONLINE:
        [hour] = dice.choices(range(24), told.hours)
        return midnight + timedelta(hours=hour, seconds=dice.randrange(3600))
    at = unit.hours.add(midnight, dice.uniform(*OPEN_HOURS))
    return at if local(at).date() == day else None


def _answers(offer: Offer, who: Somebody, day: date) -> dict[str, Any]:
    moved = {
        name: (day + timedelta(days)).isoformat() for name, days in offer.moving.items()
    }
    of_person = {
        name: _written(getattr(who, attribute))
        for name, attribute in offer.filed.fields.items()
    }
    return {**offer.fixed, **moved, **of_person}


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _turns(
    course: Course,
    procedure: Procedure,
    staff: Mapping[str, Officer],
    clock: "_Clock",
    dice: Random,
) -> Iterator[Turn]:
    """Play a course: each turn after the one before, as fast as the pace says."""
    for place, key in enumerate(course.path, start=1):
        action = procedure.workflow.action(key)
        if action is None:
            return
        at = clock.next(action, place / len(course.path))
        words = _words(action, procedure, dice)
        yield Turn(key, action.role, at, staff.get(action.role), *words)


def _words(
    action: Action, procedure: Procedure, dice: Random
) -> tuple[str, Mapping[str, str]]:
    """Choose the words an action asks for: a remark, and reasons by field."""
    chosen = dice.choice(action.reasons).vi if action.reasons else NO_REASON
    note = chosen if Need.REASON in action.needs else ""
    if Need.FIELD_REASONS not in action.needs:
        return note, {}
    field = dice.choice(list(procedure.form.fields()))
    return note, {field.key: chosen}


class _Clock:
    """When the next turn comes."""

    def __init__(
        self,
        told: Activity,
        hours: Hours,
        procedure: Procedure,
        at: datetime,
        dice: Random,
    ) -> None:
        limit = procedure.limit_on(local(at).date(), case=procedure.cases[0].key).limit
        self._pace, self._hours, self._dice = told.pace, hours, dice
        self._workflow = procedure.workflow
        self._worked = max(0.5, hours.between(at, hours.due(at, limit)))
        self._start, self._done, self._last = at, 0.0, at
        is_late = dice.random() < told.pace.late
        self._share = (
            dice.uniform(1.05, told.pace.over)
            if is_late
            else dice.uniform(told.pace.least, told.pace.most)
        )

    def next(self, action: Action, place: float) -> datetime:
        """Answer when an action is taken; place: how far on the course it is, to 1."""
        source = self._workflow.step(action.sources[0])
        if action.role == CLOCK:
            at = self._by_clock(source)
        elif source.clock_stops:
            at = self._by_applicant(place)
        elif source.status is Status.DONE:
            hours = self._dice.uniform(0.1, self._pace.fetch_hours)
            at = self._hours.add(self._last, hours)
        else:
            hours = self._worked * self._share * (place - self._done)
            at = self._hours.add(self._start, hours)
        self._last = max(at, self._last + AFTER)
        return self._last

    def _by_applicant(self, place: float) -> datetime:
        """Let days pass; the work goes on from then."""
        days = self._dice.uniform(0.02, self._pace.supply_days)
        self._start, self._done = self._last + timedelta(days=days), place
        return self._start

    def _by_clock(self, step: Step) -> datetime:
        """Let the time of the step pass."""
        return self._hours.due(self._last, step.limit) + AFTER


def _rating(
    world: World, procedure: Procedure, turns: Sequence[Turn], dice: Random
) -> Rating | None:
    """Let some say how it was, those whose dossier was decided."""
    says = dice.random() < world.activity.ratings.share
    level, days = world.levels.draw(dice).name, dice.uniform(0.02, 5)
    last = procedure.workflow.action(turns[-1].action) if turns else None
    if not says or last is None or last.role == APPLICANT:
        return None
    at = turns[-1].at + timedelta(days=days)
    is_over = bool(last.to) and procedure.workflow.step(last.to).is_end
    return Rating(level, at) if is_over and at <= world.until else None
