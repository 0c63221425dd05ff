"""The leaders' board: a few numbers, what is out of bounds, where, and the targets."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tinhso.foresight import queries as foresight
from tinhso.indicators import actions, queries
from tinhso.indicators.types import Board, BoardUnknown, Dimension, Period
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.http import content_disposition
from tinhso.operations import queries as operations
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.plans import queries as plans
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web import live
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk, directives, forecasts, targets
from tinhso.web.ui import indexes as index_ui
from tinhso.web.ui import measures as ui
from tinhso.web.ui import plans as plans_ui
from tinhso.web.ui.writing import moment

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_LATE = 5
FORMS = {
    "pdf": (actions.print_board, "application/pdf"),
    "docx": (actions.write_board, WORD),
}


@guarded(Access.OFFICER)
@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Lead to the first board that a pack declares."""
    found = queries.boards()
    if not found:
        raise BoardUnknown(key="")
    return redirect("board_of", key=found[0].key)


@guarded(Access.OFFICER)
@require_safe
def board(request: HttpRequest, key: str) -> HttpResponse:
    """Show a board in a period."""
    today, period = clock.local(clock.now()).date(), _period(request)
    actor = actor_of(request)
    found = queries.board(
        key=key, period=period, on=today, made_up=settings.TINHSO_DEMO, actor=actor
    )
    context = {
        "rail": desk.rail(actor, "board"),
        **_shown(found, period, today),
        **_owed(actor, clock.now()),
        **_foreseen(found),
        "issue_href": _issue_href(found, actor),
    }
    return no_store(render(request, "measures/board.html", context))


@guarded(Access.OFFICER)
@require_safe
def wall(request: HttpRequest, key: str) -> HttpResponse:
    """Show a board for a whole room to read; it keeps itself up to date."""
    now, actor = clock.now(), actor_of(request)
    today = clock.local(now).date()
    period = queries.usual_period(on=today, made_up=settings.TINHSO_DEMO)
    # Asked for first: what is counted meanwhile is told once too often, never missed.
    state = queries.state(actor=actor)
    found = queries.board(
        key=key, period=period, on=today, made_up=settings.TINHSO_DEMO, actor=actor
    )
    context = {
        **_shown(found, period, today),
        **_owed(actor, now),
        **_foreseen(found),
        "state": state,
        "time": moment(now),
    }
    return no_store(render(request, "measures/wall.html", context))


@guarded(Access.OFFICER)
@require_safe
def events(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Say when numbers changed, as server-sent events."""
    actor = actor_of(request)
    known = request.headers.get("Last-Event-ID") or request.GET.get("biet", "")
    queries.state(actor=actor)  # Refused here, before anything was sent.
    stays = live.asks_to_wait(request.headers.get("Accept", ""))
    sent = live.changes(lambda: queries.state(actor=actor), known, stays=stays)
    response = StreamingHttpResponse(sent, content_type=live.KIND)
    # Compressed, it would come in lumps, and late.
    response["Content-Encoding"] = "identity"
    response["X-Accel-Buffering"] = "no"
    return no_store(response)


def _foreseen(found: Board) -> dict[str, Any]:
    """List targets more likely missed than met, and numbers nobody expected."""
    told = foresight.chances(standings=found.standings, made_up=found.made_up)
    keys = [one.indicator.key for one in found.readings]
    strange = foresight.surprises(keys=keys, made_up=found.made_up)
    known = queries.indicators()
    return {
        "unlikely": forecasts.unlikely(told),
        "surprises": [
            forecasts.surprise(known[key], one) for key, one in strange.items()
        ],
    }


def _owed(actor: Actor, at: datetime) -> dict[str, Any]:
    """List the directives and tasks that agencies should have done by now."""
    today, known = clock.local(at).date(), queries.indicators()
    late = operations.overdue(on=today, actor=actor)[:MOST_LATE]
    tasks = plans.overdue(on=today, actor=actor, limit=MOST_LATE)
    return {
        "overdue": [directives.line(one, known, at) for one in late],
        "tasks": [plans_ui.line(one) for one in tasks],
    }


def _issue_href(found: Board, actor: Actor) -> str:
    """Lead leaders to a directive about what the map shows."""
    if not security.may(actor=actor, deed=Deed.ISSUE_DIRECTIVE):
        return ""
    return directives.issue_href(found.mapped.indicator.key, found.period.key)


def _period(request: HttpRequest) -> Period:
    told = request.GET.get("ky", "")
    if told:
        return queries.period(key=told)
    today = clock.local(clock.now()).date()
    return queries.usual_period(on=today, made_up=settings.TINHSO_DEMO)


@guarded(Access.OFFICER)
@require_safe
def board_report(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Hand the board of a period out, as PDF or Word."""
    if form not in FORMS:
        raise Http404
    make, kind = FORMS[form]
    period = _period(request)
    content = make(
        key=key,
        period=period,
        made_up=settings.TINHSO_DEMO,
        actor=actor_of(request),
        at=clock.now(),
    )
    name = content_disposition(
        filename=f"{key}-{period.key}.{form}", inline=form == "pdf"
    )
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return no_store(HttpResponse(content, content_type=kind, headers=headers))


def _shown(found: Board, period: Period, today: date) -> dict[str, Any]:
    agencies = people.organizations_by_code(codes=list(found.parts), on=period.last)
    bounds, mapped = found.declared.bounds, found.mapped
    beyond = {one.cell.part: one for one in found.beyond}
    names = ui.names_of(
        mapped.indicator, Dimension.AGENCY, list(found.parts), agencies, period.last
    )
    return {
        "board": found,
        "title": ui.board_title(found.declared),
        "period": ui.period_name(period),
        "period_key": period.key,
        "kinds": ui.kinds(period, today),
        "steps": ui.steps(period, today),
        "cards": [ui.card(one, period, today) for one in found.readings],
        "mapped": ui.title(mapped.indicator),
        "mapped_href": ui.measure_href(mapped.indicator.key, period),
        "map": ui.map_of(
            places.hexagons(on=min(period.last, today)),
            found.parts,
            agencies,
            mapped,
            bounds,
        ),
        "legend": ui.legend(bounds, mapped.indicator),
        "rows": ui.part_rows(
            mapped.indicator,
            found.parts,
            names,
            bounds,
        ),
        "beyond": ui.part_rows(mapped.indicator, beyond, names, bounds),
        "indexes": [index_ui.reading(one) for one in found.indexes],
        "states": targets.summary(found.standings),
        "missed": targets.missed(found.standings),
    }
