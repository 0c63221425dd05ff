"""When the platform rests: for everybody, and where officers announce it."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.notify import actions, queries
from tinhso.notify.types import OutageTooSoon, OutageWrong
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import channels as ui
from tinhso.web.ui import desk
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal


@guarded(Access.PUBLIC)
@require_safe
def outages(request: HttpRequest) -> HttpResponse:
    """Show which outages are announced, and which there were."""
    at = clock.now()
    context = {
        "lines": [ui.outage(one) for one in queries.outages(at=at)],
        "past": [ui.outage(one) for one in queries.past_outages(at=at)],
    }
    return render(request, "start/outages.html", context)


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Announce an outage."""
    security.require(actor=actor_of(request), deed=Deed.RUN_MESSAGES)
    if request.method != "POST":
        return _show(request, None)
    try:
        _announce(request)
    except (OutageWrong, OutageTooSoon) as refusal:
        return _show(request, refusal)
    messages.success(request, gettext("Đã báo. Hệ thống đang gửi tin cho mọi người."))
    return redirect("outage_announce")


@guarded(Access.OFFICER)
@require_POST
def end(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Take an outage back, or say that it is over."""
    actions.end_outage(outage_id=outage_id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Đã kết thúc đợt tạm dừng."))
    return redirect("outage_announce")


def _announce(request: HttpRequest) -> None:
    typed = request.POST
    starts, ends = _moment(request, "starts"), _moment(request, "ends")
    actions.announce_outage(
        starts_at=starts,
        ends_at=ends,
        what={"vi": typed.get("what_vi", ""), "en": typed.get("what_en", "")},
        unplanned=bool(typed.get("unplanned")),
        reason=typed.get("reason", ""),
        actor=actor_of(request),
        at=clock.now(),
    )


def _moment(request: HttpRequest, name: str) -> datetime:
    typed = request.POST
    day = filters.read_day(typed.get(f"{name}_day", ""))
    try:
        hour = time.fromisoformat(typed.get(f"{name}_hour", "").strip())
    except ValueError:
        hour = None
    if day is None or hour is None:
        raise OutageWrong({f"{name}_at": [OutageWrong.WHEN]})
    return datetime.combine(day, hour, clock.VIETNAM)


def _show(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    actor, at, typed = actor_of(request), clock.now(), request.POST
    first = actions.earliest_start(at=at)
    names = ("starts_day", "starts_hour", "ends_day", "ends_hour")
    texts = ("what_vi", "what_en", "reason", "unplanned")
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "outage_announce"),
        "first": first,
        "typed": {name: typed.get(name, "") for name in (*names, *texts)},
        "lines": [ui.outage(one) for one in queries.outages(at=at)],
        "errors": _summary(refusal),
        "error": first_messages(refusal) if isinstance(refusal, OutageWrong) else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "desk/outages.html", context, status=status))


def _summary(refusal: Refused | None) -> list[dict[str, str]]:
    if isinstance(refusal, OutageWrong):
        labels = {"starts_at": gettext("Bắt đầu"), "ends_at": gettext("Kết thúc")}
        return list(error_summary(refusal, labels))
    if refusal is not None:
        return [{"field": "starts_day", "message": say_refusal(refusal)}]
    return []
