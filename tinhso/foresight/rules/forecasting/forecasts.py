"""Forecast many series at once, each with an interval and its back-test."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.forecasting import spreads
from tinhso.foresight.rules.forecasting.backtests import (
    FARTHEST,
    Tested,
    band_of,
    rolled,
)
from tinhso.foresight.rules.forecasting.bridges import bridged
from tinhso.foresight.rules.forecasting.methods import carried_on, method_of, scales
from tinhso.foresight.rules.forecasting.periods import period_of
from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.foresight.types import Ahead, Backtest, Forecast, Series
from tinhso.indicators.types import PeriodKind

FOLDS = 2

Key = tuple[PeriodKind, int]


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one kind and length. places: of each among all that were asked for."""

    kind: PeriodKind
    places: NDArray[np.intp]
    values: Array
    real: NDArray[np.bool_]

    @property
    def n_times(self) -> int:
        """Tell how long the series are."""
        return int(self.values.shape[1])


@dataclass(frozen=True, slots=True)
class Carried:
    """Forecasts of a panel. mean: (n_series, horizon); scale: (n_series,).

    spread: (horizon, levels), quantiles of absolute errors in units of the scale.
    """

    panel: Panel
    mean: Array
    scale: Array
    spread: Array


def forecast(
    series: Sequence[Series],
    *,
    horizon: int,
    level: int,
    open_series: Callable[[PeriodKind, int], Array] = spreads.open_series,
) -> tuple[Forecast, ...]:
    """Carry series on, and say how wide that may miss.

    Errors of the back-tests of all series are pooled by kind and length of period.
    level: in percent; open_series: what is known of other series, by kind and band.
    """
    panels = list(panels_of(series))
    tested = [list(_tested(panel)) for panel in panels]
    pools = _Pools(panels, tested, open_series)
    told: dict[int, Forecast] = {}
    for panel, tests in zip(panels, tested, strict=True):
        carried = carry_on(panel, pools, horizon)
        judged = _judged(panel, tests, pools, level / 100)
        for place, one in zip(
            panel.places.tolist(), _told(carried, series, level, judged), strict=True
        ):
            told[place] = one
    return tuple(told[place] for place in range(len(series)))


def panels_of(series: Sequence[Series]) -> Iterator[Panel]:
    """Put series of one kind and length together."""
    groups: dict[tuple[str, int], list[int]] = {}
    for place, one in enumerate(series):
        groups.setdefault((one.kind.value, len(one.values)), []).append(place)
    for (kind, _), places in sorted(groups.items()):
        raw = np.array([series[place].values for place in places], dtype=np.float64)
        yield Panel(PeriodKind(kind), np.array(places), bridged(raw), ~np.isnan(raw))


def carry_on(panel: Panel, pools: "_Pools", horizon: int) -> Carried:
    """Forecast a panel."""
    spread = pools.spread(panel.kind, panel.n_times)
    return Carried(
        panel=panel,
        mean=carried_on(panel.values, horizon, panel.kind),
        scale=scales(panel.values, panel.real, panel.kind),
        spread=spreads.drawn_on(spread, horizon),
    )


