"""Open data for everybody: the catalogue, a dataset, its versions and its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.http import content_disposition
from tinhso.opendata import queries
from tinhso.opendata.types import Ask, Format, Listed, QuestionRefused, Version
from tinhso.people import queries as people
from tinhso.security.types import Access
from tinhso.web.policy import guarded, limited
from tinhso.web.ui import opendata as ui
from tinhso.web.ui.phrases import say_refusal

MEDIA = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.GEOJSON: "application/geo+json",
}
JSONLD = "application/ld+json"
DATASETS_A_DOCUMENT = 100


@guarded(Access.PUBLIC)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the open datasets that fit what was typed and chosen."""
    today, wanted = clock.local(clock.now()).date(), ui.Search(request.GET)
    first = (wanted.page - 1) * ui.DATASETS_A_PAGE
    found = queries.find(
        on=today,
        text=wanted.text,
        chosen=wanted.chosen,
        order="-published_at" if wanted.is_newest_first else "order",
        first=first,
        most=ui.DATASETS_A_PAGE,
    )
    agencies = {one.code: one.name for one in people.organizations(on=today)}
    is_more = first + ui.DATASETS_A_PAGE < found.count
    context = {
        "wanted": wanted,
        "found": [ui.listed(one) for one in found.items],
        "count": found.count,
        "facets": wanted.facets(found.facets, agencies),
        "kept": [(ui.FACETS[facet][0], v) for facet, v in wanted.chosen.items()],
        "newest_href": wanted.href(sap="" if wanted.is_newest_first else "moi"),
        "next_href": wanted.href(trang=str(wanted.page + 1)) if is_more else "",
        "previous_href": wanted.href(trang=str(wanted.page - 1)) if first else "",
    }
    return render(request, "opendata/catalogue.html", context)


@guarded(Access.PUBLIC)
@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a dataset by its newest version."""
    found = _dataset(slug)
    versions = queries.versions_of(slug=slug)
    shown = found.newest or versions[0]
    return _page(request, found, shown, versions)


@guarded(Access.PUBLIC)
@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a version by its address for good; a withdrawn one is a notice."""
    found = _dataset(slug)
    shown = queries.get_version(slug=slug, number=number)
    return _page(request, found, shown, queries.versions_of(slug=slug))


def _dataset(slug: str) -> Listed:
    return queries.get_dataset(slug=slug, on=clock.local(clock.now()).date())


def _page(
    request: HttpRequest,
    found: Listed,
    shown: Version,
    versions: tuple[Version, ...],
) -> HttpResponse:
    context: dict[str, Any] = {
        **ui.listed(found),
        "version": shown,
        "versions": versions,
        "is_newest": found.newest is not None and found.newest.id == shown.id,
        "has_labels": any(one.labels for one in shown.columns),
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }
    status = 200
    if shown.withdrawn_at is not None:
        status = 410
    else:
        context |= _rows(request, shown)
    template = "opendata/dataset.html"
    if request.headers.get("HX-Target") == "du-lieu":
        template = "opendata/_rows.html"
    answer = render(request, template, context, status=status)
    answer["Vary"] = "HX-Target"
    return answer


def _rows(request: HttpRequest, shown: Version) -> dict[str, Any]:
    """Read rows, chart and map; a value that cannot be is told above the form."""
    view = ui.View(request.GET, shown)
    try:
        found = queries.rows_of(version=shown, ask=view.ask())
        drawn = _chart(view) | _map(shown)
    except (Invalid, QuestionRefused) as refusal:
        return {"view": view, "error": say_refusal(refusal), "heads": view.heads()}
    is_more = view.page * ui.ROWS_A_PAGE < found.total
    pages = (view.page - 1, view.page + 1)
    return {
        "view": view,
        "heads": view.heads(),
        "rows": [{"cells": ui.cells(found.columns, row)} for row in found.rows],
        "total": found.total,
        "previous_href": view.href(trang=str(pages[0])) if pages[0] else "",
        "next_href": view.href(trang=str(pages[1])) if is_more else "",
        **drawn,
    }


