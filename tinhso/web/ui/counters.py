"""What the pages of appointments and queue numbers say alike."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from tinhso.counters.types import Booking, BookingState, Ticket, TicketState, Waiting
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotFound
from tinhso.procedures import queries as procedures
from tinhso.web.ui import qr
from tinhso.web.ui.phrases import said
from tinhso.web.ui.writing import WEEKDAYS

BOOKING_STATES = {
    BookingState.BOOKED: (gettext_lazy("Đã đặt"), "good"),
    BookingState.OFFERED: (gettext_lazy("Đang giữ chỗ cho bạn"), "warn"),
    BookingState.ATTENDED: (gettext_lazy("Đã đến"), "info"),
    BookingState.MISSED: (gettext_lazy("Không đến"), ""),
    BookingState.CANCELLED: (gettext_lazy("Đã hủy"), ""),
    BookingState.LAPSED: (gettext_lazy("Hết hạn giữ chỗ"), ""),
}
TICKET_STATES = {
    TicketState.WAITING: gettext_lazy("Đang chờ"),
    TicketState.CALLED: gettext_lazy("Mời vào quầy"),
    TicketState.SERVING: gettext_lazy("Đang làm việc"),
    TicketState.DONE: gettext_lazy("Đã xong"),
    TicketState.NO_SHOW: gettext_lazy("Gọi nhưng không có người"),
}


def day_name(day: date) -> str:
    """Write a day as `thứ Tư, 17/06/2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Write a slot as `08:00–08:30`."""
    return f"{local(starts_at):%H:%M}–{local(ends_at):%H:%M}"


def matter(code: str, on: date) -> str:
    """Name what somebody comes for: a procedure by its title, or another matter."""
    if not code:
        return gettext("Việc khác")
    try:
        return said(procedures.get_procedure(code=code, on=on).title)
    except NotFound:
        return gettext("Thủ tục {code}").format(code=code)


def matters(on: date) -> list[dict[str, str]]:
    """List the province's own procedures to choose from, another matter last."""
    found = procedures.search_procedures(text="", on=on)
    options = [{"value": one.code, "label": said(one.title)} for one in found]
    return [*options, {"value": "", "label": gettext("Việc khác")}]


def booking_line(booking: Booking, at: datetime) -> dict[str, Any]:
    """Show a booking in a list, or on its page."""
    state, tone = BOOKING_STATES[booking.state]
    is_ahead = booking.starts_at > at
    return {
        "id": booking.id,
        "organization_id": booking.organization_id,
        "who": booking.owner_name,
        "unit": booking.organization_name,
        "address": booking.organization_address,
        "day": day_name(local(booking.starts_at).date()),
        "hours": hours(booking.starts_at, booking.ends_at),
        "code": booking.code,
        "procedure_code": booking.procedure_code,
        "matter": matter(booking.procedure_code, local(at).date()),
        "state": state,
        "tone": tone,
        "reason": booking.cancel_reason,
        "offer_until": booking.offer_until,
        "is_offered": booking.state is BookingState.OFFERED and is_ahead,
        "may_change": booking.state is BookingState.BOOKED and is_ahead,
        "is_synthetic": booking.is_synthetic,
    }


def waiting_line(waiting: Waiting) -> dict[str, Any]:
    """Show a place in a line."""
    at = waiting.starts_at
    return {
        "id": waiting.id,
        "unit": waiting.organization_name,
        "day": day_name(waiting.day),
        "hours": f"{local(at):%H:%M}" if at else gettext("bất kỳ giờ nào"),
        "ahead": waiting.ahead,
    }


def places(free: int) -> str:
    """Say how many places are left."""
    if not free:
        return gettext("Đã đầy")
    return ngettext("còn {n} chỗ", "còn {n} chỗ", free).format(n=free)


def wait(ahead: int, minutes: int | None) -> str:
    """Say how long it may take; nothing where it is not known."""
    if minutes is None:
        return ""
    if not ahead:
        return gettext("sắp đến lượt")
    return gettext("khoảng {n} phút").format(n=max(minutes, 5))


def ticket_line(ticket: Ticket) -> dict[str, Any]:
    """Show a number to an officer."""
    at = ticket.appointment_at
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": TICKET_STATES[ticket.state],
        "issued": f"{local(ticket.issued_at):%H:%M}",
        "appointment": f"{local(at):%H:%M}" if at else "",
        "is_priority": ticket.is_priority,
        "is_called": ticket.state is TicketState.CALLED,
        "wanted": ticket.wanted,
        "calls": ticket.calls,
        "slip_href": reverse("ticket_slip", args=[ticket.token]),
        "is_synthetic": ticket.is_synthetic,
    }


def ticket_lines(tickets: Iterable[Ticket]) -> list[dict[str, Any]]:
    """Show numbers to an officer."""
    return [ticket_line(ticket) for ticket in tickets]


def ticket_qr(token: str) -> str:
    """Draw the address of a number's page as a QR code, ready for `img`."""
    address = settings.TINHSO_ORIGIN + reverse("ticket", args=[token])
    return qr.image(address)
