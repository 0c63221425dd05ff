"""Appointments for citizens: choose unit, day and time; see, move and cancel."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.counters import actions, queries
from tinhso.counters.types import Booking, Slot
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound, Refused
from tinhso.procedures import queries as procedures
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.reading import uuid_of
from tinhso.web.ui import counters as ui
from tinhso.web.ui.phrases import say_refusal

READ_WRITE = ["GET", "HEAD", "POST"]


@guarded(Access.CITIZEN)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Ask where to come, and for what."""
    at, code = clock.now(), request.GET.get("thu-tuc", "")
    chosen = uuid_of(request.GET.get("don-vi", ""))
    if chosen is not None:
        return redirect(f"{reverse('book_day', args=[chosen])}{_carried(request)}")
    desks = queries.desks_open(at=at)
    context = {
        "units": [{"value": str(d.organization_id), "label": d.name} for d in desks],
        "matters": ui.matters(clock.local(at).date()),
        "code": code,
    }
    return no_store(render(request, "appointments/units.html", context))


@guarded(Access.CITIZEN)
@require_safe
def days(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Ask for the day."""
    at = clock.now()
    desk = queries.get_desk(organization_id=organization_id)
    found = queries.days(
        organization_id=organization_id, days_off=_days_off(organization_id, at), at=at
    )
    context = {
        "desk": desk,
        "moved": _moved(request),
        "days": [
            {
                "href": reverse("book_slot", args=[organization_id, one.day])
                + _carried(request),
                "name": ui.day_name(one.day),
                "places": ui.places(one.free),
                "tone": "good" if one.free else "",
            }
            for one in found
        ],
    }
    return no_store(render(request, "appointments/days.html", context))


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def slots(request: HttpRequest, organization_id: UUID, day: str) -> HttpResponse:
    """Ask for the time; book it, move a booking there, or stand in line."""
    on = _day(day)
    if request.method != "POST":
        return _show_slots(request, organization_id, on)
    try:
        return _take(request, organization_id, on)
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _show_slots(request, organization_id, on, refusal)


@guarded(Access.CITIZEN)
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """List one's own bookings and lines, what is ahead first."""
    actor, at = actor_of(request), clock.now()
    lines = [ui.booking_line(one, at) for one in queries.my_bookings(actor=actor)]
    context = {
        "ahead": [x for x in reversed(lines) if x["may_change"] or x["is_offered"]],
        "past": [x for x in lines if not (x["may_change"] or x["is_offered"])],
        "waiting": [ui.waiting_line(w) for w in queries.my_waiting(actor=actor, at=at)],
    }
    return no_store(render(request, "appointments/bookings.html", context))


@guarded(Access.CITIZEN)
@require_safe
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Show a booking, with the code to bring."""
    context = {"line": ui.booking_line(_own(request, booking_id), clock.now())}
    return no_store(render(request, "appointments/booking.html", context))


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def cancel(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Cancel a booking, after asking once."""
    line = ui.booking_line(_own(request, booking_id), clock.now())
    if request.method != "POST":
        return no_store(render(request, "appointments/cancel.html", {"line": line}))
    actions.cancel_booking(
        booking_id=booking_id, actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Đã hủy lịch hẹn. Chỗ này dành cho người khác."))
    return redirect("bookings")


@guarded(Access.CITIZEN)
@require_POST
def accept(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Take the place that is held."""
    actions.accept_offer(booking_id=booking_id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Bạn đã nhận chỗ."))
    return redirect("booking", booking_id=booking_id)


@guarded(Access.CITIZEN)
@require_POST
def leave(request: HttpRequest, waiting_id: UUID) -> HttpResponse:
    """Leave a waiting list."""
    actions.leave_waiting_list(
        waiting_id=waiting_id, actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Bạn đã ra khỏi danh sách chờ."))
    return redirect("bookings")


def _days_off(organization_id: UUID, at: datetime) -> frozenset[date]:
    """Let a unit rest at its desk on the days on which its clock rests."""
    return procedures.days_off(organization_id=organization_id, at=at)


def _take(request: HttpRequest, organization_id: UUID, on: date) -> HttpResponse:
    at = clock.now()
    given: dict[str, Any] = {
        "days_off": _days_off(organization_id, at),
        "actor": actor_of(request),
        "at": at,
    }
    starts_at = _moment(request.POST.get("gio", ""))
    if "cho" in request.POST:
        actions.join_waiting_list(
            organization_id=organization_id,
            day=on,
            starts_at=_line(request.POST["cho"]),
            procedure_code=request.GET.get("thu-tuc", ""),
            **given,
        )
        messages.success(request, gettext("Bạn đã vào danh sách chờ."))
        return redirect("bookings")
    if starts_at is None:
        return _show_slots(request, organization_id, on, is_unanswered=True)
    moved = _moved(request)
    if moved is not None:
        if moved.organization_id != organization_id:
            raise NotFound
        made = actions.move_booking(booking_id=moved.id, starts_at=starts_at, **given)
    else:
        made = actions.book_slot(
            organization_id=organization_id,
            starts_at=starts_at,
            procedure_code=request.GET.get("thu-tuc", ""),
            **given,
        )
    messages.success(
        request, gettext("Đã đặt lịch hẹn. Bạn đổi hoặc hủy được ở trang này.")
    )
    return redirect("booking", booking_id=made.id)


def _show_slots(
    request: HttpRequest,
    organization_id: UUID,
    on: date,
    refusal: Refused | None = None,
    *,
    is_unanswered: bool = False,
) -> HttpResponse:
    at = clock.now()
    desk = queries.get_desk(organization_id=organization_id)
    found = queries.slots(
        organization_id=organization_id,
        day=on,
        days_off=_days_off(organization_id, at),
        at=at,
    )
    error = say_refusal(refusal) if refusal else ""
    if is_unanswered:
        error = gettext("Hãy chọn một giờ.")
    context = {
        "desk": desk,
        "day": ui.day_name(on),
        "back_href": reverse("book_day", args=[organization_id]) + _carried(request),
        "options": [_option(slot) for slot in found if slot.free],
        "full": [_option(slot) for slot in found if not slot.free],
        "is_full": bool(found) and not any(slot.free for slot in found),
        "moved": _moved(request),
        "error": error,
        "errors": [{"field": "gio", "message": error}] if error else [],
    }
    status = refusal.status if refusal else 422 if is_unanswered else 200
    page = render(request, "appointments/slots.html", context, status=status)
    return no_store(page)


def _option(slot: Slot) -> dict[str, Any]:
    return {
        "value": slot.starts_at.isoformat(),
        "label": ui.hours(slot.starts_at, slot.ends_at),
        "hint": ui.places(slot.free),
    }


def _own(request: HttpRequest, booking_id: UUID) -> Booking:
    """Read one's own booking; officers see those of others at their desk only."""
    actor = actor_of(request)
    found = queries.get_booking(booking_id=booking_id, actor=actor)
    if found.owner_id != actor.person_id:
        raise NotFound
    return found


def _moved(request: HttpRequest) -> Booking | None:
    """Read the booking that is to be moved; None for a new one."""
    wanted = request.GET.get("doi", "")
    if not wanted:
        return None
    booking_id = uuid_of(wanted)
    if booking_id is None:
        raise NotFound
    return _own(request, booking_id)


def _carried(request: HttpRequest) -> str:
    """Carry on what was chosen: the procedure, or the booking to be moved."""
    kept = {name: request.GET.get(name, "")[:50] for name in ("thu-tuc", "doi")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"?{query}" if query else ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _line(text: str) -> datetime | None:
    """Read which line somebody joins: of a slot, or of the whole day (None)."""
    if text == "ngay":
        return None
    starts_at = _moment(text)
    if starts_at is None:
        raise NotFound
    return starts_at
