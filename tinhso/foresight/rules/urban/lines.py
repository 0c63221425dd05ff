"""Stages one after another: dossiers against their day, trucks through a gate."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinhso.foresight.rules.urban.erlang import mean_wait
from tinhso.foresight.rules.urban.servers import Array, called_always, served
from tinhso.foresight.types.urban import Line, LineOutcome, Stage, StageOutcome

# What came first found everything empty, and does not count.
WARM_UP = 0.2


def play_line(line: Line, *, runs: int, seed: int) -> LineOutcome:
    """Play a line many times; what_if: with one more at each stage, on the same day."""
    through, stages = _played(line, runs, seed)
    what_if = {
        one.key: _told(line, _played(_with_one_more(line, one), runs, seed)[0])
        for one in line.stages
    }
    of_run = through.mean(axis=1)
    return LineOutcome(
        line=line,
        through=float(through.mean()),
        error=_error(of_run),
        p90=float(np.quantile(through, 0.9)),
        in_time=_in_time(line, through),
        stages=stages,
        what_if=what_if,
        runs=runs,
        seed=seed,
    )


def _told(line: Line, through: Array) -> float:
    """Tell what counts: the share in time, or how long it takes where none is set."""
    in_time = _in_time(line, through)
    return float(through.mean()) if in_time is None else in_time


def _in_time(line: Line, through: Array) -> float | None:
    return None if line.limit is None else float((through <= line.limit).mean())


def _with_one_more(line: Line, stage: Stage) -> Line:
    more = [
        replace(one, workers=one.workers + 1) if one.key == stage.key else one
        for one in line.stages
    ]
    return replace(line, stages=more)


def _played(line: Line, runs: int, seed: int) -> tuple[Array, Sequence[StageOutcome]]:
    """Answer minutes from coming to leaving, (runs, counted), and each stage."""
    people = max(2, round(line.rate * line.hours))
    # A stream a stage: one more at one of them changes nobody's luck at the others.
    streams = np.random.SeedSequence(seed).spawn(len(line.stages) + 1)
    gaps = np.random.default_rng(streams[0]).exponential(60 / line.rate, (runs, people))
    came = np.cumsum(gaps, axis=1)
    at, first = came, round(WARM_UP * people)
    outcomes = []
    for stage, stream in zip(line.stages, streams[1:], strict=True):
        at, outcome = _passed(at, stage, stream, line, first)
        outcomes.append(outcome)
    return (at - came)[:, first:], outcomes


def _passed(
    at: Array, stage: Stage, stream: np.random.SeedSequence, line: Line, first: int
) -> tuple[Array, StageOutcome]:
    """Let all pass a stage, first come first served; answer when each leaves it."""
    order = np.argsort(at, axis=1)
    arrivals = np.take_along_axis(at, order, axis=1)
    services = served(np.random.default_rng(stream), stage.service, at.shape)
    starts = called_always(arrivals, services, stage.workers)
    left = np.empty_like(at)
    np.put_along_axis(left, order, starts + services, axis=1)
    waits = (starts - arrivals)[:, first:]
    longest = _longest(arrivals, starts)
    seconds = (starts + services).max(axis=1) * stage.workers
    rate, mean = line.rate / 60, stage.service.mean
    return left, StageOutcome(
        key=stage.key,
        wait=float(waits.mean()),
        error=_error(waits.mean(axis=1)),
        busy=float((services.sum(axis=1) / seconds).mean()),
        longest=float(longest.mean()),
        overfull=float((longest > stage.room).mean()) if stage.room is not None else 0,
        theory=mean_wait(servers=stage.workers, rate=rate, service=mean),
    )


def _longest(arrivals: Array, starts: Array) -> Array:
    """Count the most who waited at once, of each run.

    When somebody comes, those wait who came before, less those who were called.
    """
    came = np.arange(1, arrivals.shape[1] + 1)
    gone = np.array(
        [
            np.searchsorted(start, arrival, side="right")
            for start, arrival in zip(starts, arrivals, strict=True)
        ]
    )
    return np.asarray((came - gone).max(axis=1), dtype=np.float64)


def _error(means: Array) -> float:
    """Answer the standard error of the mean of independent runs."""
    return float(np.std(means, ddof=1) / np.sqrt(len(means))) if len(means) > 1 else 0.0
