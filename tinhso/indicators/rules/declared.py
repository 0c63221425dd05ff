"""Read what packs declare, and say what a schema cannot."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from json_logic import jsonLogic

from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import (
    Computed,
    Dimension,
    Direction,
    Formula,
    Goal,
    Indicator,
    Pillar,
    Status,
    Target,
    Term,
    Unit,
    Value,
)

SELECT = re.compile(r"\bselect\b", re.IGNORECASE)


def indicators_of(body: Mapping[str, Any]) -> Iterator[Indicator]:
    """Read indicators that fit their schema."""
    for told in body["indicators"]:
        sources = body.get("sources", {})
        values = (_value(one, sources) for one in told.get("values", []))
        yield Indicator(
            key=told["key"],
            vi=told["title"]["vi"],
            en=told["title"]["en"],
            unit=Unit(told["unit"]),
            method=told.get("method", ""),
            values=tuple(sorted(values, key=lambda one: one.period)),
            direction=Direction(told.get("direction", "up")),
            owner=told.get("owner", ""),
            final_after=told.get("final_after", 15),
            computed=_computed(told["computed"]) if "computed" in told else None,
            formula=_formula(told["formula"]) if "formula" in told else None,
            digest=_digest(told.get("computed")),
        )


def _computed(told: Mapping[str, Any]) -> Computed:
    below = told.get("denominator")
    return Computed(
        dataset=told["dataset"],
        day=told["day"],
        numerator=_term(told["numerator"]),
        denominator=_term(below) if below else None,
        by={Dimension(name): column for name, column in told.get("by", {}).items()},
        behind=tuple(told.get("behind", ())),
    )


def _term(told: Mapping[str, str]) -> Term:
    return Term(told["where"], told.get("sum", ""))


def _formula(told: Mapping[str, Any]) -> Formula:
    return Formula(tuple(told["of"]), told["rule"])


def _digest(told: object) -> str:
    """Compute by what numbers know how they were computed; "" if they are not."""
    if told is None:
        return ""
    return sha256(dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _value(told: Mapping[str, Any], sources: Mapping[str, str]) -> Value:
    return Value(
        period=period_of(str(told["period"])),
        value=float(told["value"]),
        status=Status(told.get("status", "final")),
        source=sources[told["source"]],
        is_about=told.get("about", False),
    )


def targets_of(body: Mapping[str, Any]) -> Iterator[Target]:
    """Read targets that fit their schema, line by line."""
    for clause in body["clauses"]:
        for told in clause["targets"]:
            ended = told.get("ended", {})
            yield Target(
                key=told["key"],
                plan=body["key"],
                number=clause["number"],
                pillar=Pillar(clause["pillar"]),
                clause_vi=clause["clause"]["vi"],
                clause_en=clause["clause"]["en"],
                indicator=told["indicator"],
                goal=_goal(told),
                due=period_of(str(told.get("due", body["due"]))),
                source=body["source"],
                ended_on=_day(ended["on"]) if ended else None,
                ended_why=ended.get("why", ""),
            )


def _goal(told: Mapping[str, Any]) -> Goal:
    names = ("at_least", "above", "at_most")
    return Goal(**{name: float(told[name]) for name in names if name in told})


def faults_of_indicators(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: double keys, periods, sources, yes or no."""
    faults = dict(_doubles(body["indicators"], "indicators"))
    sources = body.get("sources", {})
    made_of = {
        one["key"]: one.get("formula", {}).get("of", ()) for one in body["indicators"]
    }
    for place, told in enumerate(body["indicators"]):
        faults |= _faults_of_ways(told, f"indicators.{place}")
        faults |= _faults_of_terms(told, f"indicators.{place}.computed")
        faults |= _faults_of_rule(told, f"indicators.{place}.formula")
        if _in_circle(told["key"], made_of):
            faults[f"indicators.{place}.formula.of"] = "is made of itself"
        for number, value in enumerate(told.get("values", [])):
            field = f"indicators.{place}.values.{number}"
            if fault := _unreadable(period_of, value["period"]):
                faults[f"{field}.period"] = fault
            if value["source"] not in sources:
                faults[f"{field}.source"] = f"no source {value['source']!r}"
            if told["unit"] == Unit.YES_NO and value["value"] not in (0, 1):
                faults[f"{field}.value"] = "is neither 0 nor 1"
    return faults


