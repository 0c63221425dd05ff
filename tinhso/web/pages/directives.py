"""Directives: a leader issues one from a number, and sees what came back."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.indicators import queries as indicators
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tinhso.operations import actions, queries
from tinhso.operations.types import AgencyGone, Directive, Number
from tinhso.procedures import queries as dossiers
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk, turns
from tinhso.web.ui import directives as ui
from tinhso.web.ui.desk_filters import read_day, read_id
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal


@guarded(Access.OFFICER)
@require_safe
def directives(request: HttpRequest) -> HttpResponse:
    """List the directives one's organizations issued or shall answer."""
    actor, at = actor_of(request), clock.now()
    indicator = request.GET.get("chi-so", "")
    found = queries.directives(actor=actor, at=at, indicator=indicator)
    known = indicators.indicators()
    lines = [ui.line(one, known, at) for one in found]
    context = {
        "rail": desk.rail(actor, "directives"),
        "overdue": [one for one in lines if one["is_overdue"]],
        "open": [one for one in lines if one["is_open"] and not one["is_overdue"]],
        "ended": [one for one in lines if not one["is_open"]],
        "indicator": ui.title_of(indicator, known),
        "may_issue": security.may(actor=actor, deed=Deed.ISSUE_DIRECTIVE),
    }
    return no_store(render(request, "directives/list.html", context))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Ask what is to be done about a number, and issue it."""
    if not security.may(actor=actor_of(request), deed=Deed.ISSUE_DIRECTIVE):
        raise NotAllowed
    if request.method != "POST":
        return _form(request, request.GET, None)
    try:
        made = _issued(request)
    except Invalid as refusal:
        return _form(request, request.POST, refusal)
    messages.success(
        request, gettext("Đã giao cho {agency}.").format(agency=made.agency_name)
    )
    return redirect("directive", made.id)


@guarded(Access.OFFICER)
@require_safe
def directive(request: HttpRequest, directive_id: UUID) -> HttpResponse:
    """Show a directive: its number, how far it has come, and the answer."""
    return _show(request, directive_id, None)


@guarded(Access.OFFICER)
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, directive_id: UUID) -> HttpResponse:
    """Take a directive back, with the reason."""
    try:
        actions.withdraw_directive(
            directive_id=directive_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotFound:
        raise
    except (Invalid, Conflict) as refusal:
        return _show(request, directive_id, refusal)
    messages.success(request, gettext("Đã rút chỉ đạo."))
    return redirect("directive", directive_id)


def _issued(request: HttpRequest) -> Directive:
    typed = request.POST
    agency_id = read_id(typed.get("agency", ""))
    if agency_id is None:
        raise AgencyGone({"agency": [ui.CHOOSE_AGENCY]})
    due_on = read_day(typed.get("due_on", ""))
    if due_on is None:
        raise Invalid({"due_on": [ui.WRITE_DAY]})
    return actions.issue_directive(
        agency_id=agency_id,
        text=typed.get("text", ""),
        due_on=due_on,
        key=typed.get("key", "")[:100] or str(uuid4()),
        number=_number(typed),
        actor=actor_of(request),
        at=clock.now(),
    )


def _number(typed: QueryDict) -> Number:
    """Read the number; a period and a value are of an indicator, or of none."""
    names = ("chi-so", "ky", "noi", "ten-noi", "gia-tri")
    indicator, period, *rest = (typed.get(name, "").strip() for name in names)
    subject, subject_name, value = rest
    if not indicator:
        return Number()
    return Number(indicator, period, subject, subject_name, value)


def _form(
    request: HttpRequest, typed: QueryDict, refusal: Invalid | None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    number = _number(typed)
    agencies = queries.directed_agencies(actor=actor, on=today)
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "directives"),
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
        "number": number,
        "indicator": ui.title_of(number.indicator, indicators.indicators()),
        "period": ui.period_of(number.period),
        "agencies": ui.choices(agencies),
        "agency": typed.get("agency") or ui.chosen(agencies, number.subject),
        "text": typed.get("text", ""),
        "due_on": typed.get("due_on", ""),
        "key": typed.get("key") or str(uuid4()),
    }
    status = refusal.status if refusal else 200
    page = render(request, "directives/issue.html", context, status=status)
    return no_store(page)


def _show(
    request: HttpRequest, directive_id: UUID, refusal: Invalid | Conflict | None
) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    found = queries.get_directive(directive_id=directive_id, actor=actor)
    dossier = dossiers.get_dossier(dossier_id=found.dossier_id, actor=actor, at=at)
    context = {
        "rail": desk.rail(actor, "directives"),
        "one": found,
        "line": ui.line(found, indicators.indicators(), at),
        "answers": ui.answers(dossier),
        "files": dossier.result_files,
        "timeline": desk.timeline(dossier),
        "offers": turns.offers(dossier, actor),
        "may_withdraw": found.is_open and actor.person_id == dossier.owner_id,
        "refusal": say_refusal(refusal) if refusal else "",
        "period": ui.period_of(found.number.period),
    }
    status = refusal.status if refusal else 200
    page = render(request, "directives/one.html", context, status=status)
    return no_store(page)
