"""Play activity act by act: by the same actions as people, at another's clock.

Everything is real but the people: forms are checked, papers written and signed, the
journal kept, reactions deferred. It takes hundreds of times longer than writing.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID

from PIL import Image

from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind, Duty
from tinhso.lake import actions as lake
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import ASKED, Channel, Dossier, Satisfaction
from tinhso.simulation.actions.arrivals import add_records
from tinhso.simulation.actions.bulk import POINTS
from tinhso.simulation.actions.registers import change_registers
from tinhso.simulation.actions.settling import refuse_wrong, settle
from tinhso.simulation.queries import Province, get_province
from tinhso.simulation.rules.plans import plans_of
from tinhso.simulation.types import (
    APPLICANT,
    Officer,
    Plan,
    Rating,
    Simulated,
    Somebody,
    Turn,
    Wish,
)

DRAFTS = "draft_result"
MOST_BYTES = 10 * 2**20


def play(
    *,
    wish: Wish,
    actor: Actor,
    at: datetime,
    told: Callable[[int], object] = lambda dossiers: None,
) -> Simulated:
    """Play activity in the order of its moments; those that were played stay.

    told: is called with how many dossiers were filed each day.

    :raises NotADemonstration, PeriodWrong, ActivityUnknown, NothingInForce: as named.
    """
    refuse_wrong(wish)
    province = get_province(wish=wish)
    settled = settle(province, actor, at)
    game = Game()
    dossiers = 0
    for plans in _days(province):
        told(game.begin(plans))
        dossiers += len(plans)
    game.go_on(until=wish.until)
    changes = change_registers(province, actor, at)
    records, answers = add_records(province, actor, at)
    rows = lake.append_waiting(at=at)
    return Simulated(settled, dossiers, records, changes + answers, rows)


def _days(province: Province) -> Iterator[list[Plan]]:
    wish = province.wish
    for number in range((wish.last - wish.first).days + 1):
        day = wish.first + timedelta(number)
        yield plans_of(province.world(day), day)


@dataclass(slots=True)
class Played:
    """A dossier that is being played; turns: those that are still to come."""

    plan: Plan
    dossier: Dossier
    turns: list[Turn]


@dataclass(slots=True)
class Game:
    """Plays dossiers side by side, each moment in its place.

    waiting: when something is next done, and with which of those that are played.
    """

    waiting: list[tuple[datetime, int]] = field(default_factory=list)
    played: dict[int, Played] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def begin(self, plans: list[Plan]) -> int:
        """File the dossiers of a day; in between goes on what was filed before."""
        for plan in plans:
            self.go_on(until=plan.at)
            dossier = _file(plan)
            if not dossier.moves[1:]:
                self._wait(Played(plan, dossier, list(plan.turns)))
        return len(plans)

    def go_on(self, *, until: datetime) -> None:
        """Do everything that is to be done until a moment."""
        while self.waiting and self.waiting[0][0] <= until:
            at, number = heapq.heappop(self.waiting)
            played = self.played.pop(number)
            if not played.turns:
                _rate(played, at)
                continue
            turn = played.turns.pop(0)
            played.dossier = _take(played, turn)
            self._wait(played)

    def _wait(self, played: Played) -> None:
        rating = played.plan.rating
        at = played.turns[0].at if played.turns else (rating.at if rating else None)
        if at is not None:
            number = next(self.numbers)
            self.played[number] = played
            heapq.heappush(self.waiting, (at, number))


def _file(plan: Plan) -> Dossier:
    who = _applicant(plan.applicant)
    return procedures.submit_dossier(
        procedure_code=plan.filed.code,
        organization_id=plan.organization_id,
        channel=Channel(plan.channel),
        answers=_with_files(plan, who, plan.at),
        key=f"played-{plan.id.hex}",
        actor=who,
        at=plan.at,
        case=plan.case,
    )


def _with_files(plan: Plan, who: Actor, at: datetime) -> dict[str, Any]:
    files = {name: [str(_picture(plan, name, who, at))] for name in plan.files}
    return {**plan.answers, **files}


def _take(played: Played, turn: Turn) -> Dossier:
    plan = played.plan
    who = _acting(turn, plan)
    return procedures.take_action(
        dossier_id=played.dossier.id,
        action_key=turn.action,
        revision=played.dossier.revision,
        note=turn.note,
        reasons=turn.reasons,
        data=_data(played, turn),
        actor=who,
        at=turn.at,
    )


def _data(played: Played, turn: Turn) -> dict[str, Any]:
    plan = played.plan
    if turn.action == DRAFTS:
        return {**plan.filed.result, "signer": str(plan.signer.person.id)}
    if turn.role == APPLICANT and not turn.note:
        return dict(played.dossier.answers)
    return {}


def _rate(played: Played, at: datetime) -> None:
    rating = played.plan.rating
    assert isinstance(rating, Rating)  # noqa: S101 - for this it waited
    level = Satisfaction(rating.level)
    procedures.evaluate_dossier(
        dossier_id=played.dossier.id,
        satisfaction=level,
        answers=dict.fromkeys(ASKED, POINTS[level]),
        comment="",
        actor=_applicant(played.plan.applicant),
        at=at,
    )


def _acting(turn: Turn, plan: Plan) -> Actor:
    if turn.who is not None:
        return _officer(turn.who)
    return _applicant(plan.applicant) if turn.role == APPLICANT else SYSTEM


def _applicant(one: Somebody) -> Actor:
    return Actor(
        kind=ActorKind.CITIZEN,
        person_id=one.id,
        name=one.full_name,
        is_synthetic=True,
    )


def _officer(one: Officer) -> Actor:
    return Actor(
        kind=ActorKind.OFFICER,
        id=one.person.id,
        person_id=one.person.id,
        name=one.person.full_name,
        duties=(Duty(one.role, one.organization_id),),
        is_synthetic=True,
    )


def _picture(plan: Plan, name: str, who: Actor, at: datetime) -> UUID:
    """Store a picture that is of this dossier and field alone."""
    color = int.from_bytes(plan.id.bytes[-3:]) ^ sum(name.encode())
    buffer = BytesIO()
    Image.new("RGB", (200, 280), f"#{color:06x}").save(buffer, "PNG")
    file = documents.store_file(
        content=buffer.getvalue(),
        name="giay-to-mo-phong.png",
        owner_id=who.person_id,
        organization_id=None,
        accepted=("image/png",),
        max_bytes=MOST_BYTES,
        actor=who,
        at=at,
    )
    return file.id
