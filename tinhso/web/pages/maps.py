"""The map of the province: registers as layers, what is here, old addresses and new."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import clean
from tinhso.places import queries as places
from tinhso.registries import queries
from tinhso.registries.types import Register, Wanted
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded
from tinhso.web.ui import maps as drawing
from tinhso.web.ui import registers as ui

ON_MAP = 300  # records of a layer
AROUND = 0.005  # degrees, some 500 m
LONGEST = 100
GEOJSON = "application/geo+json"


@guarded(Access.PUBLIC)
@require_safe
def province(request: HttpRequest) -> HttpResponse:
    """Draw the chosen registers on the province; say what lies at a place."""
    actor, on = actor_of(request), _today()
    chosen = set(request.GET.getlist("lop"))
    names = ui.unit_names(on)
    layers = [
        one for one in queries.registers(on=on, actor=actor) if one.shape is not None
    ]
    shown = [one for one in layers if one.key in chosen]
    text = clean(request.GET.get("q", ""))[:LONGEST]
    place = _place(request.GET.get("o", ""))
    context = {
        "layers": [_layer(one, one.key in chosen) for one in layers],
        "map": _drawn(shown, actor, on, names),
        "found": places.find_addresses(text=text, on=on),
        "q": text,
        "place": place,
        "typed_place": request.GET.get("o", "")[:LONGEST],
        "here": _here(place, actor, on) if place else [],
        "unit": _unit_at(place, on, names) if place else "",
        "most": ON_MAP,
    }
    return render(request, "registers/province.html", context)


def _layer(register: Register, is_shown: bool) -> dict[str, Any]:
    return {
        "key": register.key,
        "title": ui.title(register),
        "kind": register.shape,
        "href": reverse("register", args=[register.key]),
        "items": f"/api/v1/features/collections/{register.key}/items?limit=1000",
        "label": register.label,
        "is_shown": is_shown,
    }


def _drawn(
    shown: list[Register], actor: Actor, on: date, names: dict[str, str]
) -> drawing.Drawn:
    found = [
        record
        for register in shown
        for record in queries.records(
            key=register.key, wanted=Wanted(on=on), actor=actor, most=ON_MAP
        ).items
    ]
    return ui.map_of(found, on=on, names=names) or drawing.draw(
        [], behind=places.small_outlines(on=on), names=names
    )


def _here(place: tuple[float, float], actor: Actor, on: date) -> list[dict[str, Any]]:
    """List what the registers know around a place."""
    longitude, latitude = place
    box = (
        longitude - AROUND,
        latitude - AROUND,
        longitude + AROUND,
        latitude + AROUND,
    )
    return [
        {
            "title": ui.title(register),
            "records": [
                {"href": ui.href(one), "label": one.label or one.identifier}
                for one in records
            ],
        }
        for register, records in queries.what_is_here(box=box, on=on, actor=actor)
    ]


def _unit_at(place: tuple[float, float], on: date, names: dict[str, str]) -> str:
    [code] = places.units_at(points=[place], on=on)
    return names.get(code, "")


def _place(text: str) -> tuple[float, float] | None:
    """Read longitude and latitude as people and maps write them: `107.08, 20.95`."""
    parts = text.replace(";", ",").split(",")
    try:
        first, second = (float(part) for part in parts)
    except ValueError:
        return None
    # Phones give latitude first; here longitudes are beyond ninety.
    longitude, latitude = (second, first) if second > 90 else (first, second)
    is_near = 100 < longitude < 120 and 5 < latitude < 25
    return (longitude, latitude) if is_near else None


@guarded(Access.PUBLIC)
@require_safe
def outlines(request: HttpRequest) -> HttpResponse:
    """Send the outlines of the communes, coarse, for the map that moves."""
    on = _today()
    names = ui.unit_names(on)
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names.get(code, "")},
            "geometry": shape,
        }
        for code, shape in places.small_outlines(on=on).items()
    ]
    told = {"type": "FeatureCollection", "features": features}
    answer = JsonResponse(told, content_type=GEOJSON)
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _today() -> date:
    return clock.local(clock.now()).date()
