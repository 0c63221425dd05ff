"""Hold a run against the output that a case of the test suite calls right."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from math import isclose, nan

from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.names import canonical
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.running import Run, ensemble, saved_times
from tinhso.foresight.types.dynamics import Model

RELATIVE, NEAR_ZERO = 1e-4, 1e-6
# What programs say of the run itself rather than of the model.
OF_THE_RUN = {"time", "saveper", "initial_time", "final_time", "time_step"}
Columns = Mapping[str, Sequence[float]]


def differences(model: Model, expected: str) -> Iterator[str]:
    """Say where a run of a model is not what a table of it says; nothing if it is.

    :raises ModelRefused: if the model cannot be run.
    """
    program = compile_model(model)
    outputs = tuple(program.rows)
    kept = ensemble(Run(program, outputs, 0, {}), NUMPY, 1)
    found = {
        label: [float(one) for one in values[:, 0]]
        for label, values in zip(outputs, kept, strict=True)
    }
    times = saved_times(program)
    columns = table_of(expected)
    for name, wanted in columns.items():
        # The suite's own comparison passes over what a file does not have, as some do.
        if name not in OF_THE_RUN and name in found:
            yield from _apart(name, columns["time"], wanted, times, found[name])
    if not columns.keys() & found.keys():
        yield "no column of the output is in the model"


def _apart(
    name: str,
    at: Sequence[float],
    wanted: Sequence[float],
    times: Sequence[float],
    found: Sequence[float],
) -> Iterator[str]:
    """Answer the first time at which a column differs; blank cells say nothing."""
    known = dict(zip(map(_rounded, times), found, strict=True))
    for time, right in zip(at, wanted, strict=True):
        ours = known.get(_rounded(time), nan)
        is_blank = right != right
        if is_blank:
            continue
        if not _is_near(ours, right):
            yield f"{name}: {ours:g} instead of {right:g} at {time:g}"
            return


def _is_near(ours: float, right: float) -> bool:
    """Compare as the suite does: both next to zero, or nearly the same."""
    if max(abs(ours), abs(right)) <= NEAR_ZERO:
        return True
    return isclose(ours, right, rel_tol=RELATIVE)


def _rounded(time: float) -> int:
    return round(time * 1e6)


def table_of(text: str) -> Columns:
    """Read columns of numbers by the canonical name of what they are."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    sign = "\t" if "\t" in lines[0] else ","
    head, *rows = csv.reader(lines, delimiter=sign)
    names = [_column(one) for one in head]
    columns: dict[str, list[float]] = {name: [] for name in names if name}
    for row in rows:
        for place, name in enumerate(names):
            if name:
                columns[name].append(_cell(row[place] if place < len(row) else ""))
    return columns


def _cell(text: str) -> float:
    return float(text) if text.strip() else nan


def _column(title: str) -> str:
    """Write `Stock A[Entry 1,Two]` as `stock_a[entry_1,two]`."""
    name, _, rest = title.strip().strip('"').partition("[")
    if not rest.endswith("]"):
        return canonical(title)
    elements = ",".join(canonical(one) for one in rest[:-1].split(","))
    return f"{canonical(name)}[{elements}]"
