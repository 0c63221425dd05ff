"""`tinhso plans`: a plan's tasks, and how each stands."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.plans import queries
from tinhso.plans.types import Task

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("plans")
def group() -> None:
    """Plans with their tasks, and how each stands."""


@group.command()
@click.argument("key")
@click.option("--agency", default="", help="Only tasks of the agency with this key.")
@click.option("--on", type=DAY, help="As it stands on this day; today unless told.")
@json_option
@refusing
def show(key: str, agency: str, on: datetime | None, as_json: bool) -> None:
    """Show the tasks of a plan, in its order, with their lights.

    JSON: `plan`: `key`, `title`, `source`, `first_day`, `last_day`, `closed_at`,
    `declared_tasks`, `is_synthetic`; `tasks`, each `number`, `text`, `agency`,
    `due_on`, `state`, `percent`, `light`, `reported_on`, `done_on`, `accepted_on`,
    `is_own`; refused: `refused`, `message`, `fields`.
    """
    today = clock.local(clock.now()).date()
    day = on.date() if on else today
    plan = queries.get_plan(key=key, actor=SYSTEM)
    found = queries.tasks(
        on=day, actor=SYSTEM, plan=key, agency_id=_agency(agency, today)
    )
    told = [_told(one) for one in found]
    declared = plan.declared
    about = {
        "key": plan.key,
        "title": declared.title.vi,
        "source": declared.source,
        "first_day": declared.first_day,
        "last_day": declared.last_day,
        "closed_at": plan.closed_at,
        "declared_tasks": declared.declared_tasks,
        "is_synthetic": declared.is_synthetic,
    }
    lines = "\n".join([declared.title.vi, *map(_line, told)])
    answer({"plan": about, "tasks": told}, lines, as_json=as_json)


def _agency(key: str, today: date) -> UUID | None:
    return people.organization_by_key(key=key, on=today).id if key else None


def _told(one: Task) -> dict[str, Any]:
    return {
        "number": one.number,
        "text": one.text.vi,
        "agency": one.agency_name or one.responsible,
        "due_on": one.due_on,
        "state": one.state.value,
        "percent": one.percent,
        "light": one.light.value,
        "reported_on": one.reported_on,
        "done_on": one.done_on,
        "accepted_on": one.accepted_on,
        "is_own": one.is_own,
    }


def _line(told: dict[str, Any]) -> str:
    due = f"{told['due_on']:%Y-%m-%d}"
    return (
        f"{told['number']:8} {told['light']:10} {told['percent']:3} %  {due}  "
        f"{told['agency']}"
    )
