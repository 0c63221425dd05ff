"""Models compiled and ready to be played, kept by what decides their numbers."""

from dataclasses import dataclass
from datetime import date

from tinhso.foresight.providers import measures
from tinhso.foresight.providers.engines import engine_named
from tinhso.foresight.rules.dynamics import ensembles
from tinhso.foresight.rules.kept import Kept
from tinhso.foresight.rules.scenarios.playing import Playing
from tinhso.foresight.types.dynamics import InputTaken, Model

MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """A model, the same with its inputs filled in, and what plays it."""

    declared: Model
    model: Model
    inputs: tuple[InputTaken, ...]
    playing: Playing


_ready: Kept[Ready] = Kept(MOST_KEPT)


def ready(
    *, model: Model, members: int, seed: int, on: date, made_up: bool, engine: str
) -> Ready:
    """Fill a model's inputs in and compile it, or answer what was compiled of it.

    A pack's model is one thing as long as its content is.

    :raises ModelRefused, RunWrong, EngineMissing: as for `play_scenario`.
    """
    # Asked for first: an ensemble of none, or an engine that is not, is no key.
    ensembles.require_members(members)
    used = engine_named(engine)
    filled, inputs = measures.with_inputs(model, on=on, made_up=made_up)
    # What is kept holds the model, so that no other one comes to have its identity.
    key = (id(model), inputs, used.name, members, seed)
    return _ready.get(
        key,
        lambda: Ready(model, filled, inputs, Playing(filled, used, members, seed)),
    )
