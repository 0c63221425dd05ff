"""When to choose anew: values on the way, inputs at which another mix is cheapest."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.rules.scenarios.mixes import Plan, Search, Searching
from tinhso.foresight.rules.scenarios.playing import Played
from tinhso.foresight.types.dynamics import InputTaken, Model, Numbers
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.foresight.types.scenarios import (
    Milestone,
    Mix,
    RoadYear,
    Signpost,
    Target,
)

LEAST_MEMBERS = 20  # of either side of a milestone
WIDEST = 0.5  # how far an input is moved, as a share of what it is
HALVINGS = 5
CHEAPER, DEARER = 2, 8  # how many mixes beside the chosen one are looked at


def road_of(
    model: Model, target: Target, played: Played, costs: Sequence[tuple[float, float]]
) -> tuple[RoadYear, ...]:
    """List what is spent each year, and how the output then stands."""
    since = model.times.start if model.levers_from is None else model.levers_from
    spent = dict(costs)
    return tuple(
        RoadYear(time, spent.get(time, 0.0), _quantiles(played.at(target.output, time)))
        for time in played.times
        if since <= time <= target.time
    )


def _quantiles(values: Numbers) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)


def milestones_of(
    model: Model, target: Target, played: Played
) -> tuple[Milestone, ...]:
    """List for the years on the way the value that best tells who reaches the target.

    Fewest members below it reach the target or above it miss it.
    """
    since = model.times.start if model.levers_from is None else model.levers_from
    reached = played.at(target.output, target.time) >= target.at_least
    found = (
        _milestone(time, played.at(target.output, time), reached)
        for time in played.times
        if since < time < target.time
    )
    return tuple(one for one in found if one)


def _milestone(
    time: float, values: Numbers, reached: NDArray[np.bool_]
) -> Milestone | None:
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(reached[order])
    counts = np.arange(1, len(values) + 1)
    missed = (len(values) - counts) - (passed[-1] - passed)
    count = int(counts[np.argmin(passed + missed)])
    if not LEAST_MEMBERS <= count <= len(values) - LEAST_MEMBERS:
        return None
    below, above = passed[count - 1], passed[-1] - passed[count - 1]
    return Milestone(
        time=time,
        value=float(values[order[count - 1]]),
        chance_below=float(below / count),
        chance_above=float(above / (len(values) - count)),
    )


class Pointing:
    """The chosen mix held against others while measured inputs move."""

    def __init__(self, model: Model, searching: Searching, search: Search) -> None:
        self._model, self._searching = model, searching
        self._probability = search.probability
        chosen = search.reaching[0]
        place = next(n for n, one in enumerate(search.plans) if _is(one, chosen))
        self._chosen = search.plans[place]
        cheaper = _likeliest(search, place)
        self._cheaper = len(cheaper)
        self._candidates = [
            *cheaper,
            *search.plans[place : place + 1 + DEARER],
        ]

    def signposts(self, inputs: Sequence[InputTaken]) -> Iterator[Signpost]:
        """Go through the inputs, down and up by a half; what switches nothing is none.

        Between there and what was measured the switch is taken to be the only one. Of
        an end at which the model comes to no number, nothing is told.
        """
        parameters = {one.name: one for one in self._model.parameters}
        for taken in inputs:
            for end in _ends(taken, parameters[taken.name].unit):
                if (found := self._signpost_if_any(taken, end)) is not None:
                    yield found

    def _signpost_if_any(self, taken: InputTaken, end: float) -> Signpost | None:
        try:
            return self._signpost(taken, end)
        except ModelRefused:
            return None

    def _signpost(self, taken: InputTaken, end: float) -> Signpost | None:
        if self._stays({taken.name: end}):
            return None
        near, far = taken.value, end
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            if self._stays({taken.name: middle}):
                near = middle
            else:
                far = middle
        mix = self._choice({taken.name: far})
        one = next(p for p in self._model.parameters if p.name == taken.name)
        titles = (one.title, one.title_en, one.unit)
        return Signpost(taken.name, *titles, taken.value, far, mix)

    def _stays(self, inputs: dict[str, float]) -> bool:
        """Tell whether the chosen mix is still the cheapest that reaches the target.

        The dearer ones need not be run for that.
        """
        mix = self._first(self._candidates[: self._cheaper + 1], inputs)
        return mix is not None and _is(self._chosen, mix)

    def _choice(self, inputs: dict[str, float]) -> Mix | None:
        """Answer the cheapest candidate that reaches the target with other inputs."""
        return self._first(self._candidates, inputs)

    def _first(self, plans: Sequence[Plan], inputs: dict[str, float]) -> Mix | None:
        for plan in plans:
            mix = self._searching.mix(plan, inputs)
            if mix.chance.share >= self._probability:
                return mix
        return None


def _is(plan: Plan, mix: Mix) -> bool:
    return dict(plan.levels) == dict(mix.levels)


def _likeliest(search: Search, place: int) -> list[Plan]:
    """List the likeliest of the cheaper mixes, the cheapest first."""
    cheaper = list(zip(search.plans[:place], search.tried[:place], strict=True))
    cheaper.sort(key=lambda pair: -pair[1].chance.reached)
    return sorted(
        (plan for plan, _ in cheaper[:CHEAPER]), key=lambda p: (p.cost, p.levels)
    )


def _ends(taken: InputTaken, unit: str) -> list[float]:
    most = 100.0 if unit == "%" else float("inf")
    ends = [taken.value * (1 - WIDEST), min(taken.value * (1 + WIDEST), most)]
    return [one for one in ends if one != taken.value]