class _Pools:
    """Errors of the back-tests by kind and band, of all series or of some of them."""

    def __init__(
        self,
        panels: Sequence[Panel],
        tested: Sequence[Sequence[Tested]],
        open_series: Callable[[PeriodKind, int], Array],
    ) -> None:
        self._open_series = open_series
        self._errors: dict[Key, list[tuple[NDArray[np.intp], Array]]] = {}
        for panel, tests in zip(panels, tested, strict=True):
            for one in tests:
                key = (panel.kind, band_of(panel.kind, one.known))
                self._errors.setdefault(key, []).append((panel.places, one.errors))
        self._spreads: dict[tuple[Key, int, int], Array] = {}

    def spread(self, kind: PeriodKind, n_times: int, *, without: int = -1) -> Array:
        """Find the spread of forecasts from series of a length: (horizon, levels).

        Own errors come from series a little shorter, for what follows the last value is
        not known. without: a fold of the series whose own errors are left out.
        """
        own = (kind, band_of(kind, n_times - 1))
        asked = (own, band_of(kind, n_times), without)
        if asked not in self._spreads:
            self._spreads[asked] = self._blended(own, asked[1], without)
        return self._spreads[asked]

    def _blended(self, own: Key, band: int, without: int) -> Array:
        kind, shorter = own
        known, beside = (self._open_series(kind, one) for one in (band, shorter))
        parts = [
            errors[places % FOLDS != without]
            for places, errors in self._errors.get(own, [])
        ]
        if not parts:
            return known
        errors = np.concatenate(parts)[:, : len(known)]
        return spreads.blended(errors, beside, known)


def _tested(panel: Panel) -> Iterator[Tested]:
    yield from rolled(panel.values, panel.real, FARTHEST[panel.kind], panel.kind)


def _judged(
    panel: Panel, tests: Iterable[Tested], pools: _Pools, level: float
) -> Array:
    """Sum up the back-tests of a panel: (n_series, 4).

    How many errors, sums of theirs and of the naive ones, and how many lay within. An
    interval is judged by errors of the other fold of series and of open ones, never by
    those it was made from.
    """
    found = np.zeros((len(panel.places), 4))
    for one in tests:
        held = ~np.isnan(one.errors) & ~np.isnan(one.naive)
        missed, naive = np.abs(one.errors), np.abs(one.naive)
        widths = _widths(panel, one, pools, level)
        found[:, 0] += held.sum(axis=1)
        found[:, 1] += np.where(held, missed, 0).sum(axis=1)
        found[:, 2] += np.where(held, naive, 0).sum(axis=1)
        found[:, 3] += (held & (missed <= widths)).sum(axis=1)
    return found


def _widths(panel: Panel, one: Tested, pools: _Pools, level: float) -> Array:
    horizon = one.errors.shape[1]
    found = (pools.spread(panel.kind, one.known, without=fold) for fold in range(FOLDS))
    folds = [
        spreads.half_width(spreads.drawn_on(spread, horizon), level) for spread in found
    ]
    widths: Array = np.array(folds)[panel.places % FOLDS]
    return widths


def _told(
    carried: Carried, series: Sequence[Series], level: int, judged: Array
) -> Iterator[Forecast]:
    """Put the forecasts of a panel into words."""
    panel = carried.panel
    half = carried.scale[:, None] * spreads.half_width(carried.spread, level / 100)
    ends = (carried.mean, carried.mean - half, carried.mean + half)
    columns = (*ends, judged, carried.scale)
    rows = zip(*(one.tolist() for one in columns), strict=True)
    spread, periods = carried.spread.tolist(), dict[int, list[str]]()
    for place, row in zip(panel.places.tolist(), rows, strict=True):
        mean, low, high, test, scale = row
        one = series[place]
        if one.next not in periods:
            periods[one.next] = [
                period_of(panel.kind, one.next + step) for step in range(len(mean))
            ]
        yield Forecast(
            series=one,
            method=method_of(panel.kind, panel.n_times),
            level=level,
            ahead=tuple(map(Ahead, periods[one.next], mean, low, high)),
            since=period_of(one.kind, one.first),
            bridged=_gaps(one),
            is_constant=not any(h > m for h, m in zip(high, mean, strict=True)),
            backtest=_backtest(test),
            scale=scale,
            spread=spread,
        )


def _backtest(test: Sequence[float]) -> Backtest | None:
    number, missed, naive, within = test
    if not number:
        return None
    return Backtest(int(number), missed / number, naive / number, within / number)


def _gaps(one: Series) -> tuple[str, ...]:
    if None not in one.values:
        return ()
    return tuple(
        period_of(one.kind, one.first + place)
        for place, value in enumerate(one.values)
        if value is None
    )
