"""Say which equation came to no number, at which time, and why."""

from collections.abc import Sequence

import numpy as np

from tinhso.foresight.rules.dynamics import numpy_engine
from tinhso.foresight.rules.dynamics.program import (
    TIME_ROW,
    Cell,
    Constant,
    Do,
    Op,
    Program,
    Ref,
    Role,
    Value,
)
from tinhso.foresight.types.dynamics import Ends, Numbers
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.foresight.types.refusals import DividedByZero, LookupOutside, NotANumber


def fault_of(program: Program, rows: Numbers, row: int) -> ModelRefused:
    """Name the fault of a row that came to no finite number, for its first member."""
    cell = program.cells[row]
    member = int(np.flatnonzero(~np.isfinite(rows[row]))[0])
    column = rows[:, member]
    time = f"{column[TIME_ROW]:g}"
    value = cell.value if cell.role is Role.COMPUTED else cell.first
    told = _cause(program, column, value, cell, time) if value is not None else None
    return told or NotANumber(cell.origin, time=time)


def require_finite(program: Program, outputs: Sequence[str], values: Numbers) -> None:
    """Refuse outputs that are no finite numbers: (n_outputs, n_times, n_members).

    :raises NotANumber: naming the first.
    """
    wrong = ~np.isfinite(values)
    if not wrong.any():
        return
    output, place, _ = np.argwhere(wrong)[0]
    cell = program.cells[program.rows[outputs[output]]]
    every = max(1, round(program.times.save_every / program.times.dt))
    time = program.times.start + place * every * program.times.dt
    raise NotANumber(cell.origin, time=f"{time:g}")


def _cause(
    program: Program, column: Numbers, value: Value, cell: Cell, time: str
) -> ModelRefused | None:
    """Find the innermost deed that turned numbers into none."""
    if not isinstance(value, Op):
        return None
    for arg in _taken(program, column, value):
        if told := _cause(program, column, arg, cell, time):
            return told
    args = [_worked_out(program, column, arg) for arg in value.args]
    if value.do is Do.DIVIDE and args[1] == 0:
        return DividedByZero(cell.origin, time=time)
    table = program.tables[value.table] if value.do is Do.LOOK_UP else None
    refuses = table is not None and table.ends is Ends.REFUSE
    if table and refuses and not table.xs[0] <= args[0] <= table.xs[-1]:
        return LookupOutside(cell.origin, time=time, value=f"{args[0]:g}")
    return None


def _taken(program: Program, column: Numbers, op: Op) -> tuple[Value, ...]:
    """List what a deed takes; of a choice only the way that was chosen."""
    if op.do is not Do.CHOOSE:
        return op.args
    is_true = _worked_out(program, column, op.args[0]) != 0
    return (op.args[0], op.args[1] if is_true else op.args[2])


def _worked_out(program: Program, column: Numbers, value: Value) -> float:
    """Work a value out again, for one member."""
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Ref):
        return float(column[program.row_of_cell[value.cell]])
    args = [np.array([_worked_out(program, column, arg)]) for arg in value.args]
    if value.do is Do.CHOOSE:
        return float(args[1][0] if args[0][0] else args[2][0])
    if value.do is Do.LOOK_UP:
        out = np.empty(1)
        numpy_engine.look_up(program.tables[value.table], args[0], out)
        return float(out[0])
    with np.errstate(all="ignore"):
        return float(numpy_engine.UFUNCS[value.do](*args)[0])
