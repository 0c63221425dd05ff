"""Do a tape with numba: one pass over a tape, row by row.

Imported by `engines` only where numba is installed and a model is run.

The function below is compiled once for all models; a model is data to it, so nothing
is ever generated. It does to each number what NumPy does.
"""

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.dynamics.program import Do, Engine, Program, Tape
from tinhso.foresight.types.dynamics import Ends, Numbers

Words = NDArray[np.int64]
ENDS = {Ends.HOLD: 0, Ends.EXTEND: 1, Ends.STEP: 2, Ends.REFUSE: 3}

# Plain numbers, as compiled code knows no enumerations.
COPY, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER = (int(Do(n)) for n in range(6))
REMAINDER, MINIMUM, MAXIMUM, LESS, LESS_EQUAL = (int(Do(n)) for n in range(6, 11))
GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL = (int(Do(n)) for n in range(11, 15))
AND, OR, NOT, NEGATE, ABSOLUTE, EXP, LN, LOG10 = (int(Do(n)) for n in range(15, 23))
SQRT, SIN, COS, TAN, ARCSIN, ARCCOS, ARCTAN = (int(Do(n)) for n in range(23, 30))
SINH, COSH, TANH, TRUNCATE, CHOOSE, LOOK_UP, CHECK = (int(Do(n)) for n in range(30, 37))


def _compiled(function: Any) -> Any:
    """Compile a function; keep what comes out where there is a place for it."""
    try:
        return numba.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to write it
        return numba.njit(error_model="numpy")(function)


@_compiled
def _pairs(do: int, x: Numbers, y: Numbers, out: Numbers) -> bool:  # noqa: C901 - a list of deeds
    """Do what takes two rows; tell whether it was one of these."""
    count = out.shape[0]
    if do == ADD:
        for m in range(count):
            out[m] = x[m] + y[m]
    elif do == SUBTRACT:
        for m in range(count):
            out[m] = x[m] - y[m]
    elif do == MULTIPLY:
        for m in range(count):
            out[m] = x[m] * y[m]
    elif do == DIVIDE:
        for m in range(count):
            out[m] = x[m] / y[m]
    elif do == POWER:
        for m in range(count):
            out[m] = x[m] ** y[m]
    elif do == REMAINDER:
        for m in range(count):
            out[m] = np.fmod(x[m], y[m])
    elif do == MINIMUM:
        for m in range(count):
            out[m] = x[m] if x[m] <= y[m] or x[m] != x[m] else y[m]
    elif do == MAXIMUM:
        for m in range(count):
            out[m] = x[m] if x[m] >= y[m] or x[m] != x[m] else y[m]
    else:
        return False
    return True


@_compiled
def _comparisons(do: int, x: Numbers, y: Numbers, out: Numbers) -> bool:  # noqa: C901 - as above
    """Do what compares two rows; tell whether it was one of these."""
    count = out.shape[0]
    if do == LESS:
        for m in range(count):
            out[m] = 1.0 if x[m] < y[m] else 0.0
    elif do == LESS_EQUAL:
        for m in range(count):
            out[m] = 1.0 if x[m] <= y[m] else 0.0
    elif do == GREATER:
        for m in range(count):
            out[m] = 1.0 if x[m] > y[m] else 0.0
    elif do == GREATER_EQUAL:
        for m in range(count):
            out[m] = 1.0 if x[m] >= y[m] else 0.0
    elif do == EQUAL:
        for m in range(count):
            out[m] = 1.0 if x[m] == y[m] else 0.0
    elif do == NOT_EQUAL:
        for m in range(count):
            out[m] = 1.0 if x[m] != y[m] else 0.0
    elif do == AND:
        for m in range(count):
            out[m] = 1.0 if x[m] != 0.0 and y[m] != 0.0 else 0.0
    elif do == OR:
        for m in range(count):
            out[m] = 1.0 if x[m] != 0.0 or y[m] != 0.0 else 0.0
    else:
        return False
    return True


@_compiled
def _signs(do: int, x: Numbers, out: Numbers) -> bool:  # noqa: C901 - as above
    """Do what takes one row and is simple; tell whether it was one of these."""
    count = out.shape[0]
    if do == COPY:
        for m in range(count):
            out[m] = x[m]
    elif do == NEGATE:
        for m in range(count):
            out[m] = -x[m]
    elif do == ABSOLUTE:
        for m in range(count):
            out[m] = abs(x[m])
    elif do == NOT:
        for m in range(count):
            out[m] = 1.0 if x[m] == 0.0 else 0.0
    elif do == TRUNCATE:
        for m in range(count):
            out[m] = np.trunc(x[m])
    elif do == EXP:
        for m in range(count):
            out[m] = np.exp(x[m])
    elif do == LN:
        for m in range(count):
            out[m] = np.log(x[m])
    elif do == LOG10:
        for m in range(count):
            out[m] = np.log10(x[m])
    elif do == SQRT:
        for m in range(count):
            out[m] = np.sqrt(x[m])
    else:
        return False
    return True


