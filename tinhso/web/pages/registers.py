"""Registers to be read: which there are, their records, one record through time."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.kernel.http import content_disposition
from tinhso.kernel.text import clean
from tinhso.registries import actions, queries
from tinhso.registries.types import Register, Wanted
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, limited, no_store
from tinhso.web.ui import registers as ui
from tinhso.web.ui.phrases import error_summary

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE, ON_MAP = 40, 400
LONGEST = 200


@guarded(Access.PUBLIC)
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """List the registers that the reader may see."""
    today, actor = _today(), actor_of(request)
    found = [
        {
            "href": reverse("register", args=[one.key]),
            "title": ui.title(one),
            "about": ui.about(one),
            "owner": one.owner_name,
            "openness": ui.OPENNESS[one.openness],
            "count": queries.count_records(
                key=one.key, wanted=Wanted(on=today), actor=actor
            ),
        }
        for one in queries.registers(on=today, actor=actor)
    ]
    return render(request, "registers/registers.html", {"registers": found})


@guarded(Access.PUBLIC)
@require_safe
def register(request: HttpRequest, key: str) -> HttpResponse:
    """List the records of a register on a day, with a map; all in the address."""
    actor, today = actor_of(request), _today()
    found = queries.get_register(key=key, on=today, actor=actor)
    try:
        wanted, refusal = _wanted(request), None
        page = queries.records(
            key=key,
            wanted=wanted,
            actor=actor,
            after=request.GET.get("sau", ""),
            most=A_PAGE,
        )
    except Invalid as wrong:
        wanted, refusal = Wanted(on=today), wrong
        page = queries.records(key=key, wanted=wanted, actor=actor, most=A_PAGE)
    names = ui.unit_names(wanted.on)
    mapped = queries.records(key=key, wanted=wanted, actor=actor, most=ON_MAP)
    hidden = {one.name for one in found.fields if one.is_personal}
    fields = ui.columns(found, hidden)
    context = {
        **_frame(found),
        # What was typed stays, though it may be wrong.
        "q": request.GET.get("q", "")[:LONGEST],
        "unit": request.GET.get("xa", ""),
        "typed_day": request.GET.get("ngay", "")[:LONGEST] or f"{today:%d/%m/%Y}",
        "day": wanted.on,
        "is_today": wanted.on == today,
        "units": [{"value": "", "label": gettext("Tất cả")}, *_choices(names)],
        "columns": [ui.field_title(field) for field in fields],
        "rows": ui.rows(found, page.items, fields, names),
        "count": queries.count_records(key=key, wanted=wanted, actor=actor),
        "next_href": _next(request, page.next_after),
        "map": ui.map_of(mapped.items, on=wanted.on, names=names),
        "is_cut": mapped.next_after is not None,
        "most": ON_MAP,
        "excel_href": _with(reverse("register_excel", args=[key]), request),
        "errors": error_summary(refusal) if refusal else [],
        "has_synthetic": any(one.is_synthetic for one in mapped.items),
    }
    status = refusal.status if refusal else 200
    return render(request, "registers/register.html", context, status=status)


@guarded(Access.PUBLIC)
@require_safe
@limited(most=20, minutes=10)
def excel(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out exactly what is wanted as a workbook that can come back."""
    content = actions.export_records(
        key=key, wanted=_wanted(request), actor=actor_of(request), at=clock.now()
    )
    name = f"{key}-{_today():%Y%m%d}.xlsx"
    headers = {
        "Content-Disposition": content_disposition(filename=name),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=EXCEL, headers=headers))


@guarded(Access.PUBLIC)
@require_safe
def record(request: HttpRequest, key: str, identifier: str) -> HttpResponse:
    """Show a record as it is on a day, where it lies, and all that was said of it."""
    actor, at = actor_of(request), clock.now()
    today = clock.local(at).date()
    on = _day(request)
    register = queries.get_register(key=key, on=today, actor=actor)
    found = actions.open_record(
        key=key, identifier=identifier, on=on, actor=actor, at=at
    )
    names = ui.unit_names(on)
    past = queries.history(key=key, identifier=identifier, on=today, actor=actor)
    context = {
        **_frame(register),
        "record": found,
        "facts": ui.facts(register, found, names),
        "unit": names.get(found.unit_code, ""),
        "day": on,
        "is_today": on == today,
        "map": ui.map_of([found], on=on, names=names, is_close=True),
        "history": _history(register, past, names),
        "edit_href": _edit_href(register, identifier, actor),
        "readings": queries.readings_of(
            key=key, identifier=identifier, on=today, actor=actor
        ),
    }
    return no_store(render(request, "registers/record.html", context))


def _edit_href(register: Register, identifier: str, actor: Actor) -> str:
    """Lead to the form in which a record is changed; "" for who may not."""
    if not security.may(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register):
        return ""
    query = urlencode({"ma": identifier})
    return f"{reverse('register_edit', args=[register.key])}?{query}"


def _history(register: Register, past: Any, names: dict[str, str]) -> list[Any]:
    """Write each version with what it said otherwise than the one before it."""
    told = []
    for place, one in enumerate(past):
        before = past[place + 1].values if place + 1 < len(past) else None
        changed = ui.changes_between(register, before, one.values, names)
        told.append({"version": one, "changes": changed})
    return told


def _frame(register: Register) -> dict[str, Any]:
    return {
        "register": register,
        "title": ui.title(register),
        "about": ui.about(register),
        "openness": ui.OPENNESS[register.openness],
        "register_href": reverse("register", args=[register.key]),
        "features_href": f"/api/v1/features/collections/{register.key}/items",
    }


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted(
        on=_day(request),
        text=clean(request.GET.get("q", ""))[:LONGEST],
        unit_code=request.GET.get("xa", "")[:10],
    )


def _day(request: HttpRequest) -> date:
    text = request.GET.get("ngay", "")
    return ui.day_asked(text, field="ngay", today=_today())


def _choices(names: dict[str, str]) -> list[dict[str, str]]:
    found = sorted(names.items(), key=lambda one: one[1])
    return [{"value": code, "label": name} for code, name in found]


def _next(request: HttpRequest, after: str | None) -> str:
    if not after:
        return ""
    kept = {name: request.GET[name] for name in request.GET if name != "sau"}
    return f"?{urlencode({**kept, 'sau': after})}"


def _with(address: str, request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in request.GET if name != "sau"}
    return f"{address}?{urlencode(kept)}" if kept else address


def _today() -> date:
    return clock.local(clock.now()).date()
