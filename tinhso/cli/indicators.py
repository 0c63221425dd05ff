"""`tinhso indicators`: what is measured, what is promised, and how it stands."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NoReturn

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.indicators import actions, queries
from tinhso.indicators.types import (
    Cell,
    Dimension,
    Figure,
    FigureUnknown,
    Goal,
    Indicator,
    OnlyMadeUp,
    Standing,
    Unit,
    Value,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people

DIMENSIONS = click.Choice([one.value for one in Dimension if one])
ENGINES = click.Choice(["duckdb", "spark"])
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("indicators")
def group() -> None:
    """Indicators and targets of the province, with their sources."""


@group.command("list")
@json_option
def list_indicators(as_json: bool) -> None:
    """List what is measured, with the latest value known.

    JSON: `indicators`, each `key`, `vi`, `en`, `unit`, `method`, `latest`: `period`,
    `value`, `status`, `source`, `is_about`; null if none is known.
    """
    found = [_indicator(one) for one in queries.indicators().values()]
    lines = [
        f"{one['key']:34} {_shown(one['latest']):>22}  {one['vi']}" for one in found
    ]
    answer({"indicators": found}, "\n".join(lines), as_json=as_json)


@group.command()
@click.option("--plan", default="", help="Of one plan; of all unless told.")
@click.option("--on", type=DAY, help="As known of times before; today unless told.")
@json_option
@refusing
def targets(plan: str, on: datetime | None, as_json: bool) -> None:
    """List every target with its value, source and state.

    States: met; on_track, behind or open while its time runs; missed or outdated (no
    value of that time is known) when it is over; unknown without any value; ended where
    what it is measured on is no more. JSON: `targets`, each `plan`, `number`, `key`,
    `pillar`, `clause`, `clause_en`, `indicator`, `title`, `unit`, `goal`, `due`,
    `baseline`, `latest`, `expected`, `state`, `source`, `ended`; `states`: how many.
    """
    day = on.date() if on else clock.local(clock.now()).date()
    found = [_standing(one) for one in queries.standings(on=day, plan=plan)]
    answer(
        {"targets": found, "states": _counted(found)},
        "\n".join(map(_line, found)),
        as_json=as_json,
    )


@group.command()
@click.option("--everything", is_flag=True, help="All months of all indicators.")
@json_option
@refusing
def refresh(everything: bool, as_json: bool) -> None:
    """Compute what new rows in the lake have changed; the jobs do so all the time.

    JSON: `runs`, each `dataset`, `uuid`, `snapshot_id`, `months`, `changed`, `seconds`;
    `faults`: why an indicator could not be computed, by key.
    """
    runs = actions.refresh(at=clock.now(), everything=everything)
    faults = {key: one.reason for key, one in queries.faults().items()}
    told = [
        {
            "dataset": run.dataset,
            "uuid": run.uuid,
            "snapshot_id": run.snapshot_id,
            "months": list(run.months),
            "changed": run.changed,
            "seconds": round(run.seconds, 3),
        }
        for run in runs
    ]
    lines = [f"{one['dataset']}: {one['changed']} ({one['seconds']} s)" for one in told]
    lines += [f"{key}: {reason}" for key, reason in faults.items()]
    text = "\n".join(lines) or "Nothing new."
    answer({"runs": told, "faults": faults}, text, as_json=as_json)


@group.command()
@click.option("--period", default="", help="Of one period; of all unless told.")
@json_option
@refusing
def returns(period: str, as_json: bool) -> None:
    """List which agency still owes which return, by when, and who is late.

    JSON: `returns`, each `indicator`, `period`, `agency`: its code, `name`, `approver`,
    `due_on`, `state`, `is_late`; `late`: how many.
    """
    day = clock.local(clock.now()).date()
    owed = queries.owed_returns(actor=SYSTEM, on=day, period=period)
    told = [
        {
            "indicator": one.asked.indicator,
            "period": one.period.key,
            "agency": one.agency_code,
            "name": one.agency,
            "approver": one.approver,
            "due_on": one.due_on.isoformat(),
            "state": one.state.value,
            "is_late": one.is_late,
        }
        for one in owed
    ]
    lines = [
        f"{'late' if one['is_late'] else '':4} {one['due_on']} {one['period']:7}"
        f" {one['indicator']:24} {one['agency']:10} {one['name']}"
        for one in told
    ]
    late = sum(one.is_late for one in owed)
    answer({"returns": told, "late": late}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("key")
@click.argument("period")
@click.option("--by", type=DIMENSIONS, help="Broken down by this.")
@click.option("--made-up", is_flag=True, help="Of made-up data.")
@json_option
@refusing
def show(key: str, period: str, by: str, made_up: bool, as_json: bool) -> None:
    """Show what an indicator was in a period: 2026, 2026Q3, 2026-08.

    JSON: `figures`, each `part`, `value`, `numerator`, `denominator`, `status`,
    `is_complete`, `coverage`: how many agencies reported, of how many, null where none
    do; `dataset`, `uuid`, `snapshot_id`, `name` of an agency; `made_up`.
    """
    cell = Cell(key, queries.period(key=period), made_up)
    dimension = Dimension(by or "")
    names = _agencies(cell.period.last) if dimension is Dimension.AGENCY else {}
    told = [
        _figure(one) | {"name": names.get(one.cell.part, "")}
        for one in _figures(cell, dimension)
    ]
    unit = queries.get_indicator(key=key).unit
    lines = [_figure_line(one, unit) for one in told]
    answer({"figures": told, "made_up": made_up}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("period")
@click.option("--made-up", is_flag=True, help="Of made-up data.")
@click.option("--engine", type=ENGINES, default="duckdb", help="Which engine counts.")
@json_option
@refusing
def recount(period: str, made_up: bool, engine: str, as_json: bool) -> None:
    """Count the numbers of a period again, each alone, from the state they came from.

    Ends with 1 if one is not what was published. JSON: `numbers`, each `key`,
    `numerator`, `denominator`, `again`: both counted again, `is_same`; `engine`.
    """
    day = clock.local(clock.now()).date()
    counted = [
        queries.recount(cell=one.cell, on=day, engine=engine)
        for one in _computed(period, made_up)
    ]
    told = [
        {
            "key": one.figure.cell.indicator,
            "numerator": one.figure.numerator,
            "denominator": one.figure.denominator,
            "again": [one.numerator, one.denominator],
            "is_same": one.is_same,
        }
        for one in counted
    ]
    lines = [f"{'=' if one['is_same'] else '≠'} {one['key']}" for one in told]
    answer({"numbers": told, "engine": engine}, "\n".join(lines), as_json=as_json)
    if not all(one.is_same for one in counted):
        raise SystemExit(1)


def _computed(period: str, made_up: bool) -> Collection[Figure]:
    """List the figures that were computed from the lake.

    :raises FigureUnknown: if there is none.
    :raises OnlyMadeUp: if there would be of made-up data.
    """
    keys = [key for key, one in queries.indicators().items() if one.computed]
    periods, day = [queries.period(key=period)], clock.local(clock.now()).date()

    def of(made_up: bool) -> Collection[Figure]:
        found = queries.figures(keys=keys, periods=periods, on=day, made_up=made_up)
        return found.values()

    return of(made_up) or _refused(would_be=not made_up and bool(of(True)))


def _figures(cell: Cell, by: Dimension) -> Collection[Figure]:
    """List a figure, or its parts.

    :raises FigureUnknown: if there is none.
    :raises OnlyMadeUp: if there would be of made-up data.
    """
    made_up = replace(cell, made_up=True)
    return _found(cell, by) or _refused(
        would_be=not cell.made_up and bool(_found(made_up, by))
    )


def _refused(*, would_be: bool) -> NoReturn:
    raise OnlyMadeUp if would_be else FigureUnknown


def _found(cell: Cell, by: Dimension) -> Collection[Figure]:
    day = clock.local(clock.now()).date()
    if not by:
        found = queries.figures(
            keys=[cell.indicator], periods=[cell.period], on=day, made_up=cell.made_up
        )
        return found.values()
    parts = queries.parts(
        key=cell.indicator,
        period=cell.period,
        dimension=by,
        on=day,
        made_up=cell.made_up,
    )
    return parts.values()


def _figure_line(one: Mapping[str, Any], unit: Unit) -> str:
    value = "-" if one["value"] is None else f"{round(one['value'], 2):.12g}"
    sign = " %" if unit is Unit.PERCENT and one["value"] is not None else ""
    below = one["denominator"]
    counts = "" if below is None else f"  {one['numerator']} / {below}"
    return f"{one['part'] or '-':20} {value}{sign}{counts}  {one['name']}".rstrip()


def _agencies(on: date) -> Mapping[str, str]:
    """Name the agencies of a day by their codes."""
    return {one.code: one.short_name or one.name for one in people.organizations(on=on)}


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "part": one.cell.part,
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "status": one.status.value,
        "is_complete": one.is_complete,
        "coverage": [one.coverage.reported, one.coverage.asked]
        if one.coverage
        else None,
        "dataset": one.run.dataset if one.run else None,
        "uuid": one.run.uuid if one.run else None,
        "snapshot_id": one.run.snapshot_id if one.run else None,
    }


def _standing(one: Standing) -> dict[str, Any]:
    target = one.target
    return {
        "plan": target.plan,
        "number": target.number,
        "key": target.key,
        "pillar": target.pillar.value,
        "clause": target.clause_vi,
        "clause_en": target.clause_en,
        "indicator": target.indicator,
        "title": one.indicator.vi,
        "unit": one.indicator.unit.value,
        "goal": _goal(target.goal),
        "due": target.due.key,
        "baseline": _value(one.baseline),
        "latest": _value(one.latest),
        "expected": one.expected,
        "state": one.state.value,
        "source": target.source,
        "ended": target.ended_why,
    }


def _goal(goal: Goal) -> dict[str, float]:
    named = {"at_least": goal.at_least, "above": goal.above, "at_most": goal.at_most}
    return {name: value for name, value in named.items() if value is not None}


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "key": one.key,
        "vi": one.vi,
        "en": one.en,
        "unit": one.unit.value,
        "method": one.method,
        "latest": _value(one.latest),
    }


def _value(value: Value | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "period": value.period.key,
        "value": value.value,
        "status": value.status.value,
        "source": value.source,
        "is_about": value.is_about,
    }


def _counted(found: list[dict[str, Any]]) -> dict[str, int]:
    states = [one["state"] for one in found]
    return {state: states.count(state) for state in sorted(set(states))}


def _line(one: dict[str, Any]) -> str:
    goal = ", ".join(f"{name} {value:g}" for name, value in one["goal"].items())
    return (
        f"{one['plan']:10} {one['number']:>2} {one['state']:9} {one['due']:>7}"
        f" {goal:>22} {_shown(one['latest']):>22}  {one['title']}"
    )


def _shown(value: dict[str, Any] | None) -> str:
    if value is None:
        return "-"
    about = "~" if value["is_about"] else ""
    return f"{about}{value['value']:g} ({value['period']})"
