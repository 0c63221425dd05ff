"""`tinhso indicators`: what is measured, what is promised, and how it stands."""

from datetime import datetime
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.indicators import queries
from tinhso.indicators.types import Goal, Indicator, Standing, Value
from tinhso.kernel import clock

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
