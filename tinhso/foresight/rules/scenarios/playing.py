"""Play a model through with levers set this way and that, the same members each time.

Members draw the same numbers whatever the levers are, so that what differs between two
plays of one member is what the levers do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tinhso.foresight.rules.dynamics import ensembles
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.rules.dynamics.running import Run, drawn, label_of, saved_times
from tinhso.foresight.rules.kept import Kept
from tinhso.foresight.types.dynamics import Model, Numbers, Quantiles

Settings = Mapping[str, float]
MOST_DRAWN = 2_000_000  # numbers that are drawn once for all plays; 16 MB
MOST_HELD = 2_000_000  # numbers of plays that are kept; 16 MB


@dataclass(frozen=True, slots=True)
class Played:
    """What a play came to. kept: (n_outputs, n_times, n_members)."""

    outputs: tuple[str, ...]
    times: tuple[float, ...]
    kept: Numbers

    def at(self, output: str, time: float) -> Numbers:
        """Answer an output at a time: (n_members,)."""
        row = self.kept[self.outputs.index(output), self.times.index(time)]
        return np.asarray(row)

    def rows(self) -> Iterator[Quantiles]:
        """Tell the quantiles of all, as a run of the model does."""
        for output, values in zip(self.outputs, self.kept, strict=True):
            yield from ensembles.told(output, self.times, values)


class Playing:
    """A model ready to be played: compiled once, with members and seed fixed."""

    def __init__(self, model: Model, engine: Engine, members: int, seed: int) -> None:
        ensembles.require_members(members)
        self.engine, self.members, self.seed = engine, members, seed
        self._program = compile_model(model)
        self.outputs = ensembles.labels_of(model, self._program)
        self.first = _first(model, self.outputs)
        self.times = saved_times(self._program)
        self._held: Kept[Played] = Kept(MOST_HELD)

    def run(self, settings: Settings, outputs: tuple[str, ...] = ()) -> Run:
        """Say what is run with levers so set; all outputs unless some are named."""
        return Run(
            self._program,
            outputs or self.outputs,
            self.seed,
            dict(sorted(settings.items())),
        )

    def play(self, settings: Settings, outputs: tuple[str, ...] = ()) -> Played:
        """Play it through with levers, or inputs, set.

        :raises ModelRefused: if a member comes to no number.
        """
        run = replace(self.run(settings, outputs), given=self._drawn)
        kept = ensembles.run_kept(run, self.engine, range(self.members))
        return Played(run.outputs, self.times, kept)

    def play_once(self, settings: Settings, outputs: tuple[str, ...] = ()) -> Played:
        """Play it through, or answer what it came to when it was last so played.

        :raises ModelRefused: if a member comes to no number.
        """
        key = (tuple(sorted(settings.items())), outputs)
        return self._held.get(
            key, lambda: self.play(settings, outputs), lambda one: one.kept.size
        )

    @cached_property
    def _drawn(self) -> Mapping[str, Numbers]:
        """Draw what is unsure once, for it is the same in each play.

        Large ensembles draw it block by block, each time.
        """
        streams = self._program.parameters
        if len(streams) * self.members > MOST_DRAWN:
            return {}
        count = Counter(map(label_of, streams))
        return {
            label_of(one): drawn(one, self.seed, range(self.members))
            for one in streams
            if one.prior is not None and count[label_of(one)] == 1
        }


def _first(model: Model, labels: tuple[str, ...]) -> str:
    """Answer the output that a model names first."""
    wanted = model.outputs[0] if model.outputs else ""
    return next((one for one in labels if one.split("[", 1)[0] == wanted), labels[0])
