"""The cheapest mix of levels that reaches a target likely enough.

Only levers with evidence and a cost are moved. Mixes are run from the cheapest up,
those of one cost by name, until one reaches the target: no cheaper one does then. Where
there are more than are run, it is said how far up nothing was found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tinhso.foresight.rules.scenarios.costs import total_of
from tinhso.foresight.rules.scenarios.ledgers import baseline_of
from tinhso.foresight.rules.scenarios.playing import Playing, Settings
from tinhso.foresight.rules.scenarios.targets import chance_of
from tinhso.foresight.types.dynamics import Lever, Model
from tinhso.foresight.types.scenarios import (
    NEAR,
    Chance,
    Mix,
    NoLeverProven,
    Target,
)

MOST_TRIED = 1024
MOST_MIXES = 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A mix before it is run. levels: {lever: level} as pairs, by name."""

    cost: float
    levels: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found. tried: in the order they were run."""

    plans: tuple[Plan, ...]
    tried: tuple[Mix, ...]
    probability: float

    @property
    def reaching(self) -> tuple[Mix, ...]:
        """List the mixes that reach the target likely enough, the cheapest first."""
        return tuple(one for one in self.tried if one.chance.share >= self.probability)

    @property
    def near(self) -> tuple[Mix, ...]:
        """List those within a twentieth of the least cost, the cheapest first."""
        found = self.reaching
        most = found[0].cost * (1 + NEAR) if found else 0.0
        return tuple(one for one in found if one.cost <= most)

    @property
    def best(self) -> Mix:
        """Answer the likeliest of those tried; of these the cheapest."""
        return max(self.tried, key=lambda one: (one.chance.reached, -one.cost))


def proven(model: Model) -> list[tuple[str, Lever]]:
    """List the levers that may be chosen: with evidence, cost and levels, by name."""
    return sorted(
        (one.name, one.lever)
        for one in model.parameters
        if one.lever and one.lever.evidence and one.lever.levels
        and one.lever.cost is not None
    )  # fmt: skip


def left_out(model: Model) -> tuple[str, ...]:
    """List the levers that may not be chosen, by name."""
    held = {name for name, _ in proven(model)}
    return tuple(
        sorted(
            one.name for one in model.parameters if one.lever and one.name not in held
        )
    )


def plans_of(model: Model, until: float) -> tuple[Plan, ...]:
    """List all mixes, the cheapest first, those of one cost by name.

    :raises NoLeverProven: if there is no lever to choose, or too many mixes of them.
    """
    levers = proven(model)
    choices = [_choices(model, name, lever, until) for name, lever in levers]
    count = 1
    for one in choices:
        count *= len(one)
    if not levers or count > MOST_MIXES:
        raise NoLeverProven
    return tuple(
        sorted(map(_plan, product(*choices)), key=lambda p: (p.cost, p.levels))
    )


Part = tuple[str, str, float, float]


def _choices(model: Model, name: str, lever: Lever, until: float) -> list[Part]:
    stay: Part = (name, "", lever.baseline, 0.0)
    moved = [
        (name, one.key, one.value, total_of(model, lever, one.value, until))
        for one in lever.levels
        if one.value != lever.baseline
    ]
    return [stay, *moved]


def _plan(parts: Sequence[Part]) -> Plan:
    # Rounded to a dong, so that sums in another order are the same cost.
    cost = round(sum(part[3] for part in parts), 6)
    levels = tuple((name, key) for name, key, _, _ in parts if key)
    return Plan(cost, levels, tuple((name, value) for name, _, value, _ in parts))


class Searching:
    """Mixes being run against one target."""

    def __init__(self, model: Model, playing: Playing, target: Target) -> None:
        self._playing, self._target = playing, target
        self._baseline = baseline_of(model)
        self.plans = plans_of(model, target.time)

    def chance(self, plan: Plan, inputs: Settings | None = None) -> Chance:
        """Count how many members reach the target with a mix.

        inputs: measured inputs set to other values.
        """
        settings = {**self._baseline, **dict(plan.settings), **(inputs or {})}
        played = self._playing.play(settings, (self._target.output,))
        return chance_of(self._target, played)

    def mix(self, plan: Plan, inputs: Settings | None = None) -> Mix:
        """Run a mix."""
        settings = {**self._baseline, **dict(plan.settings)}
        chance = self.chance(plan, inputs)
        return Mix(dict(plan.levels), settings, plan.cost, chance)

    def search(self, probability: float, most: int = MOST_TRIED) -> Search:
        """Run mixes from the cheapest up, to a twentieth past the first that does."""
        return Search(self.plans, tuple(self._tried(probability, most)), probability)

    def _tried(self, probability: float, most: int) -> Iterator[Mix]:
        ceiling = float("inf")
        for plan in self.plans[:most]:
            if plan.cost > ceiling:
                return
            mix = self.mix(plan)
            if ceiling == float("inf") and mix.chance.share >= probability:
                ceiling = plan.cost * (1 + NEAR)
            yield mix
