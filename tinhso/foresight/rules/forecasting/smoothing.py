"""Methods for series without seasons, each for many series of one length at once.

values: (n_series, n_times), any unit, the oldest first, no gaps; forecasts:
(n_series, horizon) in the same unit. Weights are chosen from grids by the least sum of
squared one-step errors, so that a forecast of c·x is c times that of x.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Fewer points leave nothing to choose a weight by.
LEAST = 3
ALPHAS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
# Level, trend as a share of level, damping: Gardner & McKenzie (1985) damp as trends
# of economies rarely last; 0.8 to 0.98 as in Hyndman & Athanasopoulos, FPP3, 8.2.
DAMPED = np.array(
    list(product((0.1, 0.3, 0.5, 0.7, 0.9, 0.99), (0.05, 0.2, 0.5), (0.8, 0.9, 0.98)))
)
# So many series at once stay in the processor's cache with all their weights.
BLOCK = 256


def naive(values: Array, horizon: int) -> Array:
    """Say the last value again."""
    return np.repeat(values[:, -1:], horizon, axis=1)


def level(values: Array, horizon: int) -> Array:
    """Carry on the level of simple exponential smoothing (Brown 1956): no trend."""
    return np.repeat(_smoothed(values)[:, None], horizon, axis=1)


def drift(values: Array, horizon: int) -> Array:
    """Carry on the straight line from the first value to the last.

    >>> drift(np.array([[1.0, 5.0, 3.0]]), 2)
    array([[4., 5.]])
    """
    slope = (values[:, -1] - values[:, 0]) / (values.shape[1] - 1)
    found: Array = values[:, -1:] + slope[:, None] * _ahead(horizon)
    return found


def theta(values: Array, horizon: int) -> Array:
    """Forecast by the standard Theta method.

    Half the regression line, half the simply smoothed series of doubled curvature
    (Assimakopoulos & Nikolopoulos 2000, doi:10.1016/S0169-2070(00)00066-2); the same as
    smoothing with half the line's slope as drift (Hyndman & Billah 2003).
    """
    n_times = values.shape[1]
    line = fitted_line(values)
    slope = (line[:, -1:] - line[:, :1]) / (n_times - 1)
    ahead = line[:, -1:] + slope * _ahead(horizon)
    found: Array = (ahead + _smoothed(2 * values - line)[:, None]) / 2
    return found


def fitted_line(values: Array) -> Array:
    """Fit the straight line of least squares: (n_series, n_times).

    >>> fitted_line(np.array([[1.0, 2.0, 3.0]]))
    array([[1., 2., 3.]])
    """
    n_times = values.shape[1]
    times = np.arange(n_times) - (n_times - 1) / 2
    centre = values.mean(axis=1, keepdims=True)
    slope = (values - centre) @ times[:, None] / (times @ times)
    found: Array = centre + slope * times
    return found


def damped(values: Array, horizon: int) -> Array:
    """Forecast by Holt's linear trend, damped (Gardner & McKenzie 1985).

    The level begins at the first value, the trend as the mean step of the first few.
    """
    blocks = (values[at : at + BLOCK] for at in range(0, len(values), BLOCK))
    return np.concatenate([_damped(block, horizon) for block in blocks])


def mean_of_three(values: Array, horizon: int) -> Array:
    """Forecast by the mean of Theta, damped trend and drift."""
    parts = (method(values, horizon) for method in (theta, damped, drift))
    return sum(parts, np.zeros((len(values), horizon))) / 3


def _ahead(horizon: int) -> Array:
    return np.arange(1.0, horizon + 1)


def _smoothed(values: Array) -> Array:
    """Find the last level of simple exponential smoothing: (n_series,)."""
    alphas = ALPHAS[:, None]
    level = np.repeat(values[None, :, 0], len(ALPHAS), axis=0)
    missed = np.zeros_like(level)
    for now in values.T[1:]:
        error = now - level
        missed += error * error
        level += alphas * error
    best = missed.argmin(axis=0)
    found: Array = level[best, np.arange(len(values))]
    return found


def _damped(values: Array, horizon: int) -> Array:
    alpha, share, phi = (column[:, None] for column in DAMPED.T)
    steps = min(values.shape[1] - 1, 4)
    level = np.repeat(values[None, :, 0], len(DAMPED), axis=0)
    trend = np.repeat(
        ((values[:, steps] - values[:, 0]) / steps)[None, :], len(DAMPED), axis=0
    )
    missed = np.zeros_like(level)
    for now in values.T[1:]:
        trend *= phi
        level += trend
        error = now - level
        missed += error * error
        level += alpha * error
        trend += alpha * share * error
    best, each = missed.argmin(axis=0), np.arange(len(values))
    reach = np.cumsum(DAMPED[best, 2][:, None] ** _ahead(horizon), axis=1)
    found: Array = level[best, each][:, None] + trend[best, each][:, None] * reach
    return found
