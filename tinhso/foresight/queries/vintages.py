"""Read what was forecast of measures, and what became of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from tinhso.foresight.models import VintageRow
from tinhso.foresight.queries.measured import Measured, measured
from tinhso.foresight.rules.forecasting import chances as rules
from tinhso.foresight.rules.forecasting.periods import read_period
from tinhso.foresight.types import (
    Ahead,
    Backtest,
    Chance,
    Outlook,
    Series,
    Surprise,
    Vintage,
)
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Indicator, PeriodKind, Standing
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed

# What one page tells of earlier forecasts.
MOST_VINTAGES = 24
# So many forecasts back tell what was said of the newest value.
LATEST = 12


def forecast_of(*, indicator: str, on: date, made_up: bool, actor: Actor) -> Outlook:
    """Read what is forecast of a measure, what was, and the chance of its targets.

    made_up: of made-up data, where the measure is computed or reported.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises IndicatorUnknown: if no pack declares it.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    declared = indicators.get_indicator(key=indicator)
    standings = indicators.standings(on=on, made_up=made_up)
    found = measured(on=on, made_up=made_up, keys=[indicator])
    one = next(iter(found), None)
    return _outlook(declared, one, standings)


def chances(*, standings: Sequence[Standing], made_up: bool) -> tuple[Chance, ...]:
    """Tell how likely each of some targets is met, in their order."""
    keys = {one.target.indicator for one in standings}
    newest = newest_vintages(keys=keys, made_up=made_up)
    return tuple(
        rules.chance_of(one, newest.get(one.target.indicator)) for one in standings
    )


def surprises(*, keys: Collection[str], made_up: bool) -> Mapping[str, Surprise]:
    """List the measures whose newest value lies outside what was said before it."""
    newest = newest_vintages(keys=keys, made_up=made_up)
    told = {key: rules.surprise(_latest(one)) for key, one in newest.items()}
    return {key: one for key, one in told.items() if one}


def _latest(newest: Vintage) -> tuple[Vintage, ...]:
    """Read a forecast and those before it, of the same measure and data."""
    rows = VintageRow.objects.filter(
        indicator=newest.indicator, made_up=newest.made_up, kind=newest.kind
    ).order_by("-id")
    return tuple(map(as_vintage, rows[:LATEST]))


def newest_vintages(*, keys: Collection[str], made_up: bool) -> Mapping[str, Vintage]:
    """Read the newest forecast of each measure, as far as there are any.

    made_up: of made-up data; what documents state never is, and stands with both.
    """
    rows = VintageRow.objects.filter(
        indicator__in=keys, made_up__in={False, made_up}
    ).order_by("indicator", "-made_up", "-id")
    return {row.indicator: as_vintage(row) for row in rows.distinct("indicator")}


def outlooks(*, on: date, made_up: bool) -> tuple[Outlook, ...]:
    """Read what is forecast of all measures that have any value."""
    standings = indicators.standings(on=on, made_up=made_up)
    return tuple(
        _outlook(one.indicator, one, standings)
        for one in measured(on=on, made_up=made_up)
    )


def _outlook(
    declared: Indicator, one: Measured | None, standings: Iterable[Standing]
) -> Outlook:
    vintages = _vintages(one) if one else ()
    newest = vintages[0] if vintages else None
    known = {p: v for p, v in newest.known if v is not None} if newest else {}
    return Outlook(
        indicator=declared,
        values=_values(one.series) if one else (),
        newest=newest,
        vintages=vintages,
        realised=rules.realised(vintages, known),
        chances=[
            rules.chance_of(each, newest)
            for each in standings
            if each.target.indicator == declared.key
        ],
        surprise=rules.surprise(vintages),
    )


def _values(series: Series) -> tuple[tuple[str, float | None], ...]:
    return tuple(
        (rules.house_key(series.kind, series.first + n), value)
        for n, value in enumerate(series.values)
    )


def _vintages(one: Measured) -> tuple[Vintage, ...]:
    rows = VintageRow.objects.filter(
        indicator=one.indicator.key, made_up=one.made_up, kind=one.series.kind
    ).order_by("-id")
    return tuple(map(as_vintage, rows[:MOST_VINTAGES]))


def as_vintage(row: VintageRow) -> Vintage:
    """Tell a vintage."""
    kind = PeriodKind(row.kind)
    first = read_period(row.since)[1]
    periods = [
        rules.house_key(kind, first + n) for n in range(len(row.values) + len(row.mean))
    ]
    known, ahead = periods[: len(row.values)], periods[len(row.values) :]
    return Vintage(
        indicator=row.indicator,
        kind=kind,
        made_up=row.made_up,
        made_at=row.made_at,
        method=row.method,
        version=row.version,
        digest=row.digest,
        formula=row.formula,
        known=tuple(zip(known, row.values, strict=True)),
        ahead=tuple(map(Ahead, ahead, row.mean, row.low, row.high)),
        level=row.level,
        spread=row.spread,
        backtest=_backtest(row),
    )


def _backtest(row: VintageRow) -> Backtest | None:
    told = (row.mase, row.naive_mase, row.coverage)
    if not row.errors or None in told:
        return None
    mase, naive, coverage = (value or 0.0 for value in told)
    return Backtest(row.errors, mase, naive, coverage)
