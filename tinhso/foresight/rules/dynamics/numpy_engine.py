"""Do a tape with NumPy: one call a deed, on the rows of all members at once."""

from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite

import numpy as np

from tinhso.foresight.rules.dynamics.program import Deed, Do, Engine, Program, Tape
from tinhso.foresight.types.dynamics import Ends, Numbers, Table

FINE = -1
Step = Callable[[], object]

UFUNCS: Mapping[Do, np.ufunc] = {
    Do.ADD: np.add,
    Do.SUBTRACT: np.subtract,
    Do.MULTIPLY: np.multiply,
    Do.DIVIDE: np.divide,
    Do.POWER: np.power,
    Do.REMAINDER: np.fmod,
    Do.MINIMUM: np.minimum,
    Do.MAXIMUM: np.maximum,
    Do.LESS: np.less,
    Do.LESS_EQUAL: np.less_equal,
    Do.GREATER: np.greater,
    Do.GREATER_EQUAL: np.greater_equal,
    Do.EQUAL: np.equal,
    Do.NOT_EQUAL: np.not_equal,
    Do.AND: np.logical_and,
    Do.OR: np.logical_or,
    Do.NOT: np.logical_not,
    Do.NEGATE: np.negative,
    Do.ABSOLUTE: np.absolute,
    Do.EXP: np.exp,
    Do.LN: np.log,
    Do.LOG10: np.log10,
    Do.SQRT: np.sqrt,
    Do.SIN: np.sin,
    Do.COS: np.cos,
    Do.TAN: np.tan,
    Do.ARCSIN: np.arcsin,
    Do.ARCCOS: np.arccos,
    Do.ARCTAN: np.arctan,
    Do.SINH: np.sinh,
    Do.COSH: np.cosh,
    Do.TANH: np.tanh,
    Do.TRUNCATE: np.trunc,
}


def prepare(program: Program, tape: Tape, rows: Numbers) -> Callable[[], int]:
    """Bind a tape to rows: (n_rows, n_members); what comes back does the tape once.

    It answers -1, or the first row that came to no finite number.
    """
    checked = [deed.out for deed in tape if deed.do is Do.CHECK]
    steps = [_step(program, deed, rows) for deed in tape if deed.do is not Do.CHECK]

    def do() -> int:
        with np.errstate(all="ignore"):
            for step in steps:
                step()
            return _first_wrong(rows, checked)

    return do


def _first_wrong(rows: Numbers, checked: list[int]) -> int:
    """Find the first of some rows that has no finite number; -1 if all have."""
    for row in checked:
        # A sum is soon worked out; it is no number if one of them is none.
        if not isfinite(rows[row].sum()) and not np.isfinite(rows[row]).all():
            return row
    return FINE


def _step(program: Program, deed: Deed, rows: Numbers) -> Step:
    out, a = rows[deed.out], rows[deed.a]
    ufunc = UFUNCS.get(deed.do)
    if ufunc is not None:
        given = (a,) if ufunc.nin == 1 else (a, rows[deed.b])
        return partial(ufunc, *given, out=out)
    if deed.do is Do.CHOOSE:
        return partial(_choose, out, a, rows[deed.b], rows[deed.c])
    if deed.do is Do.LOOK_UP:
        return partial(look_up, program.tables[deed.table], a, out)
    return partial(np.copyto, out, a)


def _choose(out: Numbers, condition: Numbers, then: Numbers, other: Numbers) -> None:
    np.copyto(out, other)
    np.copyto(out, then, where=condition != 0)


def look_up(table: Table, given: Numbers, out: Numbers) -> None:
    """Look numbers up in a table; NaN where it was told to refuse."""
    xs, ys = np.asarray(table.xs), np.asarray(table.ys)
    last = len(xs) - 1
    place = np.clip(np.searchsorted(xs, given, side="right") - 1, 0, last)
    if table.ends is Ends.STEP:
        np.copyto(out, ys[place])
        return
    left = np.minimum(place, last - 1)
    slope = (ys[left + 1] - ys[left]) / (xs[left + 1] - xs[left])
    found = ys[left] + slope * (given - xs[left])
    _mend_ends(table, given, found)
    np.copyto(out, found)


def _mend_ends(table: Table, given: Numbers, found: Numbers) -> None:
    below, above = given <= table.xs[0], given >= table.xs[-1]
    if table.ends is Ends.HOLD:
        found[below], found[above] = table.ys[0], table.ys[-1]
    if table.ends is Ends.REFUSE:
        found[(given < table.xs[0]) | (given > table.xs[-1])] = np.nan


NUMPY = Engine("numpy", prepare)
