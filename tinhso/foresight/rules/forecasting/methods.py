"""Which method forecasts which series, in one stated place.

Years: the mean of Theta, damped trend and drift. Quarters and months of more than a
year: the mean of Theta and damped trend without seasons, and the seasonal naive; of no
more than a year the smoothed level, for nobody can tell a trend from a season there.
What a forecast is held against: the last value, or that of a year before where a year
is known.
"""

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.forecasting.seasons import mean_of_seasonal, seasonal_naive
from tinhso.foresight.rules.forecasting.smoothing import (
    LEAST,
    Array,
    level,
    mean_of_three,
    naive,
)
from tinhso.indicators.types import PeriodKind

# Another number whenever a forecast of the same values would come out otherwise.
VERSION = "1"
SEASONS = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
THREE, SEASONAL = "mean_theta_damped_drift", "mean_theta_damped_last_year"
LEVEL = "smoothed_level"

__all__ = ["LEAST", "SEASONS", "VERSION", "carried_on", "naively", "scales"]


def season_of(kind: PeriodKind, n_times: int) -> int:
    """Tell how many periods apart values are compared: 1 where no year is known."""
    season = SEASONS[kind]
    return season if n_times > season else 1


def method_of(kind: PeriodKind, n_times: int) -> str:
    """Name the method for a series of a length."""
    if kind is PeriodKind.YEAR:
        return THREE
    return LEVEL if season_of(kind, n_times) == 1 else SEASONAL


def carried_on(values: Array, horizon: int, kind: PeriodKind) -> Array:
    """Forecast series of one length: (n_series, n_times) to (n_series, horizon)."""
    match method_of(kind, values.shape[1]):
        case "mean_theta_damped_drift":
            return mean_of_three(values, horizon)
        case "smoothed_level":
            return level(values, horizon)
    return mean_of_seasonal(values, horizon, SEASONS[kind])


def naively(values: Array, horizon: int, kind: PeriodKind) -> Array:
    """Say the last value again, or last year's."""
    season = season_of(kind, values.shape[1])
    if season == 1:
        return naive(values, horizon)
    return seasonal_naive(values, horizon, season)


def scales(values: Array, real: NDArray[np.bool_], kind: PeriodKind) -> Array:
    """Measure how far values usually lie apart: (n_series,).

    The mean absolute step, over a year where two are known: the scale of the MASE
    (Hyndman & Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001). The one or two such
    steps of a year and a bit would say little. Steps on a bridge are shorter than real
    ones, so they count only where there are no others.
    """
    season = SEASONS[kind] if values.shape[1] >= 2 * SEASONS[kind] else 1
    steps = np.abs(values[:, season:] - values[:, :-season])
    counts = real[:, season:] & real[:, :-season]
    counts |= ~counts.any(axis=1, keepdims=True)
    found: Array = (steps * counts).sum(axis=1) / counts.sum(axis=1)
    return found
