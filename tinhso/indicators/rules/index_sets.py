"""Read index sets as packs declare them, and say what a schema cannot."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.scoring import agree, sums_of
from tinhso.indicators.types import (
    Band,
    Criterion,
    IndexSet,
    MainIndex,
    Measured,
    PillarSum,
    PublishedScore,
    RuleKind,
    ScoreRule,
    Step,
    Unaccounted,
)
from tinhso.kernel.errors import Phrase

ZERO = Decimal()


def set_of(body: Mapping[str, Any], *, version: int) -> IndexSet:
    """Read an index set that fits its schema. version: of the content."""
    source = body["source"]
    until = source.get("valid_to")
    return IndexSet(
        key=body["key"],
        content_version=version,
        title=_line(body["title"]),
        version=body["version"],
        act=source["act"],
        signed_on=_day(source["date"]),
        valid_from=_day(source["valid_from"]),
        valid_to=_day(until) if until else None,
        caution=_line(body.get("caution")),
        measures=Measured(body["measures"]),
        maximum=_number(body["maximum"]),
        indices=tuple(_index(one, body) for one in body["indices"]),
        pillars=tuple(_pillar(one) for one in body.get("pillars", [])),
        bands=tuple(
            Band(_number(one["at_least"]), _line(one["title"]))
            for one in body.get("bands", [])
        ),
    )


def _index(told: Mapping[str, Any], body: Mapping[str, Any]) -> MainIndex:
    needs = body.get("evidence", True)
    missing = told.get("unaccounted")
    return MainIndex(
        key=told["key"],
        number=told["number"],
        title=_line(told["title"]),
        maximum=_number(told["maximum"]),
        criteria=tuple(_criterion(one, needs) for one in told.get("criteria", [])),
        unaccounted=_unaccounted(missing) if missing else None,
        needs_evidence=needs,
        note=_line(told.get("note")),
    )


def _unaccounted(told: Mapping[str, Any]) -> Unaccounted:
    return Unaccounted(
        _number(told["points"]), told.get("criteria"), _line(told["why"])
    )


def _criterion(told: Mapping[str, Any], needs: bool) -> Criterion:
    return Criterion(
        key=told["key"],
        number=told["number"],
        title=_line(told["title"]),
        maximum=_number(told["maximum"]),
        rule=_rule(told["rule"]),
        needs_evidence=told.get("evidence", needs),
        note=_line(told.get("note")),
    )


def _rule(told: Mapping[str, Any]) -> ScoreRule:
    steps = (
        Step(_number(one["at_least"]), _number(one["points"]))
        for one in told.get("steps", [])
    )
    return ScoreRule(
        kind=RuleKind(told["kind"]),
        target=_number(told.get("target", 100)) / 100,
        steps=tuple(sorted(steps, key=lambda one: one.at_least)),
        comes_from=told.get("from", ""),
        numerator=_line(told.get("numerator")),
        denominator=_line(told.get("denominator")),
    )


def _pillar(told: Mapping[str, Any]) -> PillarSum:
    return PillarSum(
        key=told["key"],
        title=_line(told["title"]),
        maximum=_number(told["maximum"]),
        weights={key: _number(value) for key, value in told["weights"].items()},
        note=_line(told.get("note")),
    )


def scores_of(body: Mapping[str, Any], index_set: IndexSet) -> Iterator[PublishedScore]:
    """Read what documents state, with what follows from it."""
    for told in body["scores"]:
        values = _numbers(told.get("values", {}))
        total = told.get("total")
        yield PublishedScore(
            set_key=index_set.key,
            unit=told["unit"],
            period=period_of(str(told["period"])),
            source=body["sources"][told["source"]],
            values=values,
            pillar_values=_numbers(told.get("pillar_values", {})),
            pillar_points=_numbers(told.get("pillar_points", {})),
            total=None if total is None else _number(total),
            rank=told.get("rank"),
            computed=sums_of(index_set, values),
            note=_line(told.get("note")),
        )


def faults_of_set(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: sums, double keys, rules, formulas."""
    faults = dict(_double_keys(body))
    scored = sum((_number(one["maximum"]) for one in body["indices"]), ZERO)
    if scored != _number(body["maximum"]):
        faults["maximum"] = f"the main indices sum to {scored}"
    for place, told in enumerate(body["indices"]):
        faults |= dict(_index_faults(told, f"indices.{place}"))
    for place, told in enumerate(body.get("pillars", [])):
        faults |= dict(_pillar_faults(told, body, f"pillars.{place}"))
    return faults


