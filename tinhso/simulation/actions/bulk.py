"""Write activity at once: days in batches, on as many processors as there are."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from uuid import NAMESPACE_URL, UUID, uuid5

import django

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.lake import actions as lake
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import (
    ASKED,
    Channel,
    MadeUpDossier,
    MadeUpRating,
    MadeUpTurn,
    Satisfaction,
)
from tinhso.simulation.actions.arrivals import add_records
from tinhso.simulation.actions.registers import change_registers
from tinhso.simulation.actions.settling import refuse_wrong, settle
from tinhso.simulation.queries import Province, get_province
from tinhso.simulation.rules.plans import plans_of
from tinhso.simulation.types import APPLICANT, Plan, Rating, Simulated, Turn, Wish

# So many dossiers, or days, are written together: less is done again if it dies, and
# several may write. It is the same for all, so that any run knows what another wrote.
BATCH, DAYS = 15_000, 28
POINTS = {Satisfaction.VERY: 2, Satisfaction.SATISFIED: 1, Satisfaction.NOT: 0}
Days = tuple[date, date]


def simulate(
    *,
    wish: Wish,
    workers: int,
    actor: Actor,
    at: datetime,
    told: Callable[[int], object] = lambda count: None,
) -> Simulated:
    """Make activity up at once, into the registers, the dossiers and the lake.

    What was made up before by the same wish stays, so one that died is begun anew.
    workers: processes that write beside one another; 1 writes here. told: is called
    with how many dossiers came each time.

    :raises NotADemonstration, PeriodWrong, ActivityUnknown, NothingInForce: as named.
    :raises MadeUpBefore: if another wish has these days by the same seed.
    """
    refuse_wrong(wish)
    province = get_province(wish=wish)
    settled = settle(province, actor, at)
    dossiers = rows = 0
    for count in _written(province, workers, actor, at):
        dossiers += count
        told(count)
        rows += lake.bring_in_batches(at=at)
    changes = change_registers(province, actor, at)
    records, answers = add_records(province, actor, at)
    rows += lake.bring_in_batches(at=at)
    return Simulated(settled, dossiers, records, changes + answers, rows)


def _written(
    province: Province, workers: int, actor: Actor, at: datetime
) -> Iterator[int]:
    batches = list(_batches(province))
    if workers == 1:
        for days in batches:
            yield write_days(province.wish, days, actor, at)
        return
    with _pool(workers) as pool:
        waiting = [
            pool.submit(write_days, province.wish, days, actor, at) for days in batches
        ]
        for one in waiting:
            yield one.result()


@contextmanager
def _pool(workers: int) -> Iterator[Executor]:
    """Open processes that have nothing of this one, no connection above all."""
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=django.setup) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _batches(province: Province) -> Iterator[Days]:
    """Part the period into days that are written together."""
    wish = province.wish
    in_a_batch = BATCH / max(1.0, province.activity.a_day * wish.share)
    length = max(1, min(DAYS, int(in_a_batch)))
    first = wish.first
    while first <= wish.last:
        last = min(first + timedelta(length - 1), wish.last)
        yield first, last
        first = last + timedelta(1)


_provinces: dict[Wish, Province] = {}


def write_days(wish: Wish, days: Days, actor: Actor, at: datetime) -> int:
    """Write the dossiers of some days, unless they are there; say how many came."""
    if wish not in _provinces:
        _provinces.clear()
        _provinces[wish] = get_province(wish=wish)
    with _nothing_collected():
        dossiers = list(_planned(_provinces[wish], days))
        if not dossiers:
            return 0
        return procedures.write_made_up(
            batch_id=_named(wish, days), dossiers=dossiers, actor=actor, at=at
        )


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let no one look for circles among the rows of a batch.

    There are none, and looking through millions of living things again and again takes
    a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _named(wish: Wish, days: Days) -> UUID:
    return uuid5(NAMESPACE_URL, f"tinhso:simulation:{wish}:{days}")


def _planned(province: Province, days: Days) -> Iterator[MadeUpDossier]:
    first, last = days
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        for plan in plans_of(province.world(day), day):
            yield _made_up(plan)


def _made_up(plan: Plan) -> MadeUpDossier:
    return MadeUpDossier(
        id=plan.id,
        procedure_code=plan.filed.code,
        case=plan.case,
        organization_id=plan.organization_id,
        applicant_id=plan.applicant.id,
        applicant_name=plan.applicant.full_name,
        account_id=None,
        channel=Channel(plan.channel),
        answers=plan.answers,
        at=plan.at,
        turns=tuple(_turn(turn, plan) for turn in plan.turns),
        rating=_rating(plan.rating),
    )


def _turn(turn: Turn, plan: Plan) -> MadeUpTurn:
    who, name = SYSTEM.id, SYSTEM.name
    if turn.who is not None:
        who, name = turn.who.person.id, turn.who.person.full_name
    elif turn.role == APPLICANT:
        name = plan.applicant.full_name
    return MadeUpTurn(turn.action, turn.at, who, name, turn.note, turn.reasons)


def _rating(rating: Rating | None) -> MadeUpRating | None:
    if rating is None:
        return None
    level = Satisfaction(rating.level)
    return MadeUpRating(level, dict.fromkeys(ASKED, POINTS[level]), rating.at)
