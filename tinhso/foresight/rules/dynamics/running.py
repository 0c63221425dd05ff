"""Run a program: step by step, a block of members at a time, one result whatever it.

Memory grows with a block, not with the ensemble; only what is put out is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.dynamics import drawing, faults
from tinhso.foresight.rules.dynamics.program import (
    BEGUN_ROW,
    FIRST_STOCK,
    TIME_ROW,
    Engine,
    Program,
    Stream,
)
from tinhso.foresight.types.dynamics import Method, Numbers

BLOCK = 1024
MOST_IN_BLOCK = 16_000_000  # numbers; 128 MB


@dataclass(frozen=True, slots=True)
class Run:
    """What is run: which outputs are kept, how parameters are set, from which seed.

    settings: {label: value} in place of a parameter's prior. given: {label: values},
    one for each member from 0 on, of parameters that are not the same for all.
    """

    program: Program
    outputs: tuple[str, ...]
    seed: int
    settings: Mapping[str, float]
    given: Mapping[str, Numbers] = field(default_factory=dict)


def saved_steps(program: Program) -> tuple[int, ...]:
    """List the steps at whose times outputs are kept; the first always."""
    every = max(1, round(program.times.save_every / program.times.dt))
    return tuple(range(0, program.n_steps + 1, every))


def saved_times(program: Program) -> tuple[float, ...]:
    """List the times at which outputs are kept."""
    times = program.times
    return tuple(times.start + step * times.dt for step in saved_steps(program))


def label_of(stream: Stream) -> str:
    """Answer the label of the parameter that a stream draws."""
    return stream.name.split(":", 1)[1].rsplit(":", 1)[0]


def drawn(stream: Stream, seed: int, members: range) -> Numbers:
    """Draw a parameter for each member, from its prior: (n_members,)."""
    if stream.prior is None:
        raise KeyError(stream.name)
    uniform = drawing.uniforms(seed=seed, name=stream.name, step=0, members=members)
    return drawing.spread(stream.prior, uniform)


def run_members(
    run: Run, engine: Engine, members: range, *, out: Numbers, block: int = BLOCK
) -> None:
    """Run some members into `out`: (n_outputs, n_times, n_members).

    :raises ModelRefused: naming the line where a member comes to no number.
    """
    block = min(block, _most_members(run))
    for begin in range(members.start, members.stop, block):
        part = range(begin, min(begin + block, members.stop))
        place = slice(begin - members.start, part.stop - members.start)
        out[:, :, place] = _Block(run, engine, part).run()


def _most_members(run: Run) -> int:
    """Answer how many members a block may have, by what each of them takes."""
    program = run.program
    held = len(program.delays) * (program.n_steps + 1)
    each = program.n_rows + held + len(run.outputs) * len(saved_steps(program))
    return max(1, MOST_IN_BLOCK // each)


class _Block:
    """Some members being run at once."""

    def __init__(self, run: Run, engine: Engine, members: range) -> None:
        self._run, self._program, self._members = run, run.program, members
        self._rows = np.zeros((run.program.n_rows, len(members)))
        for row, value in run.program.constants:
            self._rows[row] = value
        self._first = engine.prepare(run.program, run.program.first, self._rows)
        self._main = engine.prepare(run.program, run.program.main, self._rows)
        # One member, who stands for all in what is the same for all.
        self._one = self._rows[:, :1].copy()
        self._shared = engine.prepare(run.program, run.program.shared, self._one)
        self._shared_rows = list(run.program.shared_rows)
        stocks = run.program.n_stocks
        self._stocks = self._rows[FIRST_STOCK : FIRST_STOCK + stocks]
        self._nets = self._rows[FIRST_STOCK + stocks : FIRST_STOCK + 2 * stocks]
        self._history: list[Numbers] = []
        self._lags: list[NDArray[np.int64]] = []

    def run(self) -> Numbers:
        """Step from start to stop; answer what is kept."""
        program = self._program
        kept_rows = [program.rows[label] for label in self._run.outputs]
        saved = saved_steps(program)
        kept = np.empty((len(kept_rows), len(saved), len(self._members)))
        places = {step: place for place, step in enumerate(saved)}
        self._start()
        for step in range(program.n_steps + 1):
            self._begin(step)
            self._compute()
            if (place := places.get(step)) is not None:
                kept[:, place] = self._rows[kept_rows]
            if step < program.n_steps:
                self._advance(step)
        faults.require_finite(program, self._run.outputs, kept)
        return kept

    def _start(self) -> None:
        for stream in self._program.parameters:
            self._rows[stream.row] = self._parameter(stream)
            self._one[stream.row] = self._rows[stream.row, 0]
        self._set_time(0)
        self._draw(0)
        self._do(self._first, self._rows)
        shape = (self._program.n_steps + 1, len(self._members))
        for delay in self._program.delays:
            self._history.append(np.zeros(shape))
            lag = np.rint(self._rows[delay.lag] / self._program.times.dt)
            self._lags.append(np.clip(lag, 1, shape[0] + 1).astype(np.int64))

    def _parameter(self, stream: Stream) -> Numbers:
        label = label_of(stream)
        if label in self._run.settings:
            return np.full(len(self._members), self._run.settings[label])
        if label in self._run.given:
            return self._run.given[label][self._members.start : self._members.stop]
        return drawn(stream, self._run.seed, self._members)

    def _set_time(self, step: int) -> None:
        times = self._program.times
        self._rows[TIME_ROW] = self._rows[BEGUN_ROW] = times.start + step * times.dt

    def _draw(self, step: int) -> None:
        for stream in self._program.draws:
            draw = drawing.normals if stream.is_normal else drawing.uniforms
            self._rows[stream.row] = draw(
                seed=self._run.seed,
                name=stream.name,
                step=step,
                members=self._members,
            )

    def _begin(self, step: int) -> None:
        """Set what stays as it is through a step: time, draws, what delays let out."""
        self._set_time(step)
        if step:
            self._draw(step)
            self._let_out(step)

    def _let_out(self, step: int) -> None:
        every = np.arange(len(self._members))
        for delay, history, lags in zip(
            self._program.delays, self._history, self._lags, strict=True
        ):
            held = history[np.maximum(step - lags, 0), every]
            out = self._rows[delay.out]
            np.copyto(out, held, where=step - lags >= 0)

    def _advance(self, step: int) -> None:
        for delay, history in zip(self._program.delays, self._history, strict=True):
            history[step] = self._rows[delay.source]
        if self._program.times.method is Method.EULER:
            self._stocks += self._nets * self._program.times.dt
        else:
            self._runge_kutta(step)
        for row in self._program.nonnegative:
            np.maximum(self._rows[row], 0.0, out=self._rows[row])

    def _runge_kutta(self, step: int) -> None:
        dt, begun = self._program.times.dt, self._stocks.copy()
        slopes = [self._nets.copy()]
        for share in (0.5, 0.5, 1.0):
            self._stocks[:] = begun + slopes[-1] * (share * dt)
            self._rows[TIME_ROW] = self._rows[BEGUN_ROW] + share * dt
            self._compute()
            slopes.append(self._nets.copy())
        one, two, three, four = slopes
        self._stocks[:] = begun + (one + 2 * (two + three) + four) * (dt / 6)

    def _compute(self) -> None:
        """Work all out at one time: first what is the same for all members."""
        self._one[: BEGUN_ROW + 1] = self._rows[: BEGUN_ROW + 1, :1]
        self._do(self._shared, self._one)
        self._rows[self._shared_rows] = self._one[self._shared_rows]
        self._do(self._main, self._rows)

    def _do(self, tape: Callable[[], int], rows: Numbers) -> None:
        row = tape()
        if row >= 0:
            raise faults.fault_of(self._program, rows, row)


def ensemble(
    run: Run, engine: Engine, members: int, *, block: int = BLOCK
) -> Sequence[Numbers]:
    """Run an ensemble; answer for each output (n_times, n_members)."""
    shape = (len(run.outputs), len(saved_steps(run.program)), members)
    out = np.empty(shape)
    run_members(run, engine, range(members), out=out, block=block)
    return list(out)