def _double_keys(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    keys = [one["key"] for one in body["indices"]]
    keys += [c["key"] for one in body["indices"] for c in one.get("criteria", [])]
    doubles = {key for key, count in Counter(keys).items() if count > 1}
    for place, index in enumerate(body["indices"]):
        if index["key"] in doubles:
            yield f"indices.{place}.key", "another one has this key"
        for number, told in enumerate(index.get("criteria", [])):
            if told["key"] in doubles:
                field = f"indices.{place}.criteria.{number}.key"
                yield field, "another one has this key"


def _index_faults(told: Mapping[str, Any], field: str) -> Iterator[tuple[str, str]]:
    criteria = told.get("criteria", [])
    missing = _number(told.get("unaccounted", {}).get("points", 0))
    known = sum((_number(one["maximum"]) for one in criteria), ZERO)
    if (criteria or missing) and known + missing != _number(told["maximum"]):
        said = f"criteria {known} and unaccounted {missing} sum to {known + missing}"
        yield f"{field}.maximum", said
    if not criteria and not missing and told["maximum"]:
        yield f"{field}.criteria", "has neither criteria nor says what is unaccounted"
    for number, one in enumerate(criteria):
        yield from _rule_faults(one, f"{field}.criteria.{number}.rule")


def _rule_faults(told: Mapping[str, Any], field: str) -> Iterator[tuple[str, str]]:
    rule, kind = told["rule"], RuleKind(told["rule"]["kind"])
    if kind is RuleKind.STEPPED:
        points = [step["points"] for step in rule.get("steps", [])]
        if not points or max(points) != told["maximum"]:
            yield f"{field}.steps", "the highest step is not the maximum"
    if (kind is RuleKind.COMPUTED) != ("from" in rule):
        yield f"{field}.from", "a computed value, and only that, says where it is from"
    if "target" in rule and kind not in (RuleKind.RATIO, RuleKind.COMPUTED):
        yield f"{field}.target", "only a ratio has a target"


def _pillar_faults(
    told: Mapping[str, Any], body: Mapping[str, Any], field: str
) -> Iterator[tuple[str, str]]:
    known = {one["key"] for one in body["indices"]}
    for key in told["weights"]:
        if key not in known:
            yield f"{field}.weights.{key}", "no such main index"
    summed = sum((_number(one) for one in told["weights"].values()), ZERO)
    if summed != _number(told["maximum"]):
        yield f"{field}.maximum", f"the weights sum to {summed}"


def faults_of_scores(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: sources and periods."""
    faults = {}
    for place, told in enumerate(body["scores"]):
        if told["source"] not in body["sources"]:
            faults[f"scores.{place}.source"] = f"no source {told['source']!r}"
        try:
            period_of(str(told["period"]))
        except ValueError as error:
            faults[f"scores.{place}.period"] = str(error)
    return faults


def faults_beside_set(body: Mapping[str, Any], index_set: IndexSet) -> dict[str, str]:
    """Answer what of stated scores does not fit their set or its formulas."""
    faults: dict[str, str] = {}
    indices = {one.key for one in index_set.indices}
    pillars = {one.key: one.maximum for one in index_set.pillars}
    for place, told in enumerate(body["scores"]):
        field = f"scores.{place}"
        faults |= _strangers(told.get("values", {}), indices, f"{field}.values")
        for name in ("pillar_values", "pillar_points"):
            faults |= _strangers(told.get(name, {}), set(pillars), f"{field}.{name}")
        for key, points in told.get("pillar_points", {}).items():
            if _number(points) > pillars.get(key, _number(points)):
                faults[f"{field}.pillar_points.{key}"] = "above the maximum"
        faults |= dict(_contradictions(told, index_set, field))
    return faults


def _strangers(told: Mapping[str, Any], known: set[str], field: str) -> dict[str, str]:
    return {f"{field}.{key}": "not in the set" for key in told if key not in known}


def _contradictions(
    told: Mapping[str, Any], index_set: IndexSet, field: str
) -> Iterator[tuple[str, str]]:
    computed = sums_of(index_set, _numbers(told.get("values", {})))
    stated = _numbers(told.get("pillar_values", {}))
    if "total" in told:
        stated["total"] = _number(told["total"])
    for key, value in stated.items():
        if key in computed and not agree(value, computed[key]):
            place = (
                f"{field}.{key}" if key == "total" else f"{field}.pillar_values.{key}"
            )
            yield place, f"the formula gives {computed[key]}"


def _line(told: Mapping[str, str] | None) -> Phrase:
    return Phrase(told["vi"], english=told["en"]) if told else Phrase("")


def _numbers(told: Mapping[str, Any]) -> dict[str, Decimal]:
    return {key: _number(value) for key, value in told.items()}


def _number(told: object) -> Decimal:
    return Decimal(str(told))


def _day(told: object) -> date:
    return date.fromisoformat(str(told))
