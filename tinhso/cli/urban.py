"""`tinhso foresight play`: counters, lines of stages, ways out."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tinhso.cli.output import json_option, refusing
from tinhso.foresight import queries
from tinhso.foresight.types.urban import (
    Activity,
    CounterOutcome,
    EvacuationOutcome,
    LineOutcome,
    Outcome,
    Roster,
)


@click.command()
@click.argument("activity")
@click.option("--runs", type=click.IntRange(2, 100_000), default=500, show_default=True)
@click.option("--seed", type=int, default=1, help="The same plays the same; 1.")
@click.option("--made-up", is_flag=True, help="Recorded arrivals of made-up data.")
@json_option
@refusing
def play(activity: str, runs: int, seed: int, made_up: bool, as_json: bool) -> None:
    """Play ACTIVITY, the key of a pack's urban activity or a YAML file.

    JSON of a counter: `today` and `cheapest`, each `desks`, `hours`, `waiting` (`mean`,
    `error`, `p50`, `p90` in minutes, `within`, `unserved`) and `is_enough`. Of a line:
    `through`, `error`, `p90`, `in_time`, `stages` (`wait`, `error`, `busy`, `longest`,
    `overfull`, `theory`), `what_if`: the same with one more there. Of a way out:
    `minutes`, `people`, `arrived` by minute, `sheltered`, `narrow`.
    """
    told = _activity(activity)
    found = queries.play(activity=told, runs=runs, seed=seed, made_up=made_up)
    if told.made_up or made_up:
        click.echo("Dữ liệu mô phỏng / made-up data.", err=True)
    click.echo(
        json.dumps(_told(found), ensure_ascii=False)
        if as_json
        else "\n".join(_text(found))
    )


def _activity(told: str) -> Activity:
    path = Path(told)
    if path.is_file():
        return queries.read_activity(path=path)
    return queries.get_activity(key=told)


def _told(found: Outcome) -> dict[str, Any]:
    return {"kind": _kind(found), **asdict(found)}


def _kind(found: Outcome) -> str:
    kinds = {CounterOutcome: "counter", LineOutcome: "line"}
    return kinds.get(type(found), "evacuation")


def _text(found: Outcome) -> Sequence[str]:
    if isinstance(found, CounterOutcome):
        return _counter(found)
    if isinstance(found, LineOutcome):
        return _line(found)
    return _evacuation(found)


def _counter(found: CounterOutcome) -> list[str]:
    promise = found.counter.promise
    lines = [
        f"{found.counter.title}: {found.today.waiting.people:.0f} people a day,"
        f" {promise.share:.0%} within {promise.minutes:g} min promised"
    ]
    lines.append(f"  as it is   {_roster(found.today)}")
    if found.cheapest is None:
        return [*lines, "  no roster with the desks there is room for keeps it"]
    return [*lines, f"  cheapest   {_roster(found.cheapest)}"]


def _roster(one: Roster) -> str:
    desks, waiting = "+".join(map(str, one.desks)), one.waiting
    return (
        f"{desks:12} {one.hours:6.1f} desk hours  mean {waiting.mean:6.1f} ±"
        f" {waiting.error:.1f}  p90 {waiting.p90:6.1f} min  within"
        f" {waiting.within:6.1%}  not called {waiting.unserved:.1%}"
    )


def _line(found: LineOutcome) -> list[str]:
    in_time = "" if found.in_time is None else f", in time {found.in_time:.1%}"
    lines = [
        f"{found.line.title}: through in {found.through:.1f} ± {found.error:.1f} min,"
        f" p90 {found.p90:.1f}{in_time}"
    ]
    for one in found.stages:
        theory = "never settles" if one.theory is None else f"M/M/c {one.theory:.1f}"
        lines.append(
            f"  {one.key:20} wait {one.wait:8.1f} ± {one.error:.1f} ({theory}), busy"
            f" {one.busy:.0%}, longest line {one.longest:.0f}"
        )
    shares = found.in_time is not None
    for key, value in found.what_if.items():
        told = f"in time {value:.1%}" if shares else f"through in {value:.1f} min"
        lines.append(f"  one more at {key}: {told}")
    return lines


def _evacuation(found: EvacuationOutcome) -> list[str]:
    lines = [
        f"{found.evacuation.title}: {found.people} people in shelters after"
        f" {found.minutes} min at the soonest"
    ]
    lines += [f"  {key}: {count}" for key, count in found.sheltered.items()]
    lines += [
        f"  narrow: {one.start} → {one.end}, {one.full:.0%} full"
        for one in found.narrow
    ]
    return lines
