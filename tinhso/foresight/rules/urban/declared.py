"""Read an urban activity as a pack or a file tells it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.urban import (
    Activity,
    Counter,
    Evacuation,
    Line,
    PlaceTwice,
    Promise,
    Recorded,
    Road,
    RoadEndUnknown,
    RoadTwice,
    Service,
    Shift,
    ShiftWrong,
    Spot,
    Stage,
)

Lines = Callable[[str], int]
MOST_DESKS, MOST_MINUTES = 10, 720


def activity_of(
    body: Mapping[str, Any], *, file: str = "", lines: Lines = lambda field: 1
) -> Activity:
    """Read an activity whose form was checked.

    :raises ActivityRefused: naming file, line and field of what cannot be.
    """

    def at(field: str) -> Origin:
        return Origin(file, lines(field), field)

    title, made_up = body["title"]["vi"], body.get("synthetic", False)
    if "counter" in body:
        return replace(_counter(title, body["counter"], at), made_up=made_up)
    if "line" in body:
        return replace(_line(title, body["line"], at), made_up=made_up)
    return replace(_evacuation(title, body["evacuation"], at), made_up=made_up)


def _counter(
    title: str, told: Mapping[str, Any], at: Callable[[str], Origin]
) -> Counter:
    asked = told.get("recorded")
    return Counter(
        title=title,
        arrivals={int(hour): float(n) for hour, n in told.get("arrivals", {}).items()},
        service=_service(told["service"]),
        shifts=[
            _shift(one, at(f"counter.shifts.{place}"))
            for place, one in enumerate(told["shifts"])
        ],
        promise=Promise(float(told["promise"]["minutes"]), told["promise"]["share"]),
        most_desks=told.get("most_desks", MOST_DESKS),
        recorded=Recorded(asked["agency"], asked["from"], asked["to"])
        if asked
        else None,
    )


def _shift(told: Mapping[str, Any], origin: Origin) -> Shift:
    opens, closes = (_minute(one) for one in told["hours"].split("-"))
    if closes <= opens:
        raise ShiftWrong(origin, found=told["hours"])
    return Shift(opens, closes, told["desks"])


def _minute(told: str) -> int:
    """Read a time of day.

    >>> _minute("07:30")
    450
    """
    hour, minute = told.split(":")
    return 60 * int(hour) + int(minute)


def _service(told: Mapping[str, Any]) -> Service:
    return Service(
        mean=float(told["mean"]),
        spread=float(told["spread"]),
        source=told["source"],
        assumed=told.get("assumed", False),
    )


def _line(title: str, told: Mapping[str, Any], at: Callable[[str], Origin]) -> Line:
    _require_once([one["key"] for one in told["stages"]], "line.stages", at)
    return Line(
        title=title,
        rate=float(told["rate"]),
        hours=float(told["hours"]),
        limit=told.get("limit"),
        stages=[
            Stage(
                key=one["key"],
                title=one["title"]["vi"],
                workers=one["workers"],
                service=_service(one["service"]),
                room=one.get("room"),
            )
            for one in told["stages"]
        ],
    )


def _evacuation(
    title: str, told: Mapping[str, Any], at: Callable[[str], Origin]
) -> Evacuation:
    keys = [one["key"] for one in told["places"]]
    _require_once(keys, "evacuation.places", at)
    spots = [
        Spot(
            one["key"], one["title"]["vi"], one.get("people", 0), one.get("shelter", 0)
        )
        for one in told["places"]
    ]
    roads = list(_roads(told["roads"], set(keys), at))
    return Evacuation(title, spots, roads, told.get("most_minutes", MOST_MINUTES))


def _roads(
    told: list[Mapping[str, Any]], known: set[str], at: Callable[[str], Origin]
) -> Iterator[Road]:
    seen = set()
    for place, one in enumerate(told):
        for end in ("from", "to"):
            if one[end] not in known:
                field = f"evacuation.roads.{place}.{end}"
                raise RoadEndUnknown(at(field), found=one[end])
        ways = [(one["from"], one["to"])]
        ways += [(one["to"], one["from"])] if one.get("both_ways") else []
        for way in ways:
            if way in seen:
                field = f"evacuation.roads.{place}"
                raise RoadTwice(at(field), found=f"{way[0]} → {way[1]}")
            seen.add(way)
            yield Road(*way, one["minutes"], one["people_a_minute"])


def _require_once(keys: list[str], field: str, at: Callable[[str], Origin]) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise PlaceTwice(at(f"{field}.{place}.key"), found=key)
