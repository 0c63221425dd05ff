"""Frozen scenarios: chosen, read by who may, put before the Council, checked again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.foresight import actions, queries
from tinhso.foresight.types.frozen import FrozenScenario
from tinhso.foresight.types.studio import Asked
from tinhso.indicators import queries as indicators
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotAllowed
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import as_json, sent, table
from tinhso.web.ui import desk
from tinhso.web.ui import proposals as ui
from tinhso.web.ui import scenarios as scenario_ui
from tinhso.web.ui.phrases import error_summary, first_messages
from tinhso.web.ui.trying import asked_of


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for title and reason, and freeze the scenario of the address."""
    if not security.may(actor=actor_of(request), deed=Deed.FREEZE_SCENARIO):
        raise NotAllowed
    asked = asked_of(key, request.GET, actor_of(request))
    if request.method != "POST":
        return _form(request, asked)
    try:
        made = actions.freeze_scenario(
            model_key=key,
            levers=asked.levers,
            members=asked.members,
            seed=asked.seed,
            target=asked.target,
            title=request.POST.get("title", ""),
            reason=request.POST.get("reason", ""),
            made_up=settings.TINHSO_DEMO,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _form(request, asked, refusal)
    messages.success(request, gettext("Đã chốt phương án. Không ai sửa được nữa."))
    return redirect("proposal", made.id)


def _form(
    request: HttpRequest, asked: Asked, refusal: Invalid | None = None
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.play_studio(
        asked=asked,
        on=clock.local(clock.now()).date(),
        made_up=settings.TINHSO_DEMO,
        actor=actor,
    )
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "scenarios"),
        "one": scenario_ui.model_line(found.playable),
        "result": scenario_ui.result(found),
        "ledger": scenario_ui.ledger(found),
        "links": scenario_ui.links(asked),
        "typed": request.POST,
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "scenarios/freeze.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the frozen scenarios that somebody may read."""
    actor = actor_of(request)
    found = queries.proposals(actor=actor)
    context = {
        "rail": desk.rail(actor, "scenarios"),
        "lines": [ui.line(one) for one in found],
    }
    return no_store(render(request, "scenarios/proposals.html", context))


@guarded(Access.OFFICER)
@require_safe
def proposal(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Show a frozen scenario; where it is asked, whether it comes to the same again."""
    actor = actor_of(request)
    found = queries.get_proposal(scenario_id=scenario_id, actor=actor)
    again = (
        queries.recheck_proposal(scenario_id=scenario_id, actor=actor)
        if request.GET.get("tinh-lai") == "1"
        else None
    )
    model = queries.model_of_proposal(scenario_id=scenario_id, actor=actor)
    context = {
        "rail": desk.rail(actor, "scenarios"),
        "one": found,
        "again": again,
        **ui.shown(found, model, indicators.indicators()),
        "may_issue": security.may(actor=actor, deed=Deed.ISSUE_DIRECTIVE),
        "may_put": security.may(actor=actor, deed=Deed.FREEZE_SCENARIO)
        and found.put_at is None,
        "may_play": security.may(actor=actor, deed=Deed.SEE_ALL_PROPOSALS),
    }
    return no_store(render(request, "scenarios/proposal.html", context))


@guarded(Access.OFFICER)
@require_POST
def put_forward(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Put a frozen scenario before the People's Council."""
    actions.put_forward_scenario(
        scenario_id=scenario_id, actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Đã trình Hội đồng nhân dân."))
    return redirect("proposal", scenario_id)


@guarded(Access.OFFICER)
@require_safe
def proposal_file(request: HttpRequest, scenario_id: UUID, form: str) -> HttpResponse:
    """Hand a frozen scenario out: sealed as PDF, all of it as JSON, numbers as CSV."""
    actor = actor_of(request)
    found = queries.get_proposal(scenario_id=scenario_id, actor=actor)
    name = f"phuong-an-{found.digest[:12]}.{form}"
    if form == "pdf":
        _, pdf = queries.proposal_pdf(scenario_id=scenario_id, actor=actor)
        return sent(pdf, kind="application/pdf", name=name)
    if form == "json":
        return as_json(ui.as_json(found), name=name)
    if form == "csv":
        return table([scenario_ui.COLUMNS, *_lines(found)], name=name)
    raise Http404


def _lines(found: FrozenScenario) -> Iterator[list[object]]:
    for which in ("current", "baseline"):
        for row in found.told[which]:
            yield [which, *(row[name] for name in scenario_ui.COLUMNS[1:])]
