"""Input-output tables: checked, as coefficients, and inverted."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.types.account import (
    IoTable,
    Through,
)
from tinhso.foresight.types.account_refusals import (
    CellNegative,
    ColumnAboveOne,
    IndustryMissing,
    IndustryTwice,
    IndustryUnknown,
    OutputMissing,
    ShareAboveOne,
    TableNotSquare,
    TableSingular,
    ValueAddedMissing,
)
from tinhso.kernel.text import fraction

Array = NDArray[np.float64]
# The 88 divisions of VSIC 2018 (Decision 27/2018/QĐ-TTg), by first and last.
_RUNS = (
    *((1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53)),
    *((55, 56), (58, 63), (64, 66), (68, 68), (69, 75), (77, 82), (84, 84)),
    *((85, 85), (86, 88), (90, 93), (94, 96), (97, 98), (99, 99)),
)
DIVISIONS = frozenset(
    f"{code:02}" for first, last in _RUNS for code in range(first, last + 1)
)
# Below this a matrix counts as one that cannot be inverted.
LEAST_CONDITION = 1e-12


def require_codes(codes: Sequence[str]) -> None:
    """Refuse codes that are no divisions of VSIC 2018, and those that stand twice.

    :raises IndustryUnknown, IndustryTwice: naming the first.
    """
    for place, code in enumerate(codes):
        if code not in DIVISIONS:
            raise IndustryUnknown(code=code[:20])
        if code in codes[:place]:
            raise IndustryTwice(code=code)


def require_table(table: IoTable) -> None:
    """Refuse a table that cannot be one, naming the first thing that is wrong.

    :raises TableRefused: by its own name.
    """
    require_codes(table.codes)
    flows = np.asarray(table.flows, dtype=float)
    n = len(table.codes)
    if flows.shape != (n, n) or not len(table.value_added) == len(table.output) == n:
        raise TableNotSquare
    for row, column in np.argwhere(~(flows >= 0)):
        raise CellNegative(row=table.codes[row], column=table.codes[column])
    for code, added, output in zip(
        table.codes, table.value_added, table.output, strict=True
    ):
        if not added > 0:
            raise ValueAddedMissing(code=code)
        if not output > 0:
            raise OutputMissing(code=code)


def coefficients(table: IoTable) -> Array:
    """Divide each flow by the output of the industry that uses it: (n, n).

    :raises TableRefused: if the table cannot be one.
    """
    require_table(table)
    flows = np.asarray(table.flows, dtype=float)
    found: Array = flows / np.asarray(table.output, dtype=float)
    require_coefficients(found, table.codes)
    return found


def require_coefficients(a: Array, codes: Sequence[str]) -> None:
    """Refuse coefficients below zero, and industries that use more than they put out.

    :raises CellNegative, ColumnAboveOne: naming the first.
    """
    for row, column in np.argwhere(~(a >= 0)):
        raise CellNegative(row=codes[row], column=codes[column])
    for code, total in zip(codes, a.sum(axis=0).tolist(), strict=True):
        if total > 1:
            raise ColumnAboveOne(code=code, total=fraction(round(total, 3)))


def leontief(a: Array) -> Array:
    """Invert I − A: what must be put out in all for one unit of final use.

    :raises TableSingular: if there is no inverse.
    """
    matrix = np.eye(len(a)) - a
    try:
        inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise TableSingular from None
    if not np.isfinite(inverse).all() or 1 / np.linalg.cond(matrix) < LEAST_CONDITION:
        raise TableSingular
    return inverse


def digital_shares(
    a: Array, codes: Sequence[str], core: Collection[str], through: Through
) -> dict[str, float]:
    """Tell how much of each industry is digital, 0 to 1: all of a core industry.

    Of another one the inputs that core industries deliver, in units of its output:
    Σ_{i∈core} a_ij, or by the Leontief inverse Σ_{i∈core} l_ij.

    :raises IndustryMissing: if no core industry is in the table.
    :raises ShareAboveOne, TableSingular, TableRefused: if no share comes of it.
    """
    require_coefficients(a, codes)
    rows = [place for place, code in enumerate(codes) if code in core]
    if not rows:
        raise IndustryMissing(code=", ".join(sorted(core)))
    used = a if through is Through.DIRECT else leontief(a)
    found = used[rows].sum(axis=0)
    found[rows] = 1.0
    for code, share in zip(codes, found.tolist(), strict=True):
        if share > 1:
            raise ShareAboveOne(code=code, share=fraction(round(share, 3)))
    return dict(zip(codes, found.tolist(), strict=True))
