"""Read what a page of numbers shows, all of it from one moment."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from tinhso.indicators.queries.asked import of_indicators
from tinhso.indicators.queries.assessments import league_of, periods_of
from tinhso.indicators.queries.declared import get_indicator, indicators
from tinhso.indicators.queries.index_sets import get_index_set, published_scores
from tinhso.indicators.queries.reported import newest_accepted, newest_reported
from tinhso.indicators.queries.targets import standings
from tinhso.indicators.queries.values import (
    faults,
    figures,
    freshness,
    newest,
    parts,
    runs,
)
from tinhso.indicators.rules import boards as rules
from tinhso.indicators.rules.periods import before, kind_of, period_on
from tinhso.indicators.types import (
    Board,
    BoardDeclared,
    BoardUnknown,
    Dimension,
    IndexReading,
    Measure,
    Period,
    PeriodKind,
    Reading,
    Whose,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import versions
from tinhso.security import queries as security
from tinhso.security.types import Deed

BOARDS = "boards"
LENGTHS = {PeriodKind.MONTH: 13, PeriodKind.QUARTER: 8, PeriodKind.YEAR: 5}


def boards() -> tuple[BoardDeclared, ...]:
    """List the boards in force."""
    found = versions.in_force(kind=BOARDS)
    return tuple(rules.board_of(content.body) for content in found)


def state(*, actor: Actor) -> str:
    """Name what is known of all numbers; another name, and something changed.

    :raises NotAllowed: if the actor serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    counted = next((run.id for run in runs(most=1)), 0)
    failed = max((one.at for one in faults().values()), default=None)
    moments = (failed, newest_accepted())
    return "-".join([str(counted), *(f"{m:%Y%m%d%H%M%S%f}" for m in moments if m)])


def usual_period(*, on: date, made_up: bool, key: str = "") -> Period:
    """Tell which month is shown unless one is chosen: the last that is over.

    key: of an indicator; of a reported one, its newest period that anybody reported.
    """
    asked = of_indicators([key]).get(key)
    if asked:
        reported = newest_reported(key=key, made_up=made_up)
        return reported or before(period_on(on, asked.every))
    last = before(period_on(on, PeriodKind.MONTH))
    known = newest(made_up=made_up)
    if known is None or known >= last.first:
        return last
    return period_on(known, PeriodKind.MONTH)


@transaction.atomic
def board(*, key: str, period: Period, on: date, made_up: bool, actor: Actor) -> Board:
    """Read a board in a period.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises BoardUnknown: if no pack declares it.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    declared = _declared(key)
    keys = (*declared.numbers, declared.mapped)
    readings = _readings(keys, period, on, made_up)
    found = parts(
        key=declared.mapped,
        period=period,
        dimension=Dimension.AGENCY,
        on=on,
        made_up=made_up,
    )
    return Board(
        declared=declared,
        period=period,
        made_up=made_up,
        mapped=readings[declared.mapped],
        readings=[readings[one] for one in declared.numbers],
        parts=found,
        beyond=rules.beyond(found.values(), declared.bounds, most=declared.most),
        standings=[
            one
            for plan in declared.plans
            for one in standings(on=on, plan=plan, made_up=made_up)
        ],
        indexes=[_index(one, made_up, actor) for one in declared.indexes],
    )


@transaction.atomic
def measure(
    *, key: str, period: Period, by: Dimension, on: date, made_up: bool, actor: Actor
) -> Measure:
    """Read an indicator in a period, through time and by part.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises IndicatorUnknown: if no pack declares it.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    get_indicator(key=key)
    reading = _readings([key], period, on, made_up)[key]
    shown = by or next(iter(breakdowns(key=key)), Dimension.WHOLE)
    bounds = (one.bounds for one in boards() if one.mapped == key)
    return Measure(
        reading=reading,
        period=period,
        kind=kind_of(period),
        made_up=made_up,
        by=shown,
        parts=parts(key=key, period=period, dimension=shown, on=on, made_up=made_up)
        if shown
        else {},
        bounds=next(bounds, None),
        standings=[
            one
            for one in standings(on=on, made_up=made_up)
            if one.target.indicator == key
        ],
    )


def breakdowns(*, key: str) -> tuple[Dimension, ...]:
    """List by what an indicator is broken down; a formula by what all of it is.

    :raises IndicatorUnknown: if no pack declares it.
    """
    one = get_indicator(key=key)
    if one.formula:
        of = [set(breakdowns(key=part)) for part in one.formula.of]
        return tuple(
            dimension for dimension in Dimension if all(dimension in s for s in of)
        )
    if key in of_indicators([key]):
        return (Dimension.AGENCY,)
    return tuple(one.computed.by) if one.computed else ()


def _index(key: str, made_up: bool, actor: Actor) -> IndexReading:
    periods = periods_of(set_key=key)
    period = periods[0] if periods else ""
    return IndexReading(
        index_set=get_index_set(key=key),
        published=next(reversed(published_scores(key=key)), None),
        period=period,
        league=league_of(
            set_key=key,
            period=period,
            whose=Whose.APPRAISED,
            actor=actor,
            is_synthetic=made_up,
        ),
    )


def _declared(key: str) -> BoardDeclared:
    found = next((one for one in boards() if one.key == key), None)
    if found is None:
        raise BoardUnknown(key=key)
    return found


def _readings(
    keys: Collection[str], period: Period, on: date, made_up: bool
) -> dict[str, Reading]:
    length = LENGTHS[kind_of(period)]
    periods = [before(period, back) for back in reversed(range(length))]
    found = figures(keys=keys, periods=periods, on=on, made_up=made_up)
    runs, wrong, known = freshness(keys=keys), faults(), indicators()
    return {
        key: Reading(
            indicator=known[key],
            figure=figure,
            before=found.get((key, periods[-2])),
            series=[found[key, one] for one in periods if (key, one) in found],
            # What is made of others is as fresh as the newest of them.
            run=runs.get(key) or (figure.run if figure else None),
            fault=wrong.get(key),
        )
        for key in keys
        for figure in [found.get((key, period))]
    }
