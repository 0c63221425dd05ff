"""Links between the cells of a model, and which way they work.

The model is run once with its medians. At the saved times each equation is worked out
anew with one of its terms a little larger: what it then comes to tells the sign.
Nothing is asked of whoever wrote the model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tinhso.foresight.rules.dynamics import drawing
from tinhso.foresight.rules.dynamics.compiling import compile_model, refs_of
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY, UFUNCS, look_up
from tinhso.foresight.rules.dynamics.program import (
    Cell,
    Constant,
    Do,
    Op,
    Program,
    Ref,
    Role,
    Value,
)
from tinhso.foresight.rules.dynamics.running import Run, ensemble
from tinhso.foresight.types.diagrams import Sign
from tinhso.foresight.types.dynamics import Model, Numbers

STEP = 1e-4
SMALL = 1e-12
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a model, by number. labels: of those that the model names.

    values: of each cell at the saved times of a run at the medians, (n_times,).
    """

    program: Program
    cells: Mapping[int, Cell]
    labels: Mapping[int, str]
    values: Mapping[int, Numbers]


def cells_of(model: Model) -> Cells:
    """Run a model at its medians, levers in the middle, and keep all its cells.

    :raises ModelRefused: if it comes to no number there.
    """
    program = compile_model(model)
    cells = {
        number: program.cells[row] for number, row in enumerate(program.row_of_cell)
    }
    rows = {f"#{row}": row for row in program.row_of_cell}
    watched = replace(program, rows=rows)
    run = Run(watched, tuple(rows), 1, _middles(model, program))
    kept = dict(zip(rows.values(), ensemble(run, NUMPY, 1), strict=True))
    numbers = {row: number for number, row in enumerate(program.row_of_cell)}
    labels = {numbers[row]: label for label, row in program.rows.items()}
    values = {n: kept[row][:, 0] for n, row in enumerate(program.row_of_cell)}
    return Cells(program, cells, labels, values)


def _middles(model: Model, program: Program) -> dict[str, float]:
    levers = {one.name: one.lever for one in model.parameters if one.lever}
    found = {}
    for stream in program.parameters:
        label = stream.name.split(":", 1)[1].rsplit(":", 1)[0]
        lever = levers.get(label)
        if lever is not None:
            found[label] = (lever.low + lever.high) / 2
        elif stream.prior is not None:
            found[label] = drawing.middle(stream.prior)
    return found


def links_of(cells: Cells) -> dict[Pair, Sign]:
    """Find all links between cells: {(from, into): sign}; what does nothing is none."""
    found: dict[Pair, Sign] = {}
    for number, cell in cells.cells.items():
        for source, sign in _into(cells, cell):
            found[source, number] = joined(found.get((source, number)), sign)
    return found


def _into(cells: Cells, cell: Cell) -> Iterator[tuple[int, Sign]]:
    if cell.role is Role.DELAY:
        yield cell.source, Sign.MORE
    # What only sets a first value, or is held by INIT, drives nothing later.
    for value in (cell.value, cell.net):
        if value is None:
            continue
        for source in set(refs_of(value)):
            sign = _sign(cells, value, source)
            if sign is not None and cells.cells[source].role is not Role.TIME:
                yield source, sign


def _sign(cells: Cells, value: Value, source: int) -> Sign | None:
    now = cells.values[source]
    steps = STEP * np.maximum(np.abs(now), STEP)
    higher = work_out(cells, value, {source: now + steps})
    lower = work_out(cells, value, {source: now - steps})
    change = higher - lower
    scale = np.maximum(np.abs(higher), np.abs(lower)) * SMALL
    more, less = bool((change > scale).any()), bool((change < -scale).any())
    if more and less:
        return Sign.MIXED
    return Sign.MORE if more else Sign.LESS if less else None


def joined(one: Sign | None, other: Sign) -> Sign:
    """Answer the sign of two ways between the same things."""
    return other if one in (None, other) else Sign.MIXED


def work_out(cells: Cells, value: Value, moved: Mapping[int, Numbers]) -> Numbers:
    """Work a value out at all times, some cells moved: (n_times,)."""
    if isinstance(value, Constant):
        return np.full_like(cells.values[0], value.value)
    if isinstance(value, Ref):
        return moved.get(value.cell, cells.values[value.cell])
    given = [work_out(cells, arg, moved) for arg in value.args]
    with np.errstate(all="ignore"):
        return np.asarray(_done(cells.program, value, given), np.float64)


def _done(program: Program, op: Op, given: list[Numbers]) -> Numbers:
    if op.do is Do.CHOOSE:
        return np.where(given[0] != 0, given[1], given[2])
    if op.do is Do.LOOK_UP:
        out = np.empty_like(given[0])
        look_up(program.tables[op.table], given[0], out)
        return out
    ufunc = UFUNCS.get(op.do)
    return given[0] if ufunc is None else np.asarray(ufunc(*given))
