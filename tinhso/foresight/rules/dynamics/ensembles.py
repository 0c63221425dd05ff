"""Run a model many times: set levers, keep what is put out, tell quantiles.

Exact quantiles of all members, whatever the block: only outputs are kept, in memory
while they are small and in a file of the process while they are not.
"""

import tempfile
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from tinhso.foresight.rules.dynamics.program import Engine, Program
from tinhso.foresight.rules.dynamics.running import (
    BLOCK,
    Run,
    run_members,
    saved_steps,
    saved_times,
)
from tinhso.foresight.types.dynamics import (
    LEVELS,
    Lever,
    Model,
    Numbers,
    Quantiles,
    Sort,
)
from tinhso.foresight.types.refusals import LeverOutside, LeverUnknown, RunWrong

MOST_MEMBERS = 1_000_000
MOST_IN_MEMORY = 32_000_000  # numbers; 256 MB
MOST_SORTED = 1_000_000  # numbers, at once; 8 MB
MOST_KEPT = 500_000_000  # numbers; 4 GB, on disk


def settings_of(model: Model, set_to: Mapping[str, float | str]) -> dict[str, float]:
    """Answer what each lever is: as set, by number or level, or at its baseline.

    :raises LeverUnknown: if the model has no such lever.
    :raises LeverOutside: if it is set outside its bounds, or to no level of it.
    """
    levers = {one.name: one for one in model.parameters if one.lever}
    for name in set_to:
        if name not in levers:
            raise LeverUnknown(lever=name[:50])
    found = {}
    for name, one in levers.items():
        lever = one.lever
        if lever is None:
            continue
        told = set_to.get(name, lever.baseline)
        value = _position(lever, told)
        if value is None or not lever.low <= value <= lever.high:
            bounds = {"low": f"{lever.low:g}", "high": f"{lever.high:g}"}
            raise LeverOutside(one.origin, lever=name, set=str(told)[:50], **bounds)
        found[name] = value
    return found


def _position(lever: Lever, told: float | str) -> float | None:
    if not isinstance(told, str):
        return float(told)
    for level in lever.levels:
        if level.key == told:
            return level.value
    try:
        return float(told)
    except ValueError:
        return None


def labels_of(model: Model, program: Program) -> tuple[str, ...]:
    """List what a run puts out, element by element; an import's stocks if untold."""
    wanted = model.outputs or tuple(
        one.name for one in model.variables if one.sort is Sort.STOCK
    )
    return tuple(
        label for label in program.rows if label.split("[", 1)[0] in set(wanted)
    )


def require_members(members: int, *, most: int = MOST_MEMBERS) -> None:
    """Refuse an ensemble of none, or one too large.

    :raises RunWrong: if it is.
    """
    if not 1 <= members <= most:
        raise RunWrong(most=most)


def quantiles_of(
    run: Run, engine: Engine, members: int, *, block: int = BLOCK
) -> Iterator[Quantiles]:
    """Run an ensemble, and tell the mean and quantiles of each output and time.

    :raises ModelRefused: if a member comes to no number; nothing is told then.
    """
    require_members(members)
    kept = run_kept(run, engine, range(members), block=block)
    times = saved_times(run.program)
    for output, values in zip(run.outputs, kept, strict=True):
        yield from told(output, times, values)


def run_kept(run: Run, engine: Engine, members: range, *, block: int = BLOCK) -> Any:
    """Run some members; answer (n_outputs, n_times, n_members), on disk if large."""
    shape = (len(run.outputs), len(saved_steps(run.program)), len(members))
    if prod(shape) > MOST_KEPT:
        raise RunWrong(most=MOST_KEPT // (shape[0] * shape[1]))
    if prod(shape) <= MOST_IN_MEMORY:
        kept: Numbers = np.empty(shape)
    else:
        with tempfile.TemporaryFile(prefix="tinhso-run-") as file:
            kept = np.memmap(file, np.float64, "w+", shape=shape)
    run_members(run, engine, members, out=kept, block=block)
    return kept


def told(output: str, times: tuple[float, ...], values: Numbers) -> Iterator[Quantiles]:
    """Tell the mean and quantiles of an output: (n_times, n_members), few at once."""
    at_once = max(1, MOST_SORTED // values.shape[1])
    for begin in range(0, len(times), at_once):
        part = np.asarray(values[begin : begin + at_once])
        found = np.quantile(part, [level / 100 for level in LEVELS], axis=1).T
        # From the first member on, so that what is the same for all is told as it is.
        first = part[:, :1]
        means = part[:, 0] + np.mean(part - first, axis=1)
        for time, mean, row in zip(
            times[begin : begin + at_once], means, found, strict=True
        ):
            yield Quantiles(output, time, float(mean), tuple(map(float, row)))
