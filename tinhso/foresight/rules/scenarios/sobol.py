"""Sobol indices: how much of a spread comes from what, alone and with others.

Samples after Saltelli (2002): two tables of points, and for each factor the first with
one column of the second. First-order indices as in Saltelli et al. (2010), total ones
after Jansen (1999). The points are scrambled Sobol points, so that a seed names them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from tinhso.foresight.types.dynamics import Numbers

LEAST_SAMPLES, MOST_SAMPLES = 16, 65_536
EDGE = 2.0**-53


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices and their standard errors, each (n_factors,)."""

    first: Numbers
    first_error: Numbers
    total: Numbers
    total_error: Numbers


def points(samples: int, factors: int, seed: int) -> Numbers:
    """Lay out all points: ((factors + 2) * samples, factors), above 0 and below 1.

    First the table A, then B, then for each factor A with its column from B.
    """
    drawn = qmc.Sobol(2 * factors, rng=np.random.default_rng(seed)).random(samples)
    drawn = np.clip(drawn, EDGE, 1 - EDGE)
    first, second = drawn[:, :factors], drawn[:, factors:]
    tables = [first, second]
    for factor in range(factors):
        mixed = first.copy()
        mixed[:, factor] = second[:, factor]
        tables.append(mixed)
    return np.concatenate(tables)


def indices(values: Numbers, factors: int) -> Indices:
    """Work indices out of what all points came to: ((factors + 2) * samples,).

    Where nothing varies, all are 0.
    """
    samples = len(values) // (factors + 2)
    tables = values.reshape(factors + 2, samples)
    both = tables[:2].ravel()
    spread = float(both.var())
    if spread == 0:
        none = np.zeros(factors)
        return Indices(none, none, none, none)
    a, b = (tables[:2] - both.mean()) / np.sqrt(spread)
    mixed = (tables[2:] - both.mean()) / np.sqrt(spread)
    firsts = b * (mixed - a)
    totals = (a - mixed) ** 2 / 2
    root = np.sqrt(samples)
    return Indices(
        firsts.mean(axis=1),
        firsts.std(axis=1) / root,
        totals.mean(axis=1),
        totals.std(axis=1) / root,
    )