def _chart(view: ui.View) -> dict[str, Any]:
    if not view.by:
        return {}
    by = next(one for one in view.drawable() if one.name == view.by)
    found = queries.tally(
        version=view.version, by=view.by, sums=view.measure(), ask=view.ask_for_chart()
    )
    named = [one for one in view.version.columns if one.name == view.measure()]
    is_line = by.kind in ui.TIMES
    return {
        "by": by,
        "figure": named[0] if named else None,
        "line": ui.line(found) if is_line else None,
        "bars": None if is_line else ui.bars(by, found),
    }


def _map(shown: Version) -> dict[str, Any]:
    if not shown.has_map:
        return {}
    found = queries.rows_of(version=shown, ask=Ask(filters={}, limit=ui.MOST_PLACES))
    return {"map": ui.drawn_map(found.columns, found.rows)}


@guarded(Access.PUBLIC)
@require_safe
@limited(most=120, minutes=10)
def download(
    request: HttpRequest, slug: str, number: int, form: str
) -> StreamingHttpResponse:
    """Hand out a version in one of its forms."""
    if form not in set(Format):
        raise NotFound
    shown = queries.get_version(slug=slug, number=number)
    kind = Format(form)
    parts = queries.handed_out(version=shown, form=kind)
    mark = "-mo-phong" if shown.is_synthetic else ""
    name = f"{slug}{mark}-{number}.{kind.value}"
    headers = {
        "Content-Disposition": content_disposition(filename=name),
        "X-Content-Type-Options": "nosniff",
        # A page of anybody may draw what everybody may have.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Link": f'<{reverse("open_version", args=[slug, number])}>; rel="describedby"',
    }
    return StreamingHttpResponse(parts, content_type=MEDIA[kind], headers=headers)


@guarded(Access.PUBLIC)
@require_safe
def catalogue_jsonld(request: HttpRequest) -> HttpResponse:
    """Describe the catalogue as DCAT-AP 3.0.1, 100 datasets a page.

    The header `Link` leads to the next page (RFC 8288); the last has none.
    """
    text = request.GET.get("trang", "1")
    page = int(text) if text.isascii() and text.isdigit() else 1
    today = clock.local(clock.now()).date()
    document, is_more = queries.catalogue_as_dcat(
        on=today,
        first=max(page - 1, 0) * DATASETS_A_DOCUMENT,
        most=DATASETS_A_DOCUMENT,
    )
    answer = _jsonld(document)
    if is_more:
        answer["Link"] = f'<{request.path}?trang={page + 1}>; rel="next"'
    return answer


@guarded(Access.PUBLIC)
@require_safe
def dataset_jsonld(request: HttpRequest, slug: str) -> HttpResponse:
    """Describe a dataset as DCAT-AP 3.0.1."""
    today = clock.local(clock.now()).date()
    return _jsonld(queries.dataset_as_dcat(slug=slug, on=today))


def _jsonld(document: dict[str, Any]) -> HttpResponse:
    options = {"ensure_ascii": False}
    answer = JsonResponse(document, content_type=JSONLD, json_dumps_params=options)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@guarded(Access.PUBLIC)
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Show which agencies publish open data, and which are late."""
    found = queries.agencies(at=clock.now())
    publishing = sum(one.publishes for one in found)
    context = {
        "found": [_agency(one) for one in found],
        "count": len(found),
        "publishing": publishing,
        "late": sum(one.is_late for one in found),
        "percent": round(100 * publishing / len(found)) if found else 0,
    }
    return render(request, "opendata/agencies.html", context)


def _agency(one: Any) -> dict[str, Any]:
    if not one.publishes:
        state, tone = gettext("Chưa công bố"), "bad"
    elif one.is_late:
        state, tone = gettext("Chậm cập nhật"), "warn"
    else:
        state, tone = gettext("Đã công bố"), "good"
    href = f"{reverse('opendata')}?co-quan={one.code}" if one.publishes else ""
    return {"one": one, "state": state, "tone": tone, "href": href}
