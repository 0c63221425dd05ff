"""Read the assumptions a pack declares, and say what a schema cannot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tinhso.procedures.types import Satisfaction
from tinhso.simulation.types import (
    Activity,
    Changed,
    Course,
    Filed,
    Pace,
    Rated,
    Weighted,
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


def _weighted(told: Mapping[str, float]) -> tuple[Weighted, ...]:
    return tuple(Weighted(name, weight) for name, weight in told.items())


def _day(told: object) -> date:
    return date.fromisoformat(str(told))
