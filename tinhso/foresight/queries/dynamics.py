"""Models: which there are, what a run of one comes to."""

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from tinhso.foresight.providers import clusters, measures, model_files
from tinhso.foresight.providers.cases import cases_of
from tinhso.foresight.providers.engines import engine_named
from tinhso.foresight.rules.dynamics import ensembles, shards
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.conforming import differences
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.rules.dynamics.running import Run
from tinhso.foresight.rules.dynamics.shards import Shard
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.rules.kept import Kept
from tinhso.foresight.types.dynamics import (
    Conformed,
    InputTaken,
    Model,
    Outcome,
    Provenance,
    Spread,
)
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.foresight.types.refusals import ModelUnknown
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

MODELS, NUMPY = "models", "numpy"
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


def spread_model(
    *,
    model: Model,
    levers: Settings,
    members: int,
    seed: int,
    on: date,
    made_up: bool = False,
    size: int = 10_000,
    cluster: str = "",
) -> Spread:
    """Run a model split into shards of so many members, here or on a cluster.

    The histograms add up to the same bytes wherever and however they were made. on:
    which day's numbers its inputs are. cluster: address of a Dask scheduler.

    :raises ModelRefused: naming the line at which it comes to no number.
    :raises LeverUnknown: if a lever is set that it does not have.
    :raises LeverOutside: if one is set outside its bounds.
    :raises RunWrong: if there are no members, or too many.
    :raises EngineMissing, ClusterAway: if there is no cluster to run on.
    """
    ensembles.require_members(members, most=shards.MOST_MEMBERS)
    filled, inputs = measures.with_inputs(model, on=on, made_up=made_up)
    settings = ensembles.settings_of(filled, levers)
    whole = Shard(filled.digest, settings, seed, 0, members)
    parts = shards.split(whole, size)
    found = (
        clusters.worked_on_dask(filled, parts, cluster)
        if cluster
        else clusters.worked_here(filled, parts)
    )
    merged = shards.merge(found)
    program = compile_model(filled)
    run = Run(program, ensembles.labels_of(filled, program), seed, settings)
    made_of = provenance_of(filled, run, engine_named(NUMPY), members, inputs)
    digest = sha256(shards.to_bytes(merged)).hexdigest()
    return Spread(made_of, tuple(shards.told(merged)), len(parts), digest)


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
