"""Publish open data and withdraw it, for whoever answers for an agency's data."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotAllowed, NotFound, Refused
from tinhso.opendata import actions, queries
from tinhso.opendata.types import Version
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk
from tinhso.web.ui.phrases import say_refusal


@guarded(Access.OFFICER)
@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """List the datasets that one may publish."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    if not desk.publishes(actor):
        raise NotAllowed
    found = queries.publishable(actor=actor, on=today)
    rail = desk.rail(actor, "opendata_desk")
    context = {"rail": rail, "found": found}
    return no_store(render(request, "opendata/desk.html", context))


@guarded(Access.OFFICER)
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Freeze what the lake has now as the next version."""
    told = gettext("Đã công bố phiên bản {number}, {rows} hàng.")

    def do() -> Version:
        return actions.publish(slug=slug, actor=actor_of(request), at=clock.now())

    return _done(request, do, told)


@guarded(Access.OFFICER)
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Withdraw a version, with the reason everybody reads."""

    def do() -> Version:
        return actions.withdraw(
            slug=slug,
            number=number,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, do, gettext("Đã thu hồi phiên bản {number}."))


def _done(request: HttpRequest, do: Callable[[], Version], told: str) -> HttpResponse:
    """Do it, and say what became of it on the list."""
    try:
        made = do()
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, told.format(number=made.number, rows=made.rows))
    return redirect("opendata_desk")
