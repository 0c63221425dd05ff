"""Targets: read, held against a model, and how many members reach them."""

import re

import numpy as np

from tinhso.foresight.rules.scenarios.playing import Played, Playing
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.scenarios import (
    Chance,
    OutputUnknown,
    ProbabilityWrong,
    Target,
    TargetPassed,
    TargetTimeWrong,
    TargetUnreadable,
)

_WRITTEN = re.compile(
    r"(?P<output>[^<>=@\s]{1,100})\s*>=\s*(?P<value>-?\d{1,15}(\.\d{1,15})?)"
    r"\s*@\s*(?P<time>\d{1,6}(\.\d{1,6})?)",
    re.ASCII,
)


def read_target(told: str) -> Target:
    """Read a target: `digital_economy_share>=20@2030`.

    :raises TargetUnreadable: if it is written otherwise.
    """
    found = _WRITTEN.fullmatch(told.strip())
    if found is None:
        raise TargetUnreadable(told=told[:100])
    return Target(found["output"], float(found["value"]), float(found["time"]))


def require_target(model: Model, playing: Playing, target: Target, year: int) -> None:
    """Refuse a target that the model cannot tell of, or that nothing can change.

    year: in which it is asked.

    :raises OutputUnknown: if the model does not put the output out.
    :raises TargetTimeWrong: if it keeps no value of that time.
    :raises TargetPassed: if what is decided now acts later.
    """
    place_of(playing, target.output, target.time)
    since = model.levers_from
    if since is not None and (target.time <= since or target.time < year):
        raise TargetPassed(time=f"{target.time:g}", since=f"{since:g}")


def place_of(playing: Playing, output: str, time: float | None) -> tuple[str, float]:
    """Answer an output and time that are kept; the first and last unless told.

    :raises OutputUnknown: if the model does not put the output out.
    :raises TargetTimeWrong: if it keeps no value of that time.
    """
    outputs, times = playing.outputs, playing.times
    if output and output not in outputs:
        known = ", ".join(outputs)[:500]
        raise OutputUnknown(output=output[:100], known=known)
    if time is not None and time not in times:
        start, stop = f"{times[0]:g}", f"{times[-1]:g}"
        raise TargetTimeWrong(time=f"{time:g}", start=start, stop=stop)
    return output or playing.first, times[-1] if time is None else time


def require_probability(probability: float) -> None:
    """Refuse what is no probability to be reached.

    :raises ProbabilityWrong: if it is 0 or less, or more than 1.
    """
    if not 0 < probability <= 1:
        raise ProbabilityWrong


def chance_of(target: Target, played: Played) -> Chance:
    """Count the members at or above a target at its time."""
    values = played.at(target.output, target.time)
    return Chance(int(np.count_nonzero(values >= target.at_least)), len(values))
