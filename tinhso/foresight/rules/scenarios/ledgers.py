"""The ledger of a scenario: what each lever costs and brings, alone and together."""

from collections.abc import Iterator
from dataclasses import replace

from tinhso.foresight.rules.scenarios.costs import costs_of
from tinhso.foresight.rules.scenarios.playing import Played, Playing, Settings
from tinhso.foresight.rules.scenarios.targets import chance_of
from tinhso.foresight.types.dynamics import Lever, Model, Parameter
from tinhso.foresight.types.scenarios import Intervention, Ledger, Target


class Keeping:
    """A scenario whose levers are being moved one at a time."""

    def __init__(
        self,
        model: Model,
        playing: Playing,
        settings: Settings,
        target: Target | None,
        output: str = "",
    ) -> None:
        self._model, self._playing, self._target = model, playing, target
        self._settings = settings
        self._baseline = baseline_of(model)
        self._output = target.output if target else output or playing.first
        self._time = target.time if target else playing.times[-1]

    def ledger(
        self, current: Played, baseline: Played, *, with_effects: bool = True
    ) -> Ledger:
        """Enter each lever that is not at its baseline.

        with_effects: with what each brings, for which it is played twice more.
        """
        told = self._entries(current, baseline) if with_effects else self._costs()
        entries = tuple(told)
        return Ledger(
            output=self._output,
            time=self._time,
            interventions=entries,
            together=self._mean(current) - self._mean(baseline),
            cost=sum(one.total or 0.0 for one in entries),
        )

    def _moved(self) -> list[tuple[Parameter, Lever]]:
        return [
            (one, one.lever)
            for one in self._model.parameters
            if one.lever and self._settings[one.name] != one.lever.baseline
        ]

    def _costs(self) -> Iterator[Intervention]:
        return (self._entry(one, lever) for one, lever in self._moved())

    def _entries(self, current: Played, baseline: Played) -> Iterator[Intervention]:
        moved = self._moved()
        for one, lever in moved:
            # Alone where it is the only one: no need to play it again.
            is_only = len(moved) == 1
            alone = current if is_only else self._play(one, self._baseline)
            without = baseline if is_only else self._play_without(one)
            entry = self._entry(one, lever)
            yield self._with_effects(entry, (alone, baseline), (current, without))

    def _play(self, one: Parameter, settings: Settings) -> Played:
        return self._playing.play_once(
            {**settings, one.name: self._settings[one.name]}, (self._output,)
        )

    def _play_without(self, one: Parameter) -> Played:
        return self._playing.play_once(
            {**self._settings, one.name: self._baseline[one.name]}, (self._output,)
        )

    def _entry(self, one: Parameter, lever: Lever) -> Intervention:
        value = self._settings[one.name]
        return Intervention(
            lever=one.name,
            title=one.title,
            title_en=one.title_en,
            unit=one.unit,
            baseline=lever.baseline,
            value=value,
            level=level_of(lever, value),
            costs=costs_of(self._model, lever, value, self._time),
            alone=None,
            within=None,
            chance_alone=None,
            chance_within=None,
            evidence=lever.evidence,
        )

    def _with_effects(
        self,
        entry: Intervention,
        alone: tuple[Played, Played],
        within: tuple[Played, Played],
    ) -> Intervention:
        return replace(
            entry,
            alone=self._mean(alone[0]) - self._mean(alone[1]),
            within=self._mean(within[0]) - self._mean(within[1]),
            chance_alone=self._gain(*alone),
            chance_within=self._gain(*within),
        )

    def _mean(self, played: Played) -> float:
        return float(played.at(self._output, self._time).mean())

    def _gain(self, more: Played, less: Played) -> float | None:
        if self._target is None:
            return None
        target = self._target
        return chance_of(target, more).share - chance_of(target, less).share


def yearly_costs(
    model: Model, settings: Settings, until: float
) -> tuple[tuple[float, float], ...]:
    """Add up what all levers cost each year before a time: (year, VND million)."""
    spent: dict[float, float] = {}
    for one in model.parameters:
        if one.lever is None:
            continue
        for cost in costs_of(model, one.lever, settings[one.name], until) or ():
            spent[cost.time] = spent.get(cost.time, 0.0) + cost.amount
    return tuple(sorted(spent.items()))


def baseline_of(model: Model) -> dict[str, float]:
    """Answer where each lever stands if nothing is changed."""
    return {one.name: one.lever.baseline for one in model.parameters if one.lever}


def level_of(lever: Lever, value: float) -> str:
    """Name the level a value is; empty if it is none."""
    return next((one.key for one in lever.levels if one.value == value), "")
