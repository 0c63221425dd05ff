"""Quarters of an annual series by a quarterly indicator: Chow and Lin (1971).

Generalised least squares on the years, with errors that are AR(1) by quarter; what a
year is off is spread over its quarters, so that they add up to the year.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from tinhso.foresight.rules.account.tables import Array
from tinhso.foresight.types.account import (
    Nowcast,
)
from tinhso.foresight.types.account_refusals import (
    IndicatorConstant,
    QuartersWrong,
    TooFewYears,
)

QUARTERS = 4
# Two numbers and rho are estimated; with fewer years nothing would be left to judge by.
LEAST_YEARS = 4
MOST_RHO = 0.99


def nowcast(years: Sequence[float], indicator: Sequence[float]) -> Nowcast:
    """Make quarters of years, and of the quarters begun after the last of them.

    years: (n,); indicator: (4n to 4n + 4,), quarter by quarter from the first year's.

    :raises TooFewYears, QuartersWrong, IndicatorConstant: if it cannot be.
    """
    y, x = np.asarray(years, dtype=float), np.asarray(indicator, dtype=float)
    _require(y, x)
    design = np.column_stack([np.ones(len(x)), x])
    sums = np.zeros((len(y), len(x)))
    for year in range(len(y)):
        sums[year, year * QUARTERS : (year + 1) * QUARTERS] = 1.0
    found = minimize_scalar(
        lambda rho: -_likelihood(y, design, sums, rho),
        bounds=(0.0, MOST_RHO),
        method="bounded",
    )
    rho = float(found.x)
    quarters, beta = _quarters(y, design, sums, rho)
    return Nowcast(
        quarters=tuple(_exact(quarters, y).tolist()),
        rho=rho,
        beta=(float(beta[0]), float(beta[1])),
    )


def _require(y: Array, x: Array) -> None:
    if y.ndim != 1 or len(y) < LEAST_YEARS or not np.isfinite(y).all():
        raise TooFewYears(least=LEAST_YEARS)
    if not 0 <= len(x) - QUARTERS * len(y) <= QUARTERS or not np.isfinite(x).all():
        raise QuartersWrong
    by_year = x[: QUARTERS * len(y)].reshape(-1, QUARTERS).sum(axis=1)
    # The slope is told by the years alone.
    if np.ptp(by_year) <= 1e-9 * max(1.0, float(np.abs(by_year).max())):
        raise IndicatorConstant


def _fit(
    y: Array, design: Array, sums: Array, rho: float
) -> tuple[Array, Array, Array, Array]:
    """Answer beta, the years' errors, their covariance and that of the quarters."""
    n = design.shape[0]
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    v = rho**apart / (1 - rho**2)
    w = sums @ v @ sums.T
    x = sums @ design
    weighed = np.linalg.solve(w, x)
    solved = np.linalg.solve(x.T @ weighed, weighed.T @ y)
    beta = np.asarray(solved, dtype=np.float64)
    return beta, y - x @ beta, w, v


def _likelihood(y: Array, design: Array, sums: Array, rho: float) -> float:
    """Tell the logarithm of the likelihood of the years, but for what never changes."""
    _, errors, w, _ = _fit(y, design, sums, rho)
    n = len(y)
    spread = float(errors @ np.linalg.solve(w, errors)) / n
    _, logarithm = np.linalg.slogdet(w)
    return -0.5 * (n * float(np.log(max(spread, 1e-300))) + float(logarithm))


def _quarters(y: Array, design: Array, sums: Array, rho: float) -> tuple[Array, Array]:
    beta, errors, w, v = _fit(y, design, sums, rho)
    return design @ beta + v @ sums.T @ np.linalg.solve(w, errors), beta


def _exact(quarters: Array, y: Array) -> Array:
    """Give the last quarter of each year what rounding left over."""
    found = quarters.copy()
    for year, total in enumerate(y.tolist()):
        first = year * QUARTERS
        found[first + 3] = total - float(found[first : first + 3].sum())
    return found
