"""What takes seconds: cheapest mixes, why an output varies; and the story."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.foresight import queries
from tinhso.foresight.types.scenarios import Mix
from tinhso.foresight.types.studio import Asked, Explained, Sought
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import as_json, table
from tinhso.web.ui import desk
from tinhso.web.ui import mixes as ui
from tinhso.web.ui import scenarios as scenario_ui
from tinhso.web.ui.phrases import error_summary
from tinhso.web.ui.studio_state import href
from tinhso.web.ui.trying import asked_of
from tinhso.web.ui.writing import moment

MIX_COLUMNS = ("which", "levels", "cost_vnd_million", "chance", "time", "value")
BAR_COLUMNS = (
    *("name", "title", "is_lever", "first", "first_error", "total", "total_error"),
    *("low", "high"),
)


@guarded(Access.OFFICER)
@require_safe
def mix(request: HttpRequest, key: str) -> HttpResponse:
    """Show the cheapest mix for the target, those beside it, road and signposts."""
    asked = asked_of(key, request.GET, actor_of(request))
    context = _frame(request, asked)
    try:
        found = _sought(request, asked)
    except Invalid as refusal:
        return _refused(request, context, refusal)
    context |= {"mix": ui.choice(found), "files": _files("scenario_mix_file", asked)}
    return no_store(render(request, "scenarios/mix.html", context))


@guarded(Access.OFFICER)
@require_safe
def mix_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Send the cheapest mix with all it was found from, to the last digit."""
    found = _sought(request, asked_of(key, request.GET, actor_of(request)))
    if form == "json":
        return as_json(queries.sought_as_json(sought=found), name=f"{key}-re-nhat.json")
    if form == "csv":
        return table([MIX_COLUMNS, *_mix_lines(found)], name=f"{key}-re-nhat.csv")
    raise Http404


def _mix_lines(found: Sought) -> Iterator[list[object]]:
    choice = found.choice
    if choice.cheapest:
        yield _mix_line("cheapest", choice.cheapest)
    for one in choice.near:
        yield _mix_line("near", one)
    yield _mix_line("likeliest", choice.best)
    for year in choice.road:
        yield ["road", "", year.cost, "", year.time, year.quantiles[1]]
    for post in choice.milestones:
        yield ["milestone", "", "", post.chance_below, post.time, post.value]
    for sign in choice.signposts:
        levels = ui.levels_written(sign.mix) if sign.mix else ""
        yield [f"signpost {sign.name}", levels, "", "", "", sign.switches_at]


def _mix_line(which: str, one: Mix) -> list[object]:
    return [which, ui.levels_written(one), one.cost, one.chance.share, "", ""]


@guarded(Access.OFFICER)
@require_safe
def tornado(request: HttpRequest, key: str) -> HttpResponse:
    """Show which unsure numbers and levers an output's spread comes from."""
    asked = asked_of(key, request.GET, actor_of(request))
    context = _frame(request, asked)
    try:
        found = _explained(request, asked)
    except Invalid as refusal:
        return _refused(request, context, refusal)
    context |= {
        "tornado": ui.tornado(found),
        "files": _files("scenario_tornado_file", asked),
    }
    return no_store(render(request, "scenarios/tornado.html", context))


@guarded(Access.OFFICER)
@require_safe
def tornado_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Send the bars with all they were worked out from, to the last digit."""
    found = _explained(request, asked_of(key, request.GET, actor_of(request)))
    if form == "json":
        told = queries.explained_as_json(explained=found)
        return as_json(told, name=f"{key}-vi-sao.json")
    if form == "csv":
        lines = (
            [getattr(one, name) for name in BAR_COLUMNS] for one in found.tornado.bars
        )
        return table([BAR_COLUMNS, *lines], name=f"{key}-vi-sao.csv")
    raise Http404


@guarded(Access.OFFICER)
@require_safe
def story(request: HttpRequest, key: str) -> HttpResponse:
    """Tell a scenario in paragraphs, for print."""
    asked = asked_of(key, request.GET, actor_of(request))
    found = queries.play_studio(asked=asked, **_now(request))
    sought = _sought(request, asked) if asked.target else None
    ran = found.compared.current.provenance
    model = found.playable.model
    context = {
        **_frame(request, asked),
        "one": scenario_ui.model_line(found.playable),
        "result": scenario_ui.result(found),
        "ledger": scenario_ui.ledger(found),
        "inputs": scenario_ui.inputs(model, ran.inputs),
        "assumed": scenario_ui.assumed(model, ran.assumed),
        "ran": ran,
        "watched": ui.choice(sought) if sought else {},
        "at": moment(clock.now()),
    }
    return no_store(render(request, "scenarios/story.html", context))


def _sought(request: HttpRequest, asked: Asked) -> Sought:
    return queries.seek_mix(asked=asked, **_now(request))


def _explained(request: HttpRequest, asked: Asked) -> Explained:
    return queries.explain(asked=asked, **_now(request))


def _now(request: HttpRequest) -> dict[str, Any]:
    return {
        "on": clock.local(clock.now()).date(),
        "made_up": settings.TINHSO_DEMO,
        "actor": actor_of(request),
    }


def _files(name: str, asked: Asked) -> dict[str, str]:
    return {form: href(name, asked, form) for form in scenario_ui.FILES}


def _frame(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    playable = queries.playable_model(key=asked.model, actor=actor_of(request))
    return {
        "rail": desk.rail(actor_of(request), "scenarios"),
        "one": scenario_ui.model_line(playable),
        "links": scenario_ui.links(asked),
        "made_up": settings.TINHSO_DEMO,
    }


def _refused(
    request: HttpRequest, context: dict[str, Any], refusal: Invalid
) -> HttpResponse:
    context["errors"] = error_summary(refusal)
    page = render(request, "scenarios/refused.html", context, status=refusal.status)
    return no_store(page)
