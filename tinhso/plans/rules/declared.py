"""Read what packs declare of plans and ratings, and say what a schema cannot."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tinhso.plans.types import (
    DeclaredPlan,
    DeclaredTask,
    Group,
    RatingScale,
    Words,
)

REPORT_EVERY = 30  # days, unless a plan says otherwise


def plan_of(body: Mapping[str, Any]) -> DeclaredPlan:
    """Read a plan that fits its schema."""
    declared = body.get("declared", {})
    first, last = days_of(body)
    return DeclaredPlan(
        key=body["key"],
        title=words(body["title"]),
        year=body["year"],
        first_day=first,
        last_day=last,
        owner=body["owner"],
        source=body["source"],
        targets=body.get("targets", ""),
        caution=words(body.get("caution")),
        declared_tasks=declared.get("tasks"),
        declared_targets=declared.get("targets"),
        report_every=body.get("report_every", REPORT_EVERY),
        groups=tuple(
            Group(one["key"], words(one["title"]), one.get("declared"))
            for one in body["groups"]
        ),
        tasks=tuple(_tasks(body, last)),
        is_synthetic=body.get("synthetic", False),
    )


def days_of(body: Mapping[str, Any]) -> tuple[date, date]:
    """Tell the first and the last day of a plan; its year, unless it says others."""
    year = body["year"]
    first, last = body.get("from"), body.get("to")
    return (
        _day(first) if first else date(year, 1, 1),
        _day(last) if last else date(year, 12, 31),
    )


def _tasks(body: Mapping[str, Any], last: date) -> Iterator[DeclaredTask]:
    for group in body["groups"]:
        for told in group.get("tasks", ()):
            yield DeclaredTask(
                number=told["number"],
                group=group["key"],
                text=words(told["text"]),
                product=words(told.get("product")),
                responsible=told.get("responsible", ""),
                agency=told.get("agency", ""),
                cooperating=tuple(told.get("cooperating", ())),
                target=told.get("target", ""),
                indicator=told.get("indicator", ""),
                due_on=_day(told["due"]) if "due" in told else last,
                source=told.get("source", group.get("source", "")),
            )


def faults_of_plan(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: double numbers, days outside, too many."""
    first, last = days_of(body)
    faults = {} if first <= last else {"to": "lies before the first day"}
    numbers: set[str] = set()
    for place, group in enumerate(body["groups"]):
        tasks = group.get("tasks", [])
        if "declared" in group and len(tasks) > group["declared"]:
            faults[f"groups.{place}.declared"] = "the source counts fewer tasks"
        for number, told in enumerate(tasks):
            field = f"groups.{place}.tasks.{number}"
            if told["number"] in numbers:
                faults[f"{field}.number"] = "another task has this number"
            numbers.add(told["number"])
            if "due" in told and not first <= _day(told["due"]) <= last:
                faults[f"{field}.due"] = "lies outside the plan"
            if "target" in told and "targets" not in body:
                faults[f"{field}.target"] = "the plan names no targets"
    return faults


def agencies_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk through the agencies a plan names: field and key."""
    yield "owner", body["owner"]
    for place, group in enumerate(body["groups"]):
        for number, told in enumerate(group.get("tasks", ())):
            field = f"groups.{place}.tasks.{number}"
            if "agency" in told:
                yield f"{field}.agency", told["agency"]
            for key in told.get("cooperating", ()):
                yield f"{field}.cooperating", key


def scale_of(body: Mapping[str, Any]) -> RatingScale:
    """Read a scale of ratings that fits its schema."""
    return RatingScale(
        key=body["key"],
        title=words(body["title"]),
        levels={one["key"]: words(one["title"]) for one in body["levels"]},
        source=body["source"],
        valid_from=_day(body["from"]),
        is_certain=body["status"] == "known",
        caution=words(body.get("caution")),
    )


def words(told: Mapping[str, str] | None) -> Words:
    """Read a text in both languages; none is empty."""
    return Words(told["vi"], told.get("en", "")) if told else Words("")


def _day(told: object) -> date:
    return date.fromisoformat(str(told))
