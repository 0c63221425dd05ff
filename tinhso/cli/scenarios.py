"""`tinhso foresight scenario`, `mix` and `tornado`: what could be done."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from tinhso.cli.dynamics import (
    ENGINES,
    ROW_HEADING,
    head,
    model_named,
    read_levers,
    row,
    row_text,
)
from tinhso.cli.output import answer, json_option, refusing
from tinhso.foresight import queries
from tinhso.foresight.types.scenarios import (
    Bar,
    Chance,
    Choice,
    Compared,
    Intervention,
    Mix,
    Signpost,
    Target,
    Tornado,
)
from tinhso.kernel import clock

F = TypeVar("F", bound=Callable[..., object])


def _of_runs(command: F) -> F:
    """Give a command what all runs of a model take."""
    for option in (
        click.option("--engine", type=ENGINES, help="Numba where it is installed."),
        click.option("--made-up", is_flag=True, help="Inputs from made-up data."),
        click.option("--seed", type=int, default=1, help="The same makes the same; 1."),
    ):
        command = option(command)
    return command


def _common(seed: int, made_up: bool, engine: str | None) -> dict[str, Any]:
    today = clock.local(clock.now()).date()
    return {"seed": seed, "on": today, "made_up": made_up, "engine": engine or ""}


MEMBERS = click.option(
    "--members", type=click.IntRange(1), default=1000, help="How many; 1000."
)


@click.command("scenario")
@click.argument("model")
@click.option("--levers", callback=read_levers, default="", help="a=1.5,b=LEVEL")
@click.option("--target", default="", help="OUTPUT>=VALUE@TIME")
@MEMBERS
@_of_runs
@json_option
@refusing
def play_scenario(
    model: str,
    levers: Mapping[str, str],
    target: str,
    members: int,
    seed: int,
    made_up: bool,
    engine: str | None,
    as_json: bool,
) -> None:
    """Run MODEL with levers set, beside its baseline, and enter what each lever does.

    JSON: first the line of `run`, with `target`, `chance`, `chance_at_baseline`, and
    `ledger`: `output`, `time`, `together`, `cost`, `interventions`. Then the lines of
    `run`, digit for digit, each with `which`: current or baseline.
    """
    found = queries.play_scenario(
        model=model_named(model),
        levers=levers,
        members=members,
        target=queries.read_target(told=target) if target else None,
        **_common(seed, made_up, engine),
    )
    click.echo("\n".join(_compared_json(found) if as_json else _compared(found)))


def _compared_json(found: Compared) -> list[str]:
    ledger = found.ledger
    first = {
        **head(found.current.provenance),
        "target": _target(found.target),
        "chance": _share(found.chance),
        "chance_at_baseline": _share(found.chance_at_baseline),
        "ledger": {
            "output": ledger.output,
            "time": ledger.time,
            "together": ledger.together,
            "cost": ledger.cost,
            "interventions": [_intervention(one) for one in ledger.interventions],
        },
    }
    lines = [first]
    lines += [{"which": "current", **row(one)} for one in found.current.rows]
    lines += [{"which": "baseline", **row(one)} for one in found.baseline.rows]
    return [json.dumps(one, ensure_ascii=False) for one in lines]


def _target(one: Target | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"output": one.output, "at_least": one.at_least, "time": one.time}


def _share(one: Chance | None) -> float | None:
    return None if one is None else one.share


def _intervention(one: Intervention) -> dict[str, Any]:
    return {
        "lever": one.lever,
        "value": one.value,
        "level": one.level,
        "costs": None
        if one.costs is None
        else {f"{cost.time:g}": cost.amount for cost in one.costs},
        "total": one.total,
        "alone": one.alone,
        "within": one.within,
        "chance_alone": one.chance_alone,
        "chance_within": one.chance_within,
        "evidence": [
            {"source": told.source, "finding": told.finding_en} for told in one.evidence
        ],
    }


def _compared(found: Compared) -> list[str]:
    ledger = found.ledger
    lines = [f"{ledger.output} {ledger.time:g}: {ledger.together:+g}"]
    for one in ledger.interventions:
        cost = "?" if one.total is None else f"{one.total:g}"
        proof = f"{len(one.evidence)} evidence" if one.evidence else "no evidence"
        effects = f"alone {one.alone or 0:+g}, within {one.within or 0:+g}"
        told = f"{effects}, VND million {cost}"
        lines.append(f"  {one.lever} = {one.value:g}: {told}, {proof}")
    if found.chance and found.chance_at_baseline:
        before, now = found.chance_at_baseline.share, found.chance.share
        lines.append(f"P = {now:.1%} (baseline {before:.1%})")
    lines.append(ROW_HEADING)
    lines.extend(row_text(one) for one in found.current.rows)
    return lines


@click.command("mix")
@click.argument("model")
@click.option("--target", required=True, help="OUTPUT>=VALUE@TIME")
@click.option("--probability", type=float, default=0.8, help="How likely; 0.8.")
@click.option("--no-signposts", is_flag=True, help="Leave the slowest part out.")
@MEMBERS
@_of_runs
@json_option
@refusing
def choose_mix(
    model: str,
    target: str,
    probability: float,
    no_signposts: bool,
    members: int,
    seed: int,
    made_up: bool,
    engine: str | None,
    as_json: bool,
) -> None:
    """Find the cheapest levels of MODEL's levers that reach a target likely enough.

    Levers without evidence or cost are left out. JSON: `target`, `probability`,
    `cheapest`, `best`: each `levels`, `settings`, `cost`, `chance`; `near`: mixes
    within a twentieth of the least cost; `exact`, `bound`: no cheaper mix reaches it;
    `tried`, `of`, `left_out`; `road`: years with `cost`, `q10`, `q50`, `q90`;
    `milestones`; `signposts`.
    """
    found = queries.choose_mix(
        model=model_named(model),
        target=queries.read_target(told=target),
        probability=probability,
        members=members,
        with_signposts=not no_signposts,
        **_common(seed, made_up, engine),
    )
    answer(_choice_json(found), _choice(found), as_json=as_json)


def _choice_json(found: Choice) -> dict[str, Any]:
    return {
        "target": _target(found.target),
        "probability": found.probability,
        "cheapest": _mix(found.cheapest),
        "best": _mix(found.best),
        "near": [_mix(one) for one in found.near],
        "exact": found.is_exact,
        "bound": found.bound,
        "tried": found.tried,
        "of": found.of,
        "left_out": list(found.left_out),
        "road": [
            dict(
                zip(
                    ("time", "cost", "q10", "q50", "q90"),
                    (one.time, one.cost, *one.quantiles),
                    strict=True,
                )
            )
            for one in found.road
        ],
        "milestones": [
            {
                "time": one.time,
                "value": one.value,
                "chance_below": one.chance_below,
                "chance_above": one.chance_above,
            }
            for one in found.milestones
        ],
        "signposts": [_signpost(one) for one in found.signposts],
    }


def _mix(one: Mix | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "levels": dict(one.levels),
        "settings": dict(one.settings),
        "cost": one.cost,
        "chance": one.chance.share,
    }


def _signpost(one: Signpost) -> dict[str, Any]:
    return {
        "input": one.name,
        "measured": one.measured,
        "switches_at": one.switches_at,
        "mix": _mix(one.mix),
    }


def _choice(found: Choice) -> str:
    said = found.cheapest or found.best
    none = f"none of {found.tried} of {found.of} reaches it; the likeliest:"
    lines = [] if found.cheapest else [none]
    levels = dict(said.levels) or "baseline"
    lines.append(f"{levels}: VND million {said.cost:g}, P = {said.chance.share:.1%}")
    lines += [
        f"  {one.time:g}: VND million {one.cost:g}, {one.quantiles[1]:g}"
        for one in found.road
    ]
    lines += [
        f"  {one.time:g}: choose anew below {one.value:g}" for one in found.milestones
    ]
    for post in found.signposts:
        other = dict(post.mix.levels) if post.mix else "none looked at"
        lines.append(f"  {post.name} {post.measured:g} → {post.switches_at:g}: {other}")
    return "\n".join(lines)


@click.command("tornado")
@click.argument("model")
@click.option("--output", default="", help="The model's first.")
@click.option("--time", type=float, help="Its last.")
@click.option("--samples", type=int, default=512, help="A power of 2; 512.")
@click.option("--no-levers", is_flag=True, help="Levers stay at their baseline.")
@_of_runs
@json_option
@refusing
def tell_tornado(
    model: str,
    output: str,
    time: float | None,
    samples: int,
    no_levers: bool,
    seed: int,
    made_up: bool,
    engine: str | None,
    as_json: bool,
) -> None:
    """Tell which unsure numbers and levers an output of MODEL varies with.

    JSON: `output`, `time`, `samples`, `runs`, `mean`, `sd`, `bars`: each `name`,
    `lever`, `first`, `first_error`, `total`, `total_error` (Sobol indices with their
    standard errors), `low`, `high`: mean output in its lowest and highest tenth.
    """
    found = queries.tornado(
        model=model_named(model),
        output=output,
        time=time,
        samples=samples,
        with_levers=not no_levers,
        **_common(seed, made_up, engine),
    )
    answer(_tornado(found), "\n".join(map(_bar_text, found.bars)), as_json=as_json)


def _tornado(found: Tornado) -> dict[str, Any]:
    return {
        "output": found.output,
        "time": found.time,
        "samples": found.samples,
        "runs": found.runs,
        "mean": found.mean,
        "sd": found.sd,
        "bars": [_bar(one) for one in found.bars],
    }


def _bar(one: Bar) -> dict[str, Any]:
    return {
        "name": one.name,
        "lever": one.is_lever,
        "first": one.first,
        "first_error": one.first_error,
        "total": one.total,
        "total_error": one.total_error,
        "low": one.low,
        "high": one.high,
    }


def _bar_text(one: Bar) -> str:
    first = f"{one.first:8.3f} ± {one.first_error:.3f}"
    total = f"{one.total:8.3f} ± {one.total_error:.3f}"
    return f"{one.name:35} {first}  {total}  {one.low:g} – {one.high:g}"


COMMANDS = (play_scenario, choose_mix, tell_tornado)
