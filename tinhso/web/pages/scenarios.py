"""The studio: levers of a model, what they cost and bring, how likely a target is."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.foresight import queries
from tinhso.foresight.types.studio import Asked, Studio
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import as_json, table
from tinhso.web.ui import desk
from tinhso.web.ui import scenarios as ui
from tinhso.web.ui.phrases import error_summary, first_messages
from tinhso.web.ui.trying import asked_of, read


@guarded(Access.OFFICER)
@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """List the models that can be played."""
    actor = actor_of(request)
    found = queries.playable_models(actor=actor)
    context = {
        "rail": desk.rail(actor, "scenarios"),
        "models": [ui.model_line(one) for one in found],
    }
    return no_store(render(request, "scenarios/list.html", context))


@guarded(Access.OFFICER)
@require_safe
def scenario(request: HttpRequest, key: str) -> HttpResponse:
    """Show a scenario: its levers, and what it comes to beside the baseline.

    What cannot be played is said, and the baseline shown.
    """
    asked, wrong = read(key, request.GET, actor_of(request))
    refusal = Invalid(wrong) if wrong else None
    try:
        found = _played(request, Asked(key) if refusal else asked)
    except Invalid as refused:
        refusal, found = refused, _played(request, Asked(key))
    context = {
        **_page(request, found),
        **_said(refusal),
        "form": ui.form(asked, found.playable.model, request.GET, wrong),
        "ledger": ui.ledger(found),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "scenarios/studio.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def scenario_result(request: HttpRequest, key: str) -> HttpResponse:
    """Answer a lever that was moved: the fan and what goes with it, nothing else."""
    try:
        found = _played(
            request, asked_of(key, request.GET, actor_of(request)), with_effects=False
        )
    except Invalid as wrong:
        page = render(request, "scenarios/_wrong.html", _said(wrong))
        return no_store(page)
    context = _page(request, found)
    response = render(request, "scenarios/_result.html", context)
    response["HX-Replace-Url"] = context["links"]["here"]
    return no_store(response)


@guarded(Access.OFFICER)
@require_safe
def scenario_ledger(request: HttpRequest, key: str) -> HttpResponse:
    """Answer what each lever brings, for the page that shows the fan already."""
    found = _played(request, asked_of(key, request.GET, actor_of(request)))
    context = {"ledger": ui.ledger(found)}
    return no_store(render(request, "scenarios/_ledger.html", context))


@guarded(Access.OFFICER)
@require_safe
def scenario_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Send the numbers of a scenario, or all that made them, to the last digit."""
    if form not in ui.FILES:
        raise Http404
    found = _played(request, asked_of(key, request.GET, actor_of(request)))
    if form == "json":
        return as_json(queries.studio_as_json(studio=found), name=f"{key}.json")
    return table([ui.COLUMNS, *_lines(found)], name=f"{key}.csv")


def _lines(found: Studio) -> Iterator[list[object]]:
    for which, outcome in (
        ("current", found.compared.current),
        ("baseline", found.compared.baseline),
    ):
        for one in outcome.rows:
            yield [which, one.output, one.time, one.mean, *one.quantiles]


def _played(request: HttpRequest, asked: Asked, *, with_effects: bool = True) -> Studio:
    return queries.play_studio(
        asked=asked,
        on=clock.local(clock.now()).date(),
        made_up=settings.TINHSO_DEMO,
        actor=actor_of(request),
        with_effects=with_effects,
    )


def _page(request: HttpRequest, found: Studio) -> dict[str, Any]:
    actor, model = actor_of(request), found.playable.model
    ran = found.compared.current.provenance
    return {
        "rail": desk.rail(actor, "scenarios"),
        "one": ui.model_line(found.playable),
        "result": ui.result(found),
        "links": ui.links(found.asked),
        "inputs": ui.inputs(model, ran.inputs),
        "assumed": ui.assumed(model, ran.assumed),
        "ran": ran,
        "may_freeze": security.may(actor=actor, deed=Deed.FREEZE_SCENARIO),
    }


def _said(refusal: Invalid | None) -> dict[str, Any]:
    if refusal is None:
        return {}
    return {"errors": error_summary(refusal), "error": first_messages(refusal)}
