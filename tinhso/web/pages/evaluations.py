"""Ask an applicant, once, how it was; show a unit what people said."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.types import ASKED, Index, Satisfaction
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk, reports
from tinhso.web.ui import evaluations as ui
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal
from tinhso.web.ui.questions import tidy


@guarded(Access.CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Ask about one's own ended dossier, all on one page."""
    if request.method != "POST":
        return _form(request, dossier_id, None)
    try:
        actions.evaluate_dossier(
            dossier_id=dossier_id,
            satisfaction=_satisfaction(request.POST),
            answers=_answers(request.POST),
            comment=tidy(request.POST.get("comment", "")),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _form(request, dossier_id, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("dossier", dossier_id=dossier_id)
    messages.success(request, gettext("Cảm ơn bạn đã đánh giá."))
    return redirect("dossier", dossier_id=dossier_id)


@guarded(Access.OFFICER)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the result of a unit in a period (TT 01/2018 Đ15)."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    offered = [u for u in reports.units(actor, today) if u["value"] != reports.PROVINCE]
    if not offered:
        raise NotAllowed
    chosen = reports.Chosen(request.GET, offered, today)
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "evaluations"),
        "chosen": chosen,
    }
    try:
        context |= _result(request, chosen)
    except Invalid as refusal:
        context |= {"errors": error_summary(refusal), "error": first_messages(refusal)}
        page = render(request, "reports/evaluations.html", context, status=422)
        return no_store(page)
    return no_store(render(request, "reports/evaluations.html", context))


def _result(request: HttpRequest, chosen: reports.Chosen) -> dict[str, Any]:
    if chosen.organization_id is None:
        raise NotAllowed
    first, last = chosen.period
    found = queries.evaluation_result(
        organization_id=chosen.organization_id,
        first=first,
        last=last,
        actor=actor_of(request),
    )
    return reports.result(found)


def _satisfaction(typed: QueryDict) -> Satisfaction | None:
    chosen = typed.get("satisfaction", "")
    return Satisfaction(chosen) if chosen in set(Satisfaction) else None


def _answers(typed: QueryDict) -> dict[Index, int]:
    given = {index: typed.get(f"index_{int(index)}", "") for index in ASKED}
    return {index: int(text) for index, text in given.items() if text in set("012")}


def _form(
    request: HttpRequest, dossier_id: UUID, refusal: Invalid | None
) -> HttpResponse:
    at, actor = clock.now(), actor_of(request)
    found = queries.get_dossier(dossier_id=dossier_id, actor=actor, at=at)
    if found.owner_id != actor.person_id:
        raise NotFound
    if not queries.may_evaluate(dossier_id=dossier_id, actor=actor):
        return redirect("dossier", dossier_id=found.id)
    typed = request.POST
    error = first_messages(refusal) if refusal else {}
    context = {
        "dossier": found,
        "levels": ui.levels(),
        "level": typed.get("satisfaction", ""),
        "questions": ui.questions(typed, error),
        "comment": typed.get("comment", ""),
        "error": error,
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
    }
    status = refusal.status if refusal else 200
    page = render(request, "dossiers/evaluate.html", context, status=status)
    return no_store(page)
