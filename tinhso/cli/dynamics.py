"""`tinhso foresight run`, `conform` and `convert`: models of stocks and flows."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.foresight import queries
from tinhso.foresight.types.dynamics import (
    LEVELS,
    InputTaken,
    Model,
    Outcome,
    Provenance,
    Quantiles,
)
from tinhso.foresight.types.refusals import ModelFileMissing
from tinhso.kernel import clock

ENGINES = click.Choice(["numpy", "numba"])
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
ROW_HEADING = f"{'output':30} {'time':>8} {'median':>12} (q10 – q90)"


def read_levers(
    context: click.Context, parameter: click.Parameter, told: str
) -> Mapping[str, str]:
    """Read `a=1.5,b=high`."""
    pairs = [one.partition("=") for one in told.split(",") if one.strip()]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("as in a=1.5,b=high")
    return {name.strip(): value.strip() for name, _, value in pairs}


@click.command("run")
@click.argument("model")
@click.option("--levers", callback=read_levers, default="", help="a=1.5,b=LEVEL")
@click.option("--members", type=click.IntRange(1), default=1000, help="How many; 1000.")
@click.option("--seed", type=int, default=1, help="The same makes the same; 1.")
@click.option("--made-up", is_flag=True, help="Inputs from made-up data.")
@click.option("--engine", type=ENGINES, help="Numba where it is installed.")
@json_option
@refusing
def run_model(
    model: str,
    levers: Mapping[str, str],
    members: int,
    seed: int,
    made_up: bool,
    engine: str | None,
    as_json: bool,
) -> None:
    """Run MODEL, the key of a pack's model or a YAML or XMILE file, many times.

    Levers stand at their baseline unless set, to a number or a level. JSON: first a
    line with `model`, `digest`, `levers`, `members`, `seed`, `method`, `dt`, `engine`,
    `inputs`: each `name`, `value`, `measure`, `period`, `lineage`, `fallback`;
    `assumed`: constants nobody measured. Then a line an output and time: `output`,
    `time`, `mean`, `q5`, `q10`, `q25`, `q50`, `q75`, `q90`, `q95`. All of it or, where
    the model is refused, none: `refused`, `message`.
    """
    outcome = queries.run_model(
        model=model_named(model),
        levers=levers,
        members=members,
        seed=seed,
        on=clock.local(clock.now()).date(),
        made_up=made_up,
        engine=engine or "",
    )
    click.echo("\n".join(_json(outcome) if as_json else _text(outcome)))


def model_named(told: str) -> Model:
    """Read a model from a file, or find it in the packs by its key."""
    path = Path(told)
    if path.is_file():
        return queries.read_model(path=path)
    if path.suffix or len(path.parts) > 1:
        raise ModelFileMissing(path=told[:200])
    return queries.get_model(key=told)


def _json(outcome: Outcome) -> list[str]:
    lines = [head(outcome.provenance), *map(row, outcome.rows)]
    return [json.dumps(one, ensure_ascii=False) for one in lines]


def head(one: Provenance) -> dict[str, Any]:
    """Say what a run was made of."""
    return {
        "model": one.model,
        "digest": one.digest,
        "levers": dict(one.levers),
        "members": one.members,
        "seed": one.seed,
        "method": one.method,
        "dt": one.dt,
        "engine": one.engine,
        "inputs": [_input(taken) for taken in one.inputs],
        "assumed": list(one.assumed),
    }


def _input(one: InputTaken) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.value,
        "measure": one.measure,
        "period": one.period,
        "lineage": one.lineage,
        "fallback": one.is_fallback,
    }


def row(one: Quantiles) -> dict[str, Any]:
    """Say an output at a time."""
    named = {
        f"q{level}": value for level, value in zip(LEVELS, one.quantiles, strict=True)
    }
    return {"output": one.output, "time": one.time, "mean": one.mean, **named}


@click.command()
@click.argument("model")
@click.option("--levers", callback=read_levers, default="", help="a=1.5,b=LEVEL")
@click.option("--members", type=click.IntRange(1), default=100_000, help="How many.")
@click.option("--shard", type=click.IntRange(1), default=10_000, help="In one; 10000.")
@click.option("--seed", type=int, default=1, help="The same makes the same; 1.")
@click.option("--cluster", default="", help="A Dask scheduler, as tcp://host:8786.")
@click.option("--made-up", is_flag=True, help="Inputs from made-up data.")
@json_option
@refusing
def spread(
    model: str,
    levers: Mapping[str, str],
    members: int,
    shard: int,
    seed: int,
    cluster: str,
    made_up: bool,
    as_json: bool,
) -> None:
    """Run MODEL in shards, here or by a cluster, and add up their histograms.

    JSON: first what `run` says of a run, `shards`: how many there were, `histogram`:
    SHA-256 of what they add up to, the same however it was split and wherever it ran.
    Then a line an output and time as `run` has them, to a thousandth of each number.
    """
    found = queries.spread_model(
        model=model_named(model),
        levers=levers,
        members=members,
        seed=seed,
        on=clock.local(clock.now()).date(),
        made_up=made_up,
        size=shard,
        cluster=cluster,
    )
    first = {"shards": found.shards, "histogram": found.digest}
    if as_json:
        lines = [head(found.provenance) | first, *map(row, found.rows)]
        click.echo("\n".join(json.dumps(one, ensure_ascii=False) for one in lines))
        return
    click.echo(f"{found.shards} shards, histogram {found.digest}")
    click.echo("\n".join(map(row_text, found.rows)))


def _text(outcome: Outcome) -> list[str]:
    told = outcome.provenance
    lines = [f"{told.model} {told.digest[:12]} {dict(told.levers)}"]
    for one in told.inputs:
        flag = " (fallback)" if one.is_fallback else ""
        lines.append(f"{one.name} = {one.value:g}{flag}: {one.lineage}")
    lines.append(ROW_HEADING)
    lines.extend(row_text(one) for one in outcome.rows)
    return lines


def row_text(one: Quantiles) -> str:
    """Say an output at a time in a line: median, and from 10 to 90 percent."""
    low, middle, high = (one.quantiles[place] for place in (1, 3, 5))
    return f"{one.output:30} {one.time:8g} {middle:12g} ({low:g} – {high:g})"


@click.command()
@click.argument("folder", type=FOLDER)
@json_option
@refusing
def conform(folder: Path, as_json: bool) -> None:
    """Run the XMILE cases of a checkout of SDXorg/test-models against their output.

    Tolerance 1e-4, near zero 1e-6; a column that a file does not have is passed over,
    as the suite does. JSON: `cases`, each `case`, `state`: passed, failed or outside
    the subset, `reason`; `totals`, and `folders`: how many folders have a file passed.
    """
    cases = list(queries.conform(folder=folder))
    told = [
        {"case": one.case, "state": one.state, "reason": one.reason} for one in cases
    ]
    totals = dict(Counter(one.state for one in cases))
    passed = {one.case.split("/")[0] for one in cases if one.state == "passed"}
    folders = {"passed": len(passed), "all": len({c.case.split("/")[0] for c in cases})}
    lines = [f"{one.state:8} {one.case}  {one.reason}" for one in cases]
    lines.append(f"{totals}; folders {folders['passed']} of {folders['all']}")
    answer(
        {"cases": told, "totals": totals, "folders": folders},
        "\n".join(lines),
        as_json=as_json,
    )


@click.command()
@click.argument("model")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Written there; printed unless told.",
)
@json_option
@refusing
def convert(model: str, output: Path | None, as_json: bool) -> None:
    """Write MODEL as XMILE: what is unsure becomes its median, with a note.

    JSON: `model`, `digest`, `file` or `xmile`.
    """
    read = model_named(model)
    text = queries.model_as_xmile(model=read)
    told = {"model": read.key, "digest": read.digest}
    if output is None:
        answer({**told, "xmile": text}, text, as_json=as_json)
        return
    part = output.with_name(f".{output.name}.part")  # whole, or not there
    part.write_text(text, "utf-8")
    part.replace(output)
    answer({**told, "file": str(output)}, str(output), as_json=as_json)


COMMANDS = (run_model, spread, conform, convert)