@_compiled
def _angles(do: int, x: Numbers, out: Numbers) -> None:  # noqa: C901 - as above
    """Do what has to do with angles."""
    count = out.shape[0]
    if do == SIN:
        for m in range(count):
            out[m] = np.sin(x[m])
    elif do == COS:
        for m in range(count):
            out[m] = np.cos(x[m])
    elif do == TAN:
        for m in range(count):
            out[m] = np.tan(x[m])
    elif do == ARCSIN:
        for m in range(count):
            out[m] = np.arcsin(x[m])
    elif do == ARCCOS:
        for m in range(count):
            out[m] = np.arccos(x[m])
    elif do == ARCTAN:
        for m in range(count):
            out[m] = np.arctan(x[m])
    elif do == SINH:
        for m in range(count):
            out[m] = np.sinh(x[m])
    elif do == COSH:
        for m in range(count):
            out[m] = np.cosh(x[m])
    elif do == TANH:
        for m in range(count):
            out[m] = np.tanh(x[m])


@_compiled
def _look_up(xs: Numbers, ys: Numbers, ends: int, x: Numbers, out: Numbers) -> None:
    """Look a row up in a table, as NumPy's engine does."""
    last = xs.shape[0] - 1
    for m in range(out.shape[0]):
        place = min(max(np.searchsorted(xs, x[m], side="right") - 1, 0), last)
        if ends == 2:
            out[m] = ys[place]
        elif ends == 0 and x[m] <= xs[0]:
            out[m] = ys[0]
        elif ends == 0 and x[m] >= xs[last]:
            out[m] = ys[last]
        elif ends == 3 and (x[m] < xs[0] or x[m] > xs[last]):
            out[m] = math.nan
        else:
            left = min(place, last - 1)
            slope = (ys[left + 1] - ys[left]) / (xs[left + 1] - xs[left])
            out[m] = ys[left] + slope * (x[m] - xs[left])


@_compiled
def _choose(condition: Numbers, then: Numbers, other: Numbers, out: Numbers) -> None:
    for m in range(out.shape[0]):
        out[m] = then[m] if condition[m] != 0.0 else other[m]


@_compiled
def _is_finite(row: Numbers) -> bool:
    fine = True
    for m in range(row.shape[0]):
        fine &= bool(np.isfinite(row[m]))
    return fine


@_compiled
def _do_tape(
    tape: Words, rows: Numbers, points: Numbers, begins: Words, ends: Words
) -> int:
    """Do a tape once; answer -1, or the first row that came to no finite number."""
    for place in range(tape.shape[0]):
        do, out = tape[place, 0], rows[tape[place, 1]]
        a, b = rows[tape[place, 2]], rows[tape[place, 3]]
        if do == CHECK:
            if not _is_finite(out):
                return int(tape[place, 1])
        elif do == CHOOSE:
            _choose(a, b, rows[tape[place, 4]], out)
        elif do == LOOK_UP:
            table = tape[place, 5]
            part = points[:, begins[table] : begins[table + 1]]
            _look_up(part[0], part[1], ends[table], a, out)
        elif not (
            _pairs(do, a, b, out) or _comparisons(do, a, b, out) or _signs(do, a, out)
        ):
            _angles(do, a, out)
    return -1


def prepare(program: Program, tape: Tape, rows: Numbers) -> Callable[[], int]:
    """Bind a tape to rows, as numbers; see `Engine`."""
    words = np.array(
        [(deed.do, deed.out, deed.a, deed.b, deed.c, deed.table) for deed in tape],
        dtype=np.int64,
    ).reshape(len(tape), 6)
    sizes = [0, *(len(table.xs) for table in program.tables)]
    begins = np.cumsum(np.array(sizes, dtype=np.int64))
    xs = [x for table in program.tables for x in table.xs]
    ys = [y for table in program.tables for y in table.ys]
    points = np.array([xs, ys], dtype=np.float64).reshape(2, len(xs))
    ends = np.array([ENDS[table.ends] for table in program.tables], dtype=np.int64)
    return lambda: int(_do_tape(words, rows, points, begins, ends))


COMPILED = Engine("numba", prepare)
