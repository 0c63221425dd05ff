"""Forecast a count by place or agency so that the parts add up to the province."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from tinhso.foresight.queries.measured import READ, series_of
from tinhso.foresight.rules.forecasting.forecasts import forecast
from tinhso.foresight.rules.forecasting.methods import LEAST
from tinhso.foresight.rules.forecasting.reconciling import adding_up, reconciled
from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.foresight.types import (
    Ahead,
    Forecast,
    PartsDoNotAddUp,
    PartsForecast,
    Series,
    TooFewValues,
)
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Dimension, Indicator, PeriodKind
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed

WHOLE = ""
MONTH = PeriodKind.MONTH


def forecast_parts(
    *,
    indicator: str,
    dimension: Dimension,
    on: date,
    made_up: bool,
    horizon: int,
    level: int,
    actor: Actor,
) -> PartsForecast:
    """Forecast a count of months as a whole and by part, and make that add up.

    Each is forecast alone; then all are moved as little as can be, those that miss more
    the more. horizon: months; level: of the intervals, in percent.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises IndicatorUnknown: if no pack declares it.
    :raises PartsDoNotAddUp: if it is no count, or not counted by that.
    :raises TooFewValues: if fewer than three months are known.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    one = indicators.get_indicator(key=indicator)
    if not _adds_up(one, dimension):
        raise PartsDoNotAddUp
    found = _series(one, dimension, on, made_up)
    if WHOLE not in found or found[WHOLE].known < LEAST:
        raise TooFewValues
    told = [each for each in found.values() if each.known >= LEAST]
    made = forecast(told, horizon=horizon, level=level)
    means = reconciled(_means(made), adding_up(np.ones((1, len(made) - 1))), _w(made))
    around = [_around(f, row) for f, row in zip(made, means.tolist(), strict=True)]
    return PartsForecast(
        indicator=one,
        whole=around[0],
        parts={
            f.series.name: ahead for f, ahead in zip(made[1:], around[1:], strict=True)
        },
        moved=around[0][0].mean - made[0].ahead[0].mean,
        left_out=[name for name, each in found.items() if each.known < LEAST],
    )


def _adds_up(one: Indicator, dimension: Dimension) -> bool:
    computed = one.computed
    return bool(computed and computed.denominator is None and dimension in computed.by)


def _series(
    one: Indicator, dimension: Dimension, on: date, made_up: bool
) -> Mapping[str, Series]:
    """Read the whole and each part month by month: {code: series}, the whole first."""
    running = indicators.period_on(day=on, kind=MONTH)
    last = indicators.period_before(period=running)
    codes = _codes(one, dimension, on, made_up)
    found = {}
    for code in (WHOLE, *codes):
        figures = indicators.series(
            key=one.key,
            period=last,
            on=on,
            made_up=made_up,
            dimension=dimension if code else Dimension.WHOLE,
            part=code,
            most=READ[MONTH],
        )
        values = [
            (each.cell.period, each.value)
            for each in figures
            if each.is_complete and each.value is not None
        ]
        if values:
            found[code] = series_of(code, MONTH, values)
    return found


def _codes(
    one: Indicator, dimension: Dimension, on: date, made_up: bool
) -> Sequence[str]:
    """List the parts in which anything was counted in the years that are read."""
    running = indicators.period_on(day=on, kind=PeriodKind.YEAR)
    years = [
        indicators.period_before(period=running, back=back)
        for back in range(READ[MONTH] // 12 + 1)
    ]
    held = (
        indicators.parts(
            key=one.key, period=year, dimension=dimension, on=on, made_up=made_up
        )
        for year in years
    )
    return sorted({code for parts in held for code in parts})


def _means(made: Sequence[Forecast]) -> Array:
    return np.array([[ahead.mean for ahead in each.ahead] for each in made])


def _w(made: Sequence[Forecast]) -> Array:
    """Weigh by how far each usually misses, squared; what never missed a little."""
    misses = np.array(
        [each.scale * (each.backtest.mase if each.backtest else 1.0) for each in made]
    )
    least = misses[misses > 0].min(initial=1.0)
    weights: Array = np.where(misses > 0, misses, least / 10) ** 2
    return weights


def _around(made: Forecast, means: Sequence[float]) -> tuple[Ahead, ...]:
    """Move a forecast to its reconciled means; its interval stays as wide."""
    return tuple(
        Ahead(
            each.period,
            mean,
            mean - (each.mean - each.low),
            mean + (each.high - each.mean),
        )
        for each, mean in zip(made.ahead, means, strict=True)
    )
