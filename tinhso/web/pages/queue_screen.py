"""What anybody sees of the queue: the screen of a unit, and one's own number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.counters import queries
from tinhso.counters.types import TicketState, TicketStatus
from tinhso.kernel import clock
from tinhso.security.types import Access
from tinhso.web.policy import guarded, no_store
from tinhso.web.ui import counters as ui


@guarded(Access.PUBLIC)
@require_safe
def screen(request: HttpRequest, key: str) -> HttpResponse:
    """Show the numbers that are called; the page renews itself, scripts or none."""
    at = clock.now()
    desk = queries.find_desk(key=key, at=at)
    shown = queries.screen(organization_id=desk.organization_id, at=at)
    context = {
        "key": key,
        "name": shown.organization_name,
        "called": shown.called,
        "lines": [
            {
                "letter": line.letter,
                "title": line.title,
                "waiting": line.waiting,
                "wait": ui.wait(line.waiting, line.minutes),
            }
            for line in shown.lines
        ],
        "time": f"{clock.local(at):%H:%M}",
    }
    return _answer(request, "screen", context)


@guarded(Access.PUBLIC)
@require_safe
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """Show a number to whoever holds it: how many go before, and where to go."""
    found = queries.ticket_status(token=token, at=clock.now())
    return _answer(request, "ticket", _shown(found))


@guarded(Access.PUBLIC)
@require_safe
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """Show a number as a slip for printers of 80 mm."""
    found = queries.ticket_status(token=token, at=clock.now())
    context = {**_shown(found), "qr": ui.ticket_qr(token)}
    return no_store(render(request, "counters/slip.html", context))


def _shown(found: TicketStatus) -> dict[str, Any]:
    held = found.ticket
    return {
        "number": held.number,
        "unit": found.organization_name,
        "token": held.token,
        "issued_at": held.issued_at,
        "is_priority": held.is_priority,
        "appointment_at": held.appointment_at,
        "state": ui.TICKET_STATES[held.state],
        "is_waiting": held.state is TicketState.WAITING,
        "is_over": held.state in {TicketState.DONE, TicketState.NO_SHOW},
        "counter": held.counter,
        "ahead": found.ahead,
        "wait": ui.wait(found.ahead, found.minutes),
        "is_synthetic": held.is_synthetic,
    }


def _answer(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    part = f"counters/_{name}.html" if "HX-Request" in request.headers else ""
    return no_store(render(request, part or f"counters/{name}.html", context))
