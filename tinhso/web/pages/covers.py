"""Who does whose work while they are absent."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.people import queries as people
from tinhso.people.types import Post
from tinhso.procedures import queries
from tinhso.security import actions as acts
from tinhso.security import queries as security
from tinhso.security.types import (
    Absence,
    Access,
    Cover,
    CoverDaysWrong,
    CoverImpossible,
    Deed,
)
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import error_summary, first_messages


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def covers(request: HttpRequest) -> HttpResponse:
    """Show who covers whom, and arrange it."""
    if request.method != "POST":
        return _show(request, None)
    typed = request.POST
    try:
        made = _arranged(request)
    except Invalid as refusal:
        return _show(request, refusal)
    text = gettext("{substitute} làm thay {absent} từ {first} đến hết {last}.")
    messages.success(
        request,
        text.format(
            substitute=made.substitute,
            absent=made.absent,
            first=typed["first_day"],
            last=typed["last_day"],
        ),
    )
    return redirect("covers")


@guarded(Access.OFFICER)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End a cover early."""
    typed = request.POST
    first_day = filters.read_day(typed.get("first_day", ""))
    if first_day is None:
        raise CoverDaysWrong
    acts.end_cover(
        absent_id=_id(typed.get("absent", "")),
        substitute_id=_id(typed.get("substitute", "")),
        organization_id=_id(typed.get("organization", "")),
        first_day=first_day,
        actor=actor_of(request),
        at=clock.now(),
    )
    messages.success(request, gettext("Đã kết thúc lượt làm thay."))
    return redirect("covers")


def _arranged(request: HttpRequest) -> Cover:
    typed = request.POST
    first = filters.read_day(typed.get("first_day", ""))
    last = filters.read_day(typed.get("last_day", ""))
    if first is None or last is None:
        key = "first_day" if first is None else "last_day"
        raise CoverDaysWrong({key: [CoverDaysWrong.message]})
    # Chosen in one field: the person and where they work.
    absent, _, place = typed.get("absent", "").partition("@")
    return acts.arrange_cover(
        absent_id=_id(absent),
        substitute_id=_id(typed.get("substitute", "")),
        organization_id=_id(place),
        first_day=first,
        last_day=last,
        reason=typed.get("reason", ""),
        actor=actor_of(request),
        at=clock.now(),
    )


def _id(text: str) -> UUID:
    found = filters.read_id(text)
    if found is None:
        raise CoverImpossible({"substitute": [CoverImpossible.message]})
    return found


def _show(request: HttpRequest, refusal: Invalid | None) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    posts = queries.colleagues(actor=actor, on=today)
    absents = _absents(request, today)
    typed = request.POST
    context: dict[str, Any] = {
        "rail": ui.rail(actor, "covers"),
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
        "absents": absents,
        "substitutes": _people(posts),
        "typed": {
            "absent": typed.get("absent", absents[0]["value"] if absents else ""),
            "substitute": typed.get("substitute", ""),
            "first_day": typed.get("first_day", filters.write_day(today)),
            "last_day": typed.get("last_day", ""),
            "reason": typed.get("reason", ""),
        },
        "covers": [
            _line(one, request) for one in security.covers_of(actor=actor, on=today)
        ],
        "today": today,
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "desk/covers.html", context, status=status))


def _absents(request: HttpRequest, on: date) -> list[dict[str, str]]:
    """List whose absence one may arrange: one's own, and a head their people's."""
    actor = actor_of(request)
    own = [
        post
        for post in (
            people.posts_of(person_id=actor.person_id, on=on) if actor.person_id else ()
        )
        if post.organization.id in security.desks_of(actor=actor)
    ]
    managed = security.managed_by(actor=actor)
    theirs = [
        post
        for post in queries.colleagues(actor=actor, on=on)
        if post.organization.id in managed
    ]
    known = {
        f"{post.person.id}@{post.organization.id}": (
            f"{post.person.full_name} – {post.organization.short_name}"
        )
        for post in (*own, *theirs)
    }
    return [{"value": k, "label": label} for k, label in known.items()]


def _people(posts: Iterable[Post]) -> list[dict[str, str]]:
    known = {str(p.person.id): f"{p.person.full_name} – {p.title}" for p in posts}
    first = {"value": "", "label": gettext("Hãy chọn")}
    return [first, *({"value": k, "label": label} for k, label in known.items())]


def _line(one: Cover, request: HttpRequest) -> dict[str, Any]:
    thing = Absence(one.absent_id, one.organization_id)
    return {
        "one": one,
        "roles": ", ".join(ui.role_name(role) for role in one.roles),
        "may_end": security.may(
            actor=actor_of(request), deed=Deed.ARRANGE_COVER, thing=thing
        ),
    }
