"""Pay what one owes: the bill, how to pay it, and its receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.payments import queries
from tinhso.payments.types import Bill, BillState
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, address_of, guarded, no_store
from tinhso.web.ui import bills as ui


@guarded(Access.CITIZEN)
@require_safe
def bill(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a bill and the ways to pay it; it asks again by itself until it is paid.

    A gateway sends people back to this address. What it appends is not believed: the
    gateway tells the platform itself.
    """
    found = _own(request, reference)
    if "HX-Request" in request.headers:
        return _standing(request, found)
    context: dict[str, Any] = {
        **ui.line(found),
        "bill": found,
        "ways": [ui.way(one) for one in _ways(request, found)],
        "is_expired": found.is_expired(at=clock.now()),
        "is_back": bool(request.GET),
    }
    return no_store(render(request, "bills/bill.html", context))


def _own(request: HttpRequest, reference: str) -> Bill:
    """Read one's own bill; officers see those of others at their desk only."""
    actor = actor_of(request)
    found = queries.get_bill(reference=reference, actor=actor)
    if found.owner_id is None or found.owner_id != actor.person_id:
        raise NotFound
    return found


def _ways(request: HttpRequest, found: Bill) -> Any:
    here = reverse("bill", args=[found.reference])
    return queries.ways_to_pay(
        bill=found,
        address=address_of(request),
        back=request.build_absolute_uri(f"{here}?ve"),
        at=clock.now(),
    )


def _standing(request: HttpRequest, found: Bill) -> HttpResponse:
    """Tell a page that waits how the bill stands; once settled it is loaded anew."""
    context = {"is_back": bool(request.GET)}
    answer = no_store(render(request, "bills/_standing.html", context))
    if found.state is not BillState.OPEN:
        answer["HX-Refresh"] = "true"
    return answer


@guarded(Access.CITIZEN)
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the e-receipt of a bill, to keep or print."""
    own = _own(request, reference)
    found = queries.receipt_for(reference=own.reference, actor=actor_of(request))
    if found is None:
        raise NotFound
    context = {
        "receipt": found,
        "method": ui.METHODS[found.method],
        "back": reverse("bill", args=[reference]),
    }
    return no_store(render(request, "bills/receipt.html", context))
