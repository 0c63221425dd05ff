"""Read the assumptions a pack declares, and say what a schema cannot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tinhso.procedures.types import Satisfaction
from tinhso.simulation.types import (
    Activity,
    Added,
    Answered,
    Changed,
    Course,
    Filed,
    Pace,
    Rated,
    Weighted,
    Words,
)

LITTLE = 0.1  # by how much a number changes unless told, as a share of it


def activity_of(body: Mapping[str, Any]) -> Activity:
    """Read assumptions that fit their schema."""
    rate, units = body["rate"], body["units"]
    days = _day(rate["last"]) - _day(rate["first"])
    return Activity(
        key=body["key"],
        population=body["population"],
        a_day=rate["dossiers"] / (days.days + 1),
        months=tuple(body["months"]),
        weekdays=tuple(body["weekdays"]),
        hours=tuple(body["hours"]),
        units=_weighted(units.get("named", {})),
        others=units["others"],
        channels=_weighted(body["channels"]),
        procedures=tuple(_filed(one) for one in body["procedures"]),
        courses=tuple(Course(tuple(c["path"]), c["weight"]) for c in body["courses"]),
        pace=Pace(**body["pace"]),
        ratings=Rated(body["ratings"]["share"], _weighted(body["ratings"]["levels"])),
        registers=tuple(_changed(one) for one in body.get("registers", [])),
        added=tuple(_added(one) for one in body.get("added", [])),
    )


def faults_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong} with what the schema cannot say."""
    faults = {}
    if _day(body["rate"]["last"]) < _day(body["rate"]["first"]):
        faults["rate.last"] = "is before the first day"
    if body["pace"]["most"] < body["pace"]["least"]:
        faults["pace.most"] = "is less than the least"
    for name in ("months", "weekdays", "hours"):
        if not any(body[name]):
            faults[name] = "are all zero"
    unknown = set(body["ratings"]["levels"]) - set(Satisfaction)
    if unknown:
        faults["ratings.levels"] = f"no level {', '.join(sorted(unknown))}"
    for place, added in enumerate(body.get("added", [])):
        faults |= {f"added.{place}.{n}": why for n, why in _faults_of(added).items()}
    return faults


def _faults_of(added: Mapping[str, Any]) -> dict[str, str]:
    faults = {}
    words, pace = added["words"], added["answer"]["pace"]
    lacking = set(added["choices"].get(words["by"], ())) ^ set(words["texts"])
    if lacking:
        faults["words.texts"] = f"no text or no choice {', '.join(sorted(lacking))}"
    if pace["most"] < pace["least"]:
        faults["answer.pace.most"] = "is less than the least"
    return faults


def _filed(told: Mapping[str, Any]) -> Filed:
    return Filed(
        code=told["code"],
        weight=told["weight"],
        example=told["example"],
        place=told.get("place", 1),
        fields=told.get("fields", {}),
        result=told.get("result", {}),
    )


def _changed(told: Mapping[str, Any]) -> Changed:
    by = told.get("by", LITTLE)
    return Changed(told["register"], told["field"], told["share"], by)


def _added(told: Mapping[str, Any]) -> Added:
    return Added(
        register=told["register"],
        a_year=told["a_year"],
        prefix=told["prefix"],
        day=told["day"],
        choices={name: _weighted(some) for name, some in told["choices"].items()},
        words=Words(**told["words"]),
        answer=_answered(told["answer"]),
    )


def _answered(told: Mapping[str, Any]) -> Answered:
    plain = {name: told[name] for name in ("field", "first", "working", "ended_on")}
    return Answered(
        **plain,
        ended=_weighted(told["ended"]),
        due=told["due"],
        days=told["days"],
        **told["pace"],
        rated=told["rated"]["field"],
        share=told["rated"]["share"],
        good=told["rated"]["good"],
    )


def _weighted(told: Mapping[str, float]) -> tuple[Weighted, ...]:
    return tuple(Weighted(name, weight) for name, weight in told.items())


def _day(told: object) -> date:
    return date.fromisoformat(str(told))
