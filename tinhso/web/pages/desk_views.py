"""Filters under a name: kept, shared with the unit, dropped."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, Refused
from tinhso.people import queries as people
from tinhso.procedures import actions, queries
from tinhso.procedures.types import SavedView
from tinhso.security import queries as security
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """Show the filters one has kept, and keep the one in the address."""
    if request.method != "POST":
        return _show(request, None)
    wanted, name = filters.read(request.GET), request.POST.get("name", "")
    try:
        actions.keep_view(
            name=name,
            wanted=wanted,
            share_with=filters.read_id(request.POST.get("share", "")),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, refusal)
    messages.success(request, gettext("Đã lưu bộ lọc. Bộ lọc nằm trên danh sách."))
    return redirect(reverse("desk") + filters.query(wanted))


@guarded(Access.OFFICER)
@require_POST
def drop(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Drop a filter of one's own."""
    actions.drop_view(view_id=view_id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Đã xóa bộ lọc."))
    return redirect("desk_views")


def _show(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    actor, wanted = actor_of(request), filters.read(request.GET)
    told = refusal if isinstance(refusal, Invalid) else None
    context: dict[str, Any] = {
        "rail": ui.rail(actor, "desk"),
        "back": reverse("desk") + filters.query(wanted),
        "here": reverse("desk_views") + filters.query(wanted),
        "views": [_line(view) for view in queries.views_of(actor=actor)],
        "name": request.POST.get("name", ""),
        "share": request.POST.get("share", ""),
        "units": _units(request),
        "errors": error_summary(told) if told else [],
        "error": first_messages(told) if told else {},
        "refusal": say_refusal(refusal) if refusal and not told else "",
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "desk/views.html", context, status=status))


def _line(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "href": reverse("desk") + filters.query(view.wanted),
        "is_own": view.is_own,
        "is_shared": view.shared_with is not None,
    }


def _units(request: HttpRequest) -> list[dict[str, str]]:
    """List with whom a head may share; nobody else shares."""
    places = sorted(security.managed_by(actor=actor_of(request)))
    if not places:
        return []
    alone = {"value": "", "label": gettext("Chỉ mình tôi")}
    units = [people.get_organization(organization_id=place) for place in places]
    return [alone, *({"value": str(one.id), "label": one.name} for one in units)]
