"""How wide a forecast may miss: quantiles of pooled absolute errors.

Split conformal prediction (Vovk, Gammerman & Shafer 2005; Lei et al. 2018,
doi:10.1080/01621459.2017.1307116): an interval holds what comes as often as earlier
errors were no larger than its half width. The errors of one short series are too few
for that, so those of many are pooled in units of each series' scale. Where the series
at hand are few, what is known of 7,000 open series stands in, the less the more errors
the own back-tests have made.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import ceil, log
from typing import Any

import numpy as np

from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.indicators.types import PeriodKind

# The levels at which a spread is kept; between them it is drawn straight.
LEVELS = np.array([0, *range(5, 100, 5), 97, 99]) / 100
# The level by which spreads are compared: 80 %.
COMMON = 16
# So many own errors of one horizon count as much as what all horizons say, and so many
# origins as much as the open series.
EVEN, EVEN_COMMON = 100, 30
# A spread grows with the root of time at least, as that of a random walk, and with
# time itself at most, as that of an unknown slope.
LEAST_GROWTH, MOST_GROWTH = 0.5, 1.0


def pooled(errors: Array) -> Array:
    """Find the quantiles of absolute errors: (n_errors, horizon) to (horizon, levels).

    The finite-sample rank of conformal prediction, so that with few errors a high level
    is unknown: NaN. NaN errors are none.
    """
    kept = [np.sort(np.abs(column[~np.isnan(column)])) for column in errors.T]
    return np.array([[_ranked(one, level) for level in LEVELS] for one in kept])


def counts(errors: Array) -> Array:
    """Count the errors of each horizon."""
    found: Array = (~np.isnan(errors)).sum(axis=0).astype(np.float64)
    return found


def blended(errors: Array, beside: Array, known: Array) -> Array:
    """Put own errors and those of open series together: (horizon, levels).

    errors: (n_errors, horizon) of own series a little shorter; beside, known: (horizon,
    levels), the spread of open series as short, and as long as those to be forecast.
    Own errors of all horizons first say by how much these series miss more or less than
    open ones; where there are many of one horizon, they speak for it themselves.
    """
    common = np.where(beside[:, COMMON] > 0, beside[:, COMMON], 1.0)
    own = pooled((errors / common).reshape(-1, 1))[0]
    number = counts(errors)
    weight = number.max() / (number.max() + EVEN_COMMON)
    shape = known / np.where(known[:, [COMMON]] > 0, known[:, [COMMON]], 1.0)
    # What is rarer than own errors can tell keeps the shape of open ones.
    told = np.where(np.isnan(own), shape * np.nan_to_num(own[COMMON], nan=1.0), own)
    close = known[:, [COMMON]] * (weight * told + (1 - weight) * shape)
    longer = known / np.where(beside > 0, beside, 1.0)
    direct = pooled(errors) * longer
    share = (number / (number + EVEN))[:, None]
    return widening(
        share * np.where(np.isnan(direct), close, direct) + (1 - share) * close
    )


def widening(quantiles: Array) -> Array:
    """Let no spread be narrower than one of a nearer time, or of a lower level."""
    nearer = np.maximum.accumulate(quantiles, axis=0)
    found: Array = np.maximum.accumulate(nearer, axis=1)
    return found


def drawn_on(quantiles: Array, horizon: int) -> Array:
    """Carry spreads on to a horizon, as they grew so far: (horizon, levels)."""
    known = len(quantiles)
    if horizon <= known:
        return quantiles[:horizon]
    middle = len(LEVELS) // 2
    grown = quantiles[-1, middle] / max(quantiles[0, middle], 1e-300)
    power = log(max(grown, 1.0)) / log(known) if known > 1 else LEAST_GROWTH
    power = min(max(power, LEAST_GROWTH), MOST_GROWTH)
    ahead = (np.arange(known + 1, horizon + 1) / known) ** power
    return np.concatenate([quantiles, quantiles[-1:] * ahead[:, None]])


def half_width(quantiles: Array, level: float) -> Array:
    """Read the half width of intervals: (..., levels) at a level from 0 to 1."""
    found: Array = np.apply_along_axis(
        lambda row: np.interp(level, LEVELS, row), -1, quantiles
    )
    return found


def share_within(quantiles: Array | Sequence[float], distance: float) -> float:
    """Tell how often errors are no larger than a distance: (levels,), 0 to 1."""
    if distance <= 0:
        return 0.0
    # Beyond the widest kept level nothing is certain.
    return float(np.interp(distance, quantiles, LEVELS))


def open_series(kind: PeriodKind, band: int) -> Array:
    """Read what is known of open series: (horizon, levels).

    M1, M3 and Tourism competitions, by `bench/forecast_errors.py`; errors.json says
    of how many series and errors.
    """
    found = _table()["quantiles"][kind.value][str(band)]
    return np.array(found, dtype=np.float64)


def made_of_methods() -> str:
    """Tell by which version of the methods the open series were forecast."""
    return str(_table()["methods"])


def _ranked(sorted_errors: Array, level: float) -> float:
    number = len(sorted_errors)
    if level == 0:
        return 0.0
    rank = ceil((number + 1) * level - 1e-9)
    return float(sorted_errors[rank - 1]) if 0 < rank <= number else float("nan")


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any]
    found = json.loads((files(__package__) / "errors.json").read_text("utf-8"))
    return found