def _in_circle(key: str, made_of: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether an indicator is made of itself, by way of others or at once."""
    seen: set[str] = set()
    ahead = list(made_of[key])
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += made_of.get(one, ())
    return key in seen


def unknown_of(body: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
    """Answer {field: what is wrong}: formulas that name what nobody declares.

    known: the indicators of other contents that this one uses.
    """
    own = {one["key"] for one in body["indicators"]}
    return {
        f"indicators.{place}.formula.of.{number}": (
            f"no indicator {key!r} here or in `uses`"
        )
        for place, one in enumerate(body["indicators"])
        for number, key in enumerate(one.get("formula", {}).get("of", ()))
        if key not in own and key not in known
    }


def _faults_of_ways(told: Mapping[str, Any], field: str) -> dict[str, str]:
    """Say where ways to come to a number contradict each other or its unit."""
    faults: dict[str, str] = {}
    ways = [name for name in ("computed", "formula") if name in told]
    if len(ways) > 1:
        faults[f"{field}.{ways[1]}"] = f"is {ways[0]}, and one method is one indicator"
    if ways and "values" in told:
        faults[f"{field}.values"] = f"is {ways[0]}, and one method is one indicator"
    is_share = "denominator" in told.get("computed", {})
    if "computed" in told and is_share != (told["unit"] == Unit.PERCENT):
        faults[f"{field}.unit"] = "a share has a denominator, and only a share"
    return faults


def _faults_of_terms(told: Mapping[str, Any], field: str) -> dict[str, str]:
    """Say which conditions ask more than the row: months are counted one by one."""
    terms = told.get("computed", {})
    return {
        f"{field}.{name}.where": "is a condition on one row, without a SELECT in it"
        for name in ("numerator", "denominator")
        if SELECT.search(terms.get(name, {}).get("where", ""))
    }


def _faults_of_rule(told: Mapping[str, Any], field: str) -> dict[str, str]:
    """Say what a formula reads that it does not name, or cannot compute."""
    if "formula" not in told:
        return {}
    of, rule = told["formula"]["of"], told["formula"]["rule"]
    strangers = sorted(set(_variables(rule)) - set(of))
    if strangers:
        return {f"{field}.rule": f"{strangers[0]!r} does not stand under `of`"}
    try:
        found: Any = jsonLogic(rule, dict.fromkeys(of, 1.0))
    except ZeroDivisionError:
        return {}
    except (ReferenceError, TypeError, ValueError) as error:
        return {f"{field}.rule": f"cannot be computed: {error}"}
    if isinstance(found, bool) or not isinstance(found, int | float):
        return {f"{field}.rule": f"makes {found!r} where each is 1, and no number"}
    return {}


def _variables(rule: object) -> Iterator[str]:
    if isinstance(rule, list):
        for part in rule:
            yield from _variables(part)
    if isinstance(rule, Mapping):
        for operator, operands in rule.items():
            if operator == "var":
                yield str(operands[0] if isinstance(operands, list) else operands)
            yield from _variables(operands)


def faults_of_targets(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: double keys, no goal, no period."""
    faults: dict[str, str] = {}
    keys: set[str] = set()
    for place, clause in enumerate(body["clauses"]):
        for number, told in enumerate(clause["targets"]):
            field = f"clauses.{place}.targets.{number}"
            if told["key"] in keys:
                faults[f"{field}.key"] = "another target has this key"
            keys.add(told["key"])
            if not {"at_least", "above", "at_most"} & told.keys():
                faults[field] = "says neither at_least, nor above, nor at_most"
            if fault := _unreadable(period_of, told.get("due", body["due"])):
                faults[f"{field}.due"] = fault
    return faults


def _doubles(listed: list[Mapping[str, Any]], name: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for place, one in enumerate(listed):
        if one["key"] in seen:
            yield f"{name}.{place}.key", "another one has this key"
        seen.add(one["key"])


def _unreadable(read: Callable[[str], object], told: object) -> str:
    try:
        read(str(told))
    except ValueError as error:
        return str(error)
    return ""


def _day(told: object) -> date:
    return date.fromisoformat(str(told))
