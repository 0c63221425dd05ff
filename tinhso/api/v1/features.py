"""Registers with shapes for maps elsewhere: OGC API – Features, parts 1 and 2.

Core, GeoJSON and OpenAPI of OGC 17-069r4; shapes are in WGS 84, longitude first. A key
shows more to those who may read more; who has none reads what is open to everybody.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode
from ninja import Router

from tinhso.api.auth import ANYBODY, PUBLIC, caller
from tinhso.kernel import clock
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.registries import actions, queries
from tinhso.registries.types import Record, Register, Wanted

router = Router(tags=["features"])

BASE = "/features"
GEOJSON, OPENAPI = (
    "application/geo+json",
    "application/vnd.oai.openapi+json;version=3.1",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
)
LEAST, USUAL, MOST = 1, 100, 1_000
OWN = {"limit", "bbox", "datetime", "after", "f", "q"}
BBOX_WRONG = N_("bbox phải là bốn số: tây, nam, đông, bắc.")
TIME_WRONG = N_(
    "datetime phải là ngày, thời điểm hoặc khoảng hai ngày, như 2026-09-05."
)
LIMIT_WRONG = N_("limit phải từ {least} đến {most}.")

Link = dict[str, str]


@router.get(f"{BASE}/", auth=PUBLIC)
def landing(request: HttpRequest) -> HttpResponse:
    """Tell a client where everything is."""
    here = _here(request)
    links = [
        _link(f"{here}/", "self", "application/json"),
        _link(f"{here}/conformance", "conformance", "application/json"),
        _link(f"{here}/collections", "data", "application/json"),
        _link(
            request.build_absolute_uri("/api/v1/openapi.json"), "service-desc", OPENAPI
        ),
    ]
    title = "Tỉnh Số – sổ dữ liệu có vị trí"
    return JsonResponse({"title": title, "links": links})


@router.get(f"{BASE}/conformance", auth=PUBLIC)
def conformance(request: HttpRequest) -> HttpResponse:
    """Tell which parts of the standard hold."""
    return JsonResponse({"conformsTo": list(CONFORMS)})


@router.get(f"{BASE}/collections", auth=ANYBODY)
def collections(request: HttpRequest) -> HttpResponse:
    """List the registers with shapes that the caller may read."""
    here = _here(request)
    found = queries.registers(on=_today(), actor=caller(request))
    told = [_collection(here, one) for one in found if one.shape is not None]
    links = [_link(f"{here}/collections", "self", "application/json")]
    return JsonResponse({"links": links, "collections": told})


@router.get(f"{BASE}/collections/{{key}}", auth=ANYBODY)
def collection(request: HttpRequest, key: str) -> HttpResponse:
    """Describe a register with shapes."""
    return JsonResponse(_collection(_here(request), _register(request, key)))


@router.get(f"{BASE}/collections/{{key}}/items", auth=ANYBODY)
def items(request: HttpRequest, key: str) -> HttpResponse:
    """Read records as GeoJSON: within `bbox`, at a `datetime`, with fields equal."""
    _register(request, key)
    asked = {name: str(request.GET[name]) for name in request.GET}
    wanted, limit = _wanted(asked), _limit(asked)
    actor = caller(request)
    page = queries.records(
        key=key,
        wanted=wanted,
        actor=actor,
        after=asked.get("after", ""),
        most=limit,
    )
    here = f"{_here(request)}/collections/{key}/items"
    links = [_link(_with(here, asked), "self", GEOJSON)]
    if page.next_after:
        following = _with(here, asked, after=page.next_after)
        links.append(_link(following, "next", GEOJSON))
    told = {
        "type": "FeatureCollection",
        "features": [_feature(record) for record in page.items],
        "numberReturned": len(page.items),
        "numberMatched": queries.count_records(key=key, wanted=wanted, actor=actor),
        "timeStamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": links,
    }
    return JsonResponse(told, content_type=GEOJSON)


@router.get(f"{BASE}/collections/{{key}}/items/{{item_id}}", auth=ANYBODY)
def item(request: HttpRequest, key: str, item_id: UUID) -> HttpResponse:
    """Read one record as GeoJSON, by the identifier of its feature."""
    _register(request, key)
    record = actions.open_record(
        key=key,
        identifier=queries.identifier_of(key=key, record_id=item_id),
        on=_today(),
        actor=caller(request),
        at=clock.now(),
    )
    here = f"{_here(request)}/collections/{key}"
    links = [
        _link(f"{here}/items/{item_id}", "self", GEOJSON),
        _link(here, "collection", "application/json"),
    ]
    return JsonResponse({**_feature(record), "links": links}, content_type=GEOJSON)


def _register(request: HttpRequest, key: str) -> Register:
    return queries.get_located(key=key, on=_today(), actor=caller(request))


def _collection(here: str, register: Register) -> dict[str, Any]:
    at = f"{here}/collections/{register.key}"
    return {
        "id": register.key,
        "title": register.vi,
        "description": f"{register.about_vi} {register.about_en}",
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(at, "self", "application/json"),
            _link(f"{at}/items", "items", GEOJSON),
        ],
    }


def _feature(record: Record) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(record.id),
        "geometry": record.shape,
        "properties": {
            **record.values,
            "unit_code": record.unit_code,
            "valid_from": record.valid_from.isoformat(),
            "valid_to": record.valid_to and record.valid_to.isoformat(),
            "is_synthetic": record.is_synthetic,
        },
    }


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """Read what is wanted; a parameter that is none of ours is a field.

    :raises Invalid: naming the parameter that cannot be.
    """
    first, until = _time(asked.get("datetime", ""))
    fields = {name: asked[name] for name in asked if name not in OWN}
    return Wanted(
        on=first,
        until=until,
        text=asked.get("q", ""),
        values=fields,
        box=_box(asked["bbox"]) if asked.get("bbox") else None,
    )


def _box(text: str) -> list[float]:
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError:
        sides = []
    # With heights there are six; the map has none.
    if len(sides) == 6:
        sides = [*sides[:2], *sides[3:5]]
    if len(sides) != 4:
        raise Invalid({"bbox": [Phrase(BBOX_WRONG)]})
    return sides


def _time(text: str) -> tuple[date, date | None]:
    if not text:
        return _today(), None
    first, _, last = text.partition("/")
    try:
        begins = date.min if first in ("", "..") else _day(first)
        if "/" not in text:
            return begins, None
        return begins, date.max if last in ("", "..") else _day(last)
    except ValueError:
        raise Invalid({"datetime": [Phrase(TIME_WRONG)]}) from None


def _day(text: str) -> date:
    if "T" not in text:
        return date.fromisoformat(text)
    return clock.local(datetime.fromisoformat(text)).date()


def _limit(asked: Mapping[str, str]) -> int:
    text = asked.get("limit") or str(USUAL)
    if not text.isdecimal() or int(text) < LEAST:
        raise Invalid({"limit": [Phrase(LIMIT_WRONG, least=LEAST, most=MOST)]})
    return min(int(text), MOST)


def _link(href: str, rel: str, kind: str) -> Link:
    return {"href": href, "rel": rel, "type": kind}


def _with(here: str, asked: Mapping[str, str], **more: str) -> str:
    query = urlencode({**asked, **more})
    return f"{here}?{query}" if query else here


def _here(request: HttpRequest) -> str:
    return request.build_absolute_uri(f"/api/v1{BASE}")


def _today() -> date:
    return clock.local(clock.now()).date()
