"""Whether a look-up can be looked up in."""

from itertools import pairwise
from math import isfinite

from tinhso.foresight.types.dynamics import Table
from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import TableWrong


def sound_table(table: Table, origin: Origin) -> Table:
    """Answer a table if it is one.

    :raises TableWrong: if it has fewer than two points, or its x do not grow.
    """
    grows = all(left < right for left, right in pairwise(table.xs))
    is_whole = len(table.xs) == len(table.ys) >= 2
    if not (grows and is_whole and all(map(isfinite, (*table.xs, *table.ys)))):
        raise TableWrong(origin)
    return table
