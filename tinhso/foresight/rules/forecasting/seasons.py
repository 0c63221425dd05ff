"""Methods for series with seasons: quarters (4) and months (12).

The series is freed of its seasons where it has any, carried on by the methods for
series without, and given its seasons back; beside that stands the seasonal naive, and
the mean of them is the forecast. Which series has seasons is tested, series by series.
"""

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.forecasting.smoothing import (
    Array,
    damped,
    fitted_line,
    theta,
)

# The test of the M competitions for seasons (Fiorucci et al. 2016,
# doi:10.1016/j.ijforecast.2016.02.005, 3.1) on the series without its line, and with
# 75 % of the normal distribution where they take 95: of few years it would miss most
# seasons, which costs more than taking some for seasons that are none (decision 0086).
SIGNIFICANT = 0.674
LEAST_YEARS = 2


def seasonal_naive(values: Array, horizon: int, season: int) -> Array:
    """Say the last year again.

    >>> seasonal_naive(np.array([[9.0, 1.0, 2.0, 3.0]]), 4, 2)
    array([[2., 3., 2., 3.]])
    """
    repeated = np.arange(horizon) % season + values.shape[1] - season
    found: Array = values[:, repeated]
    return found


def mean_of_seasonal(values: Array, horizon: int, season: int) -> Array:
    """Forecast by the mean of Theta and damped trend without seasons, and last year."""
    factors, multiplies = seasonal_factors(values, season)
    freed = without(values, factors, multiplies)
    parts = [method(freed, horizon) for method in (theta, damped)]
    ahead = factors[:, (values.shape[1] + np.arange(horizon)) % season]
    theta_again, damped_again = (_with(part, ahead, multiplies) for part in parts)
    last = seasonal_naive(values, horizon, season)
    return (theta_again + damped_again + last) / 3


def seasonal_factors(values: Array, season: int) -> tuple[Array, NDArray[np.bool_]]:
    """Find what each season multiplies or adds: (n_series, season), (n_series,).

    Classical decomposition by a centred moving average over a year; by ratios where all
    values are above nothing, by differences elsewhere. All alike, 1 or 0, where the
    test finds no seasons or fewer than two whole years are known. Place 0 is the first
    value's season.
    """
    n_times = values.shape[1]
    multiplies: NDArray[np.bool_] = np.all(values > 0, axis=1)
    neutral = np.where(multiplies, 1.0, 0.0)[:, None]
    factors = np.repeat(neutral, season, axis=1)
    if n_times < LEAST_YEARS * season:
        return factors, multiplies
    found = _decomposed(values, season, multiplies)
    tested = has_seasons(values, season)
    return np.where(tested[:, None], found, factors), multiplies


def has_seasons(values: Array, season: int) -> NDArray[np.bool_]:
    """Test whether values a year apart resemble each other, by autocorrelation."""
    centred = values - fitted_line(values)
    power = (centred * centred).sum(axis=1)
    correlations = np.stack(
        [
            (centred[:, lag:] * centred[:, :-lag]).sum(axis=1)
            / np.where(power > 0, power, 1.0)
            for lag in range(1, season + 1)
        ]
    )
    spread = 1 + 2 * (correlations[:-1] ** 2).sum(axis=0)
    limit = SIGNIFICANT * np.sqrt(spread / values.shape[1])
    found: NDArray[np.bool_] = np.abs(correlations[-1]) > limit
    found &= power > 0
    return found


def without(values: Array, factors: Array, multiplies: NDArray[np.bool_]) -> Array:
    """Free values of their seasons."""
    each = factors[:, np.arange(values.shape[1]) % factors.shape[1]]
    divisor = np.where(multiplies[:, None], each, 1.0)
    return np.where(multiplies[:, None], values / divisor, values - each)


def _with(values: Array, factors: Array, multiplies: NDArray[np.bool_]) -> Array:
    return np.where(multiplies[:, None], values * factors, values + factors)


def _decomposed(values: Array, season: int, multiplies: NDArray[np.bool_]) -> Array:
    """Average the ratio to, or difference from, the moving year, season by season."""
    window = np.full(season + 1, 1.0 / season)
    window[[0, -1]] /= 2
    sums = np.lib.stride_tricks.sliding_window_view(values, season + 1, axis=1)
    trend = sums @ window
    half = season // 2
    inner = values[:, half : half + trend.shape[1]]
    divisor = np.where(multiplies[:, None], trend, 1.0)
    beside = np.where(multiplies[:, None], inner / divisor, inner - trend)
    places = (np.arange(trend.shape[1]) + half) % season
    raw = np.stack(
        [beside[:, places == place].mean(axis=1) for place in range(season)], axis=1
    )
    mean = raw.mean(axis=1, keepdims=True)
    scale = np.where(multiplies[:, None], mean, 1.0)
    return np.where(multiplies[:, None], raw / scale, raw - mean)
