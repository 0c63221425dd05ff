"""How sure a share is where the coefficients of digital inputs are not."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.account.tables import Array, leontief, require_coefficients
from tinhso.foresight.types.account import (
    Range,
    Through,
)
from tinhso.foresight.types.account_refusals import (
    GrdpWrong,
    IndustryMissing,
    SpreadWrong,
)

QUANTILES = (0.05, 0.5, 0.95)
LEAST_MEMBERS, MOST_MEMBERS = 100, 20_000
# A column whose coefficients were drawn above 1 is brought back to just below.
MOST_COLUMN = 0.999


def share_range(
    *,
    a: Array,
    codes: Sequence[str],
    core: Collection[str],
    through: Through,
    value_added: Mapping[str, float],
    grdp: float,
    spread: float,
    members: int,
    seed: int,
) -> Range:
    """Draw coefficients many times, and tell quantiles of the share in percent.

    Each coefficient is multiplied by a lognormal factor of mean 1; spread: its standard
    deviation, as 0.2. Value added and GRDP are taken as known. The same seed draws the
    same again.

    :raises SpreadWrong, GrdpWrong, IndustryMissing, TableRefused: if it cannot be.
    """
    if not 0 <= spread <= 1 or not LEAST_MEMBERS <= members <= MOST_MEMBERS:
        raise SpreadWrong(most=MOST_MEMBERS)
    if not grdp > 0:
        raise GrdpWrong
    require_coefficients(a, codes)
    if not set(codes) >= set(value_added):
        raise IndustryMissing(code=min(set(value_added) - set(codes)))
    added = np.array([value_added.get(code, 0.0) for code in codes])
    is_core = np.array([code in core for code in codes])
    draws = np.random.default_rng(seed)
    found, cut = np.empty(members), 0
    for member in range(members):
        shares, held = _drawn(a, is_core, through, spread, draws)
        found[member] = 100 * float(added @ shares) / grdp
        cut += held
    low, middle, high = np.quantile(found, QUANTILES).tolist()
    return Range(low, middle, high, members, seed, cut)


def _drawn(
    a: Array,
    is_core: NDArray[np.bool_],
    through: Through,
    spread: float,
    draws: np.random.Generator,
) -> tuple[Array, int]:
    """Draw the digital share of each industry; tell how many were held."""
    sigma = float(np.sqrt(np.log1p(spread**2)))
    factors = draws.lognormal(mean=-(sigma**2) / 2, sigma=sigma, size=a.shape)
    drawn = a * factors
    totals = drawn.sum(axis=0)
    is_above = totals > MOST_COLUMN
    drawn = np.where(
        is_above, drawn * (MOST_COLUMN / np.maximum(totals, 1e-300)), drawn
    )
    used = drawn if through is Through.DIRECT else leontief(drawn)
    shares = used[is_core].sum(axis=0)
    held = int(is_above.sum()) + int((shares[~is_core] > 1).sum())
    return np.where(is_core, 1.0, np.minimum(shares, 1.0)), held
