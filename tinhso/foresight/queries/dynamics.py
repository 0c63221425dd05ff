"""Models: which there are, what a run of one comes to."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from tinhso.foresight.providers import measures, model_files
from tinhso.foresight.providers.cases import cases_of
from tinhso.foresight.providers.engines import engine_named
from tinhso.foresight.rules.dynamics import ensembles
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.conforming import differences
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.rules.dynamics.running import Run
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.rules.kept import Kept
from tinhso.foresight.types.dynamics import (
    Conformed,
    InputTaken,
    Model,
    Outcome,
    Provenance,
)
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.foresight.types.refusals import ModelUnknown
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

MODELS = "models"
MOST_READ = 16
Settings = Mapping[str, float | str]
_models: Kept[Model] = Kept(MOST_READ)


def models() -> Mapping[str, Model]:
    """List the models in force by key."""
    return {one.key: _read(one) for one in versions.in_force(kind=MODELS)}


def get_model(*, key: str) -> Model:
    """Read a model of a pack.

    :raises ModelUnknown: if no pack declares it.
    """
    found = versions.newest(kind=MODELS, key=key)
    if found is None:
        raise ModelUnknown(key=key[:100])
    return _read(found)


def version_of(*, key: str) -> int:
    """Tell which version of a pack's model is in force.

    :raises ModelUnknown: if no pack declares it.
    """
    found = versions.newest(kind=MODELS, key=key)
    if found is None:
        raise ModelUnknown(key=key[:100])
    return found.version


def numbered_model(*, key: str, version: int) -> Model:
    """Read a version of a pack's model, in force or not.

    :raises ModelUnknown: if there is none.
    """
    found = versions.numbered(kind=MODELS, key=key, version=version)
    if found is None:
        raise ModelUnknown(key=key[:100])
    return _read(found)


def _read(found: Content) -> Model:
    """Read a content as a model, once."""
    name = (found.pack, found.key, found.digest)
    file = f"{found.pack}/{found.key}"
    return _models.get(name, lambda: model_of(found.body, file=file))


def read_model(*, path: Path) -> Model:
    """Read a model from a file: XMILE by its ending, YAML otherwise.

    :raises ModelRefused: naming file, line and field of what is wrong.
    """
    return model_files.read_model(path)


def model_as_xmile(*, model: Model) -> str:
    """Write a model as XMILE; what is unsure becomes its median, with a note.

    :raises OutsideSubset: if XMILE has no word for one of its tables.
    """
    return write_xmile(model)


def run_model(
    *,
    model: Model,
    levers: Settings,
    members: int,
    seed: int,
    on: date,
    made_up: bool = False,
    engine: str = "",
) -> Outcome:
    """Run a model many times, and tell mean and quantiles of its outputs.

    on: which day's numbers its inputs are. engine: numpy or numba; what is there.

    :raises ModelRefused: naming the line at which it comes to no number.
    :raises LeverUnknown: if a lever is set that it does not have.
    :raises LeverOutside: if one is set outside its bounds.
    :raises RunWrong: if there are no members, or too many.
    :raises EngineMissing: if the engine is not installed.
    """
    ensembles.require_members(members)
    filled, inputs = measures.with_inputs(model, on=on, made_up=made_up)
    settings = ensembles.settings_of(filled, levers)
    program = compile_model(filled)
    run = Run(program, ensembles.labels_of(filled, program), seed, settings)
    used = engine_named(engine)
    rows = tuple(ensembles.quantiles_of(run, used, members))
    return Outcome(provenance_of(filled, run, used, members, inputs), rows)


def provenance_of(
    model: Model,
    run: Run,
    engine: Engine,
    members: int,
    inputs: tuple[InputTaken, ...],
) -> Provenance:
    """Say what a run was made of."""
    return Provenance(
        model=model.key,
        digest=model.digest,
        levers=run.settings,
        members=members,
        seed=run.seed,
        method=model.times.method.value,
        dt=model.times.dt,
        engine=engine.name,
        inputs=inputs,
        assumed=tuple(one.name for one in model.parameters if one.is_assumed),
    )


def conform(*, folder: Path) -> Iterator[Conformed]:
    """Run the cases of a checkout of SDXorg/test-models, one after another.

    :raises CasesMissing: if there are none.
    """
    for name, content, right in cases_of(folder):
        yield _conformed(name, content, right)


def _conformed(name: str, content: bytes, right: str) -> Conformed:
    try:
        model = read_xmile(content, name.split("/")[-1])
        apart = next(differences(model, right), "")
    except ModelRefused as refusal:
        return Conformed(name, "outside", f"{refusal.code}: {refusal}")
    return Conformed(name, "failed" if apart else "passed", apart)
