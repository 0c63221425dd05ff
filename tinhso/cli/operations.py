"""`tinhso operations`: directives, and which of them are overdue."""

from datetime import datetime
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.operations import queries
from tinhso.operations.types import Directive

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("operations")
def group() -> None:
    """What leaders have agencies do, and what is overdue."""


@group.command()
@click.option("--indicator", default="", help="Of one number; of all unless told.")
@click.option("--overdue", is_flag=True, help="Only those over their day.")
@click.option("--on", type=DAY, help="Overdue on this day; today unless told.")
@json_option
@refusing
def directives(
    indicator: str, overdue: bool, on: datetime | None, as_json: bool
) -> None:
    """List directives, the overdue ones first.

    Overdue on a day is what that day ended without an answer and beyond its own day.

    JSON: `directives`, each `code`, `state`, `is_overdue`, `due_at`, `agency`,
    `issuer`, `indicator`, `period`, `subject`, `value`, `text`, `answered_at`,
    `ended_at`, `is_synthetic`; refused: `refused`, `message`, `fields`.
    """
    at = clock.now()
    if overdue or on:
        day = on.date() if on else clock.local(at).date()
        found = queries.overdue(on=day, actor=SYSTEM)
        found = tuple(one for one in found if indicator in ("", one.number.indicator))
    else:
        found = queries.directives(actor=SYSTEM, at=at, indicator=indicator)
    told = [_told(one, at) for one in found]
    answer({"directives": told}, "\n".join(map(_line, told)), as_json=as_json)


def _told(one: Directive, at: datetime) -> dict[str, Any]:
    return {
        "code": one.code,
        "state": one.state.value,
        "is_overdue": one.is_overdue_at(at),
        "due_at": one.due_at,
        "agency": one.agency_name,
        "issuer": one.issuer_name,
        "indicator": one.number.indicator,
        "period": one.number.period,
        "subject": one.number.subject,
        "value": one.number.value,
        "text": one.text,
        "answered_at": one.answered_at,
        "ended_at": one.ended_at,
        "is_synthetic": one.is_synthetic,
    }


def _line(told: dict[str, Any]) -> str:
    mark = "OVERDUE" if told["is_overdue"] else told["state"]
    due = clock.local(told["due_at"])
    return f"{told['code']}  {mark:9} {due:%Y-%m-%d}  {told['agency']}"
