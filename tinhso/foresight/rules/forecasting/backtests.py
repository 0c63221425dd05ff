"""What would have been forecast at earlier times, held against what came.

A rolling back-test forecasts from each earlier origin by what was known then and notes
each error in units of how far values usually lay apart. Errors are pooled over series
of like period length, by how much was known (a band) and how far ahead they look.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.forecasting.methods import (
    LEAST,
    carried_on,
    naively,
    scales,
)
from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.indicators.types import PeriodKind

# Origins further back say little of how a series behaves now, and cost as much.
MOST_ORIGINS = 12
# How far ahead errors are told apart; farther, the spread is drawn on.
FARTHEST = {PeriodKind.YEAR: 8, PeriodKind.QUARTER: 12, PeriodKind.MONTH: 24}
# From so many points on, a series belongs to the next band.
BANDS = {
    PeriodKind.YEAR: (3, 5, 7, 10, 15),
    PeriodKind.QUARTER: (3, 5, 8, 12, 20),
    PeriodKind.MONTH: (3, 7, 13, 24, 36, 60),
}


@dataclass(frozen=True, slots=True)
class Tested:
    """Errors of some series from one origin, in units of their scale.

    errors, naive: (n_series, horizon), NaN where nothing came, or came bridged; scale:
    (n_series,); known: how many points stood before the origin.
    """

    known: int
    errors: Array
    naive: Array
    scale: Array


def band_of(kind: PeriodKind, n_times: int) -> int:
    """Tell the band of a length: the least length that belongs to it.

    >>> band_of(PeriodKind.YEAR, 6), band_of(PeriodKind.MONTH, 200)
    (5, 60)
    """
    return max(least for least in BANDS[kind] if least <= max(n_times, LEAST))


def rolled(
    values: Array, real: NDArray[np.bool_], horizon: int, kind: PeriodKind
) -> Iterator[Tested]:
    """Back-test series of one length from each of the newest origins, the oldest first.

    real: which values came; bridged ones are no truth to hold a forecast against.
    """
    n_times = values.shape[1]
    for known in range(max(LEAST, n_times - MOST_ORIGINS), n_times):
        yield tested_at(values, real, known, horizon, kind)


def tested_at(
    values: Array,
    real: NDArray[np.bool_],
    known: int,
    horizon: int,
    kind: PeriodKind,
) -> Tested:
    """Forecast series by their first values, and hold that against the rest."""
    steps = min(horizon, values.shape[1] - known)
    then, came = values[:, :known], slice(known, known + steps)
    scale = scales(then, real[:, :known], kind)
    # What never moved has no scale; an error of it cannot be told in such units.
    unit = np.where(scale > 0, scale, np.nan)[:, None]
    truth = np.where(real[:, came], values[:, came], np.nan)
    errors = np.full((2, len(values), horizon), np.nan)
    for place, method in enumerate((carried_on, naively)):
        errors[place, :, :steps] = (truth - method(then, steps, kind)) / unit
    return Tested(known, errors[0], errors[1], scale)
