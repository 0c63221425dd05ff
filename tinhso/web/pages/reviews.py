"""The year of an agency: its numbers, what its head says, how they are rated."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.plans import actions, queries
from tinhso.plans.types import Bureau, Review
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk
from tinhso.web.ui import oversight as ui
from tinhso.web.ui.phrases import error_summary, first_messages, said


@guarded(Access.OFFICER)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List the agencies whose year the reader may speak about."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    context = {
        "rail": desk.rail(actor, "reviews"),
        "agencies": queries.reviewed_agencies(actor=actor, on=today),
        "year": today.year,
    }
    return no_store(render(request, "plans/reviews.html", context))


@guarded(Access.OFFICER)
@require_safe
def review(request: HttpRequest, agency_id: UUID, year: int) -> HttpResponse:
    """Show an agency's year: numbers, and both sides' words apart."""
    return _page(request, agency_id, year)


def _page(
    request: HttpRequest, agency_id: UUID, year: int, refusal: Invalid | None = None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.get_review(
        agency_id=agency_id,
        year=year,
        on=today,
        made_up=settings.TINHSO_DEMO,
        actor=actor,
    )
    scale = queries.scale_on(on=today)
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "reviews"),
        "review": found,
        "figures": ui.figures(found.figures),
        "sides": ui.sides(found, scale),
        "scale": scale,
        "caution": said(scale.caution) if scale and not scale.is_certain else "",
        "levels": ui.level_choices(scale),
        "may": _may(found, actor),
        "made_up": settings.TINHSO_DEMO,
        "typed": request.POST,
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "plans/review.html", context, status=status))


def _may(found: Review, actor: Actor) -> dict[str, bool]:
    leads = Bureau(found.agency_id)
    above = Bureau(found.superior_id)
    return {
        "say": security.may(actor=actor, deed=Deed.REVIEW_OWN_YEAR, thing=leads),
        "rate": bool(found.superior_id)
        and security.may(actor=actor, deed=Deed.RATE_HEADS, thing=above),
    }


@guarded(Access.OFFICER)
@require_POST
def say(request: HttpRequest, agency_id: UUID, year: int) -> HttpResponse:
    """Say, as its head, how the year of an agency went."""
    try:
        actions.review_self(
            agency_id=agency_id,
            year=year,
            level=request.POST.get("level", ""),
            text=request.POST.get("text", ""),
            made_up=settings.TINHSO_DEMO,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _page(request, agency_id, year, refusal)
    messages.success(request, gettext("Đã lưu bản tự đánh giá."))
    return redirect("review", agency_id=agency_id, year=year)


@guarded(Access.OFFICER)
@require_POST
def rate(request: HttpRequest, agency_id: UUID, year: int) -> HttpResponse:
    """Rate the head of an agency below one's own."""
    try:
        actions.rate_head(
            agency_id=agency_id,
            year=year,
            level=request.POST.get("level", ""),
            text=request.POST.get("text", ""),
            made_up=settings.TINHSO_DEMO,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _page(request, agency_id, year, refusal)
    messages.success(request, gettext("Đã lưu mức xếp loại."))
    return redirect("review", agency_id=agency_id, year=year)
