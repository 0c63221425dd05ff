"""Read what packs declare of an account, and say what a schema cannot."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.foresight.rules.account.tables import DIVISIONS
from tinhso.foresight.types.account import (
    Absent,
    CoreIndustry,
    Declared,
    Fact,
    Method,
    Share,
)
from tinhso.indicators.types import Period

UNITS = {"grdp": "billion_vnd", "grdp_per_head": "usd"}
PERCENT = "percent"


def account_of(body: Mapping[str, Any], periods: Mapping[str, Period]) -> Declared:
    """Read an account that fits its schema; periods: {year: period}."""
    sources = body["sources"]
    return Declared(
        key=body["key"],
        vi=body["title"]["vi"],
        en=body["title"]["en"],
        province=body["province"],
        places={key: (one["vi"], one["en"]) for key, one in body["places"].items()},
        shares=[_share(one, sources, periods) for one in body["published"]],
        absent=list(_absent(body["absent"], periods)),
        facts=[_fact(one, sources, periods) for one in body["facts"]],
        core=[_core(one, sources) for one in body["core"]],
        share_indicator=body["measures"]["share"],
        manufacturing_indicator=body["measures"]["manufacturing"],
    )


def years_of(body: Mapping[str, Any]) -> set[str]:
    """List the years an account speaks of."""
    told = {one["period"] for field in ("published", "facts") for one in body[field]}
    for one in body["absent"]:
        told |= set(range(one["from"], one["to"] + 1))
    return {str(year) for year in told}


def _share(
    told: Mapping[str, Any],
    sources: Mapping[str, str],
    periods: Mapping[str, Period],
) -> Share:
    return Share(
        method=Method(told["method"]),
        place=told["place"],
        period=periods[str(told["period"])],
        value=float(told["value"]),
        source=sources[told["source"]],
        vintage=told.get("vintage", ""),
        is_estimate=told.get("estimate", False),
        note=told.get("note", ""),
    )


def _absent(
    told: list[Mapping[str, Any]], periods: Mapping[str, Period]
) -> Iterator[Absent]:
    for one in told:
        for year in range(one["from"], one["to"] + 1):
            period = periods[str(year)]
            yield Absent(Method(one["method"]), one["place"], period, one["why"])


def _fact(
    told: Mapping[str, Any],
    sources: Mapping[str, str],
    periods: Mapping[str, Period],
) -> Fact:
    return Fact(
        key=told["key"],
        place=told["place"],
        period=periods[str(told["period"])],
        value=float(told["value"]),
        unit=UNITS.get(told["key"], PERCENT),
        source=sources[told["source"]],
        is_about=told.get("about", False),
        is_estimate=told.get("estimate", False),
    )


def _core(told: Mapping[str, Any], sources: Mapping[str, str]) -> CoreIndustry:
    return CoreIndustry(
        code=told["code"],
        vi=told["title"]["vi"],
        en=told["title"]["en"],
        source=sources[told["source"]],
        is_certain=told["certain"],
    )


def faults_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: names that nothing has, doubles, VSIC codes."""
    return {
        **dict(_unnamed(body)),
        **dict(_doubles(body)),
        **dict(_contradictions(body)),
        **dict(_industries(body)),
    }


def _unnamed(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    places = body["places"]
    if body["province"] not in places:
        yield "province", f"no place {body['province']!r}"
    for field in ("published", "absent", "facts", "core"):
        for number, one in enumerate(body[field]):
            if "place" in one and one["place"] not in places:
                yield f"{field}.{number}.place", f"no place {one['place']!r}"
            if "source" in one and one["source"] not in body["sources"]:
                yield f"{field}.{number}.source", f"no source {one['source']!r}"


def _doubles(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what is stated twice of one method, place, year and release."""
    for field in ("published", "facts"):
        seen = set()
        for number, one in enumerate(body[field]):
            which = one.get("method") or one.get("key")
            place = (which, one["place"], one["period"], one.get("vintage", ""))
            if place in seen:
                yield f"{field}.{number}", "is stated twice; one release is one vintage"
            seen.add(place)


def _contradictions(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    stated = {(one["method"], one["place"], one["period"]) for one in body["published"]}
    for number, one in enumerate(body["absent"]):
        if one["from"] > one["to"]:
            yield f"absent.{number}.to", "lies before `from`"
        for year in range(one["from"], one["to"] + 1):
            if (one["method"], one["place"], year) in stated:
                yield f"absent.{number}", f"{year} is in `published`"


def _industries(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, one in enumerate(body["core"]):
        if one["code"][:2] not in DIVISIONS:
            yield f"core.{number}.code", "is in no division of VSIC 2018"
        if one["code"] in seen:
            yield f"core.{number}.code", "stands twice"
        seen.add(one["code"])
