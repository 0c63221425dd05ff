"""The counter for officers: issue numbers, check in, call, serve, hand on."""

from datetime import date, timedelta
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

from tinhso.counters import actions, queries
from tinhso.counters.types import CounterView, DayFigures, Desk
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.people import queries as people
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import counters as ui
from tinhso.web.ui import desk as desk_ui
from tinhso.web.ui.phrases import first_messages, say_refusal

ONE_DAY = timedelta(1)
READ_WRITE = ["GET", "HEAD", "POST"]
TURNS = {
    "recall": actions.recall_ticket,
    "serve": actions.start_service,
    "no_show": actions.mark_no_show,
    "finish": actions.finish_ticket,
}


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def counters(request: HttpRequest) -> HttpResponse:
    """List the units at whose counters one works; open the desk of one."""
    actor = actor_of(request)
    if request.method == "POST":
        chosen = _uuid(request.POST.get("unit", ""))
        opened = actions.open_desk(organization_id=chosen, actor=actor, at=clock.now())
        return redirect("counter_settings", organization_id=opened.organization_id)
    desks = queries.desks_of(actor=actor)
    closed = _without_desk(actor, desks)
    if len(desks) == 1 and not closed:
        return redirect("counter_unit", organization_id=desks[0].organization_id)
    context = {
        "rail": desk_ui.rail(actor, "counters"),
        "desks": desks,
        "closed": closed,
    }
    return no_store(render(request, "counters/counters.html", context))


@guarded(Access.OFFICER)
@require_safe
def unit(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Show a unit's counters, today's appointments, and the figures of its days."""
    return _show_unit(request, organization_id)


@guarded(Access.OFFICER)
@require_POST
def issue(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Issue a number to somebody who walked in; its slip follows."""
    try:
        ticket = actions.issue_ticket(
            organization_id=organization_id,
            letter=request.POST.get("letter", ""),
            is_priority="priority" in request.POST,
            procedure_code=request.POST.get("procedure", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show_unit(request, organization_id, refusal)
    return redirect("ticket_slip", token=ticket.token)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def kiosk(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Let people type the code of their appointment, and give them a number."""
    actor = actor_of(request)
    desk = queries.get_own_desk(organization_id=organization_id, actor=actor)
    code, error = request.POST.get("code", ""), ""
    if request.method == "POST":
        try:
            ticket = actions.check_in(
                organization_id=organization_id, code=code, actor=actor, at=clock.now()
            )
            shown = {"desk": desk, **ui.ticket_line(ticket)}
            return no_store(render(request, "counters/checked_in.html", shown))
        except Invalid as refusal:
            error = first_messages(refusal).get("code", say_refusal(refusal))
    context = {"desk": desk, "code": code, "error": error}
    status = 422 if error else 200
    return no_store(render(request, "counters/kiosk.html", context, status=status))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def counter(request: HttpRequest, organization_id: UUID, number: int) -> HttpResponse:
    """Call and serve at one counter, by keyboard or mouse."""
    if request.method == "POST":
        try:
            _act(request, organization_id, number)
        except Conflict as refusal:
            messages.warning(request, say_refusal(refusal))
        return redirect("counter", organization_id=organization_id, number=number)
    view = queries.at_counter(
        organization_id=organization_id,
        number=number,
        actor=actor_of(request),
        at=clock.now(),
    )
    part = "_waiting" if "HX-Request" in request.headers else "counter"
    page = render(request, f"counters/{part}.html", _counter(request, view))
    return no_store(page)


def _act(request: HttpRequest, organization_id: UUID, number: int) -> None:
    """Do what the button says."""
    deed, actor, at = request.POST.get("deed", ""), actor_of(request), clock.now()
    place: dict[str, Any] = {"counter": number, "actor": actor, "at": at}
    if deed == "call":
        actions.call_next(organization_id=organization_id, **place)
    elif deed == "close":
        actions.close_counter(organization_id=organization_id, **place)
    elif deed == "transfer":
        to = request.POST.get("to", "")
        actions.transfer_ticket(
            ticket_id=_ticket(request),
            to_counter=int(to) if to.isdecimal() else 0,
            **place,
        )
    elif deed in TURNS:
        TURNS[deed](ticket_id=_ticket(request), **place)
    else:
        raise NotFound


def _ticket(request: HttpRequest) -> UUID:
    return _uuid(request.POST.get("ticket", ""))


def _counter(request: HttpRequest, view: CounterView) -> dict[str, Any]:
    at = clock.now()
    return {
        "rail": desk_ui.rail(actor_of(request), "counters"),
        "desk": view.desk,
        "counter": view.counter,
        "current": ui.ticket_line(view.current) if view.current else None,
        "booking": ui.booking_line(view.booking, at) if view.booking else None,
        "waiting": ui.ticket_lines(view.waiting[:30]),
        "waiting_count": len(view.waiting),
        "missed": ui.ticket_lines(view.missed),
        "others": [
            {"value": str(c.number), "label": _counter_name(c.number, c.title)}
            for c in view.desk.counters
            if c.number != view.counter.number
        ],
        "title": _counter_name(view.counter.number, view.counter.title),
    }


def _show_unit(
    request: HttpRequest, organization_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    today = clock.local(at).date()
    desk = queries.get_own_desk(organization_id=organization_id, actor=actor)
    day = _day(request.GET.get("ngay", ""), today)
    come = queries.bookings_on(organization_id=organization_id, day=day, actor=actor)
    found = queries.figures(organization_id=organization_id, last=today, actor=actor)
    wrong = first_messages(refusal) if refusal else {}
    context = {
        "rail": desk_ui.rail(actor, "counters"),
        "desk": desk,
        "counters": [
            {"number": c.number, "name": _counter_name(c.number, c.title), "it": c}
            for c in desk.counters
        ],
        "groups": [
            {"value": g.letter, "label": f"{g.letter} – {g.title}"} for g in desk.groups
        ],
        "letter": request.POST.get("letter") or desk.groups[0].letter,
        "error": wrong.get("letter", ""),
        "errors": [{"field": "letter", "message": m} for m in wrong.values()],
        "day_name": ui.day_name(day),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "bookings": [ui.booking_line(booking, at) for booking in come],
        "figures": [_figures(day) for day in found],
        "may_set_up": security.may(actor=actor, deed=Deed.SET_UP_COUNTERS, thing=desk),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "counters/unit.html", context, status=status))


def _figures(day: DayFigures) -> dict[str, Any]:
    def pair(median: int | None, high: int | None) -> str:
        return "—" if median is None else f"{median} / {high}"

    return {
        "day": day.day,
        "issued": day.issued,
        "served": day.served,
        "missed": day.missed,
        "wait": pair(day.wait_median, day.wait_p90),
        "service": pair(day.service_median, day.service_p90),
    }


def _counter_name(number: int, title: str) -> str:
    name = gettext("Quầy {n}").format(n=number)
    return f"{name} – {title}" if title else name


def _without_desk(actor: Actor, desks: tuple[Desk, ...]) -> list[dict[str, Any]]:
    """List the units whose desk one could open."""
    open_ = {desk.organization_id for desk in desks}
    mine = actor.organizations({"clerk", "head_of_office"}) - open_
    found = [people.get_organization(organization_id=one) for one in sorted(mine)]
    return [{"id": one.id, "name": one.name} for one in found if one.receives]


def _day(text: str, today: date) -> date:
    """Read which day to show: within a year of today, else today."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if abs(asked - today) < 366 * ONE_DAY else today


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
