"""Bring a national table to a province by location quotients.

No province has an input-output table of its own (domain facts, 6.1). A province in
which an industry is weaker than in the nation buys part of what it needs from it
elsewhere; a quotient below 1 says how large a part stays.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tinhso.foresight.rules.account.tables import Array, require_coefficients
from tinhso.foresight.types.account import (
    Quotient,
)
from tinhso.foresight.types.account_refusals import (
    DeltaWrong,
    IndustryMissing,
    RegionAboveNation,
    ValueAddedMissing,
)


def regional(
    a: Array,
    codes: Sequence[str],
    *,
    region: Mapping[str, float],
    nation: Mapping[str, float],
    by: Quotient = Quotient.SIMPLE,
    delta: float = 0.3,
) -> Array:
    """Scale national coefficients down to a province: a_ij · min(1, q_ij), (n, n).

    region, nation: {VSIC-2: value added or output of an industry}. q_ij: the simple
    quotient of i; that over the one of j; or Flegg's, which is smaller the smaller the
    province is, by `delta`. On the diagonal always the simple one.

    :raises IndustryMissing, ValueAddedMissing, RegionAboveNation, DeltaWrong,
        TableRefused: naming the industry.
    """
    require_coefficients(a, codes)
    if not 0 <= delta < 1:
        raise DeltaWrong
    part = _numbers(region, codes)
    whole = _numbers(nation, codes)
    _require_within(part, whole, codes)
    simple = (part / part.sum()) / (whole / whole.sum())
    quotients = _quotients(simple, by)
    if by is Quotient.FLEGG:
        quotients = quotients * np.log2(1 + part.sum() / whole.sum()) ** delta
    np.fill_diagonal(quotients, simple)
    found: Array = a * np.minimum(1.0, quotients)
    return found


def _numbers(told: Mapping[str, float], codes: Sequence[str]) -> Array:
    for code in codes:
        if code not in told:
            raise IndustryMissing(code=code)
    return np.array([told[code] for code in codes], dtype=float)


def _require_within(part: Array, whole: Array, codes: Sequence[str]) -> None:
    for code, here, there in zip(codes, part.tolist(), whole.tolist(), strict=True):
        if not here >= 0 or not there > 0:
            raise ValueAddedMissing(code=code)
        if here > there:
            raise RegionAboveNation(code=code)
    if not part.sum() > 0:
        raise ValueAddedMissing(code=codes[0])


def _quotients(simple: Array, by: Quotient) -> Array:
    """Lay the quotients out as (n, n): row i delivers to column j."""
    rows = np.repeat(simple[:, None], len(simple), axis=1)
    if by is Quotient.SIMPLE:
        return rows
    # An industry that is not there uses nothing; any quotient does.
    users = np.where(simple > 0, simple, 1.0)
    found: Array = rows / users[None, :]
    return found
