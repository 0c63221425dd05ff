"""Read what is assumed, and what of the province it meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import versions
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures import queries as procedures
from tinhso.procedures.types import Procedure
from tinhso.simulation.rules import people as persons
from tinhso.simulation.rules.declared import activity_of
from tinhso.simulation.rules.plans import NEAR, Chances, Offer, Unit, World
from tinhso.simulation.types import (
    Activity,
    ActivityUnknown,
    Filed,
    NothingInForce,
    Officer,
    Wish,
)

KIND = "activity"
LEVEL = "commune"
OFFICE = "Ủy ban nhân dân "


def get_activity(*, key: str) -> Activity:
    """Read what a pack assumes.

    :raises ActivityUnknown: if no pack declares it.
    """
    content = versions.newest(kind=KIND, key=key)
    if content is None:
        raise ActivityUnknown(key=key)
    return activity_of(content.body)


def activities() -> tuple[str, ...]:
    """List the keys of what packs declare."""
    return tuple(content.key for content in versions.in_force(kind=KIND))


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody filed on a day; files: the fields that took some."""

    day: date
    answers: Mapping[str, Any]
    files: tuple[str, ...]


@dataclass(slots=True)
class Province:
    """What a wish meets: units with their people, and what is in force on a day."""

    wish: Wish
    activity: Activity
    units: tuple[Unit, ...]
    examples: Mapping[str, Example]
    offers: dict[tuple[str, int], Offer] = field(default_factory=dict)

    def world(self, day: date) -> World:
        """Lay out what the dossiers of a day can meet.

        :raises NothingInForce: if no procedure is in force.
        """
        offers = [
            offer
            for filed in self.activity.procedures
            if (offer := self._offer(filed, day)) is not None
        ]
        if not offers:
            raise NothingInForce
        told = self.activity
        return World(
            activity=told,
            units=Chances.of(self.units),
            offers=Chances.of(offers),
            courses=Chances.of(told.courses),
            levels=Chances.of(told.ratings.levels),
            seed=self.wish.seed,
            share=self.wish.share,
            until=self.wish.until,
        )

    def _offer(self, filed: Filed, day: date) -> Offer | None:
        try:
            procedure = procedures.get_procedure(code=filed.code, on=day)
        except NotFound:
            return None
        key = (filed.code, procedure.number)
        if key not in self.offers:
            self.offers[key] = self._made(filed, procedure)
        return self.offers[key]

    def _made(self, filed: Filed, procedure: Procedure) -> Offer:
        example = self.examples[filed.code]
        moving = {
            name: days
            for name, value in example.answers.items()
            if (days := _days_from(example.day, value)) is not None
        }
        kept = {n: value for n, value in example.answers.items() if n not in moving}
        ways = [c for c in self.activity.channels if c.name in procedure.channels]
        return Offer(filed, procedure, Chances.of(ways), kept, moving, example.files)


def get_province(*, wish: Wish) -> Province:
    """Read what a wish meets.

    :raises ActivityUnknown: if no pack declares it.
    :raises NothingInForce: if no unit takes dossiers on the first day.
    """
    activity = get_activity(key=wish.key)
    found = people.receiving_organizations(level=LEVEL, on=wish.first)
    if not found:
        raise NothingInForce
    examples = {filed.code: _example(filed) for filed in activity.procedures}
    return Province(wish, activity, _units(activity, wish, found), examples)


def _units(
    activity: Activity, wish: Wish, found: tuple[Organization, ...]
) -> tuple[Unit, ...]:
    """Give each unit its people: so many as it is busy beside the others.

    Their numbers are those they would have if the whole province filed, so that nobody
    moves because the share is another one.
    """
    named = {one.name: one.weight for one in activity.units}
    weights = [named.get(one.key, activity.others) for one in found]
    units, first = [], 0
    for place, (one, weight) in enumerate(zip(found, weights, strict=True)):
        living = int(activity.population * weight / sum(weights))
        filing = max(1, int(living * wish.share))
        # Officers come after all people.
        officers = activity.population + 1 + place * persons.STAFF
        units.append(_unit(one, weight, first, first + filing - 1, officers, wish))
        first += living
    return tuple(units)


def _unit(
    one: Organization, weight: float, first: int, last: int, officers: int, wish: Wish
) -> Unit:
    home = one.name.removeprefix(OFFICE)
    staff: dict[str, list[Officer]] = {}
    for officer in persons.staff(officers, one.id, home):
        staff.setdefault(officer.role, []).append(officer)
    noon = datetime.combine(wish.first, time(12), VIETNAM)
    hours = procedures.service_hours(organization_id=one.id, at=noon)
    since = one.valid_from
    code = one.unit_code or ""
    return Unit(one.id, code, home, since, weight, first, last, hours, staff)


def _example(filed: Filed) -> Example:
    content = versions.newest(kind="examples", key=filed.example)
    if content is None or len(content.body["examples"]) < filed.place:
        raise ActivityUnknown(key=f"{filed.example}, {filed.place}")
    told = content.body["examples"][filed.place - 1]
    day = datetime.fromisoformat(str(told["submitted_at"])).date()
    return Example(day, told["answers"], tuple(told.get("files", ())))


def _days_from(day: date, value: object) -> int | None:
    """Tell how far an answer that is a day lies from another, if it is near."""
    try:
        days = (date.fromisoformat(str(value)) - day).days
    except ValueError:
        return None
    return days if abs(days) <= NEAR else None
