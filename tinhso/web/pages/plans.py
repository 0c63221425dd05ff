"""Plans: their tasks in groups with lights, as a list, for one's own agency."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Standing
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.plans import actions, queries
from tinhso.plans.types import Bureau, Task
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import table
from tinhso.web.ui import desk
from tinhso.web.ui import plans as ui
from tinhso.web.ui.desk_filters import read_id
from tinhso.web.ui.phrases import error_summary, first_messages, said, say_refusal
from tinhso.web.ui.targets import target_rows


@guarded(Access.OFFICER)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """List the plans, and how many of their tasks stand how."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    everything = queries.tasks(on=today, actor=actor)
    places = security.managed_by(actor=actor)
    context = {
        "rail": desk.rail(actor, "plans"),
        "lines": [
            ui.plan_line(one, [t for t in everything if t.plan == one.key])
            for one in queries.plans(actor=actor)
        ],
        "awaiting": [ui.line(one) for one in ui.own(everything, places)],
        "overdue": [ui.line(one) for one in queries.overdue(on=today, actor=actor)],
        "has_agency": bool(security.desks_of(actor=actor)),
    }
    return no_store(render(request, "plans/list.html", context))


@guarded(Access.OFFICER)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the tasks of one's own agencies, and the province's targets they serve."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.agency_tasks(on=today, actor=actor)
    context = {
        "rail": desk.rail(actor, "plans"),
        "counts": ui.counts(found),
        "lines": [ui.line(one) for one in found],
        "targets": target_rows(_served(found, actor, today)),
    }
    return no_store(render(request, "plans/mine.html", context))


def _served(found: Sequence[Task], actor: Actor, today: date) -> list[Standing]:
    """Read how the targets stand that tasks serve, each once."""
    plans = {one.key: one.declared.targets for one in queries.plans(actor=actor)}
    served = {(plans.get(one.plan), one.target) for one in found if one.target}
    if not served:
        return []
    made_up = settings.TINHSO_DEMO
    standings = indicators.standings(on=today, made_up=made_up)
    return [s for s in standings if (s.target.plan, s.target.key) in served]


@guarded(Access.OFFICER)
@require_safe
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Show a plan: its tasks in groups, by agency or light if asked for."""
    return _plan_page(request, key)


def _plan_page(
    request: HttpRequest, key: str, refusal: Invalid | None = None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.get_plan(key=key, actor=actor)
    everything = queries.tasks(on=today, actor=actor, plan=key)
    chosen = _chosen(request, key)
    declared = found.declared
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "plans"),
        "plan": found,
        "title": said(declared.title),
        "caution": said(declared.caution),
        "counts": ui.counts(everything),
        "entered": len([one for one in everything if not one.is_own]),
        "groups": ui.groups(found, chosen),
        "is_filtered": len(chosen) != len(everything),
        "agencies": ui.agencies_in(everything),
        "lights": ui.light_choices(),
        "agency": request.GET.get("co-quan", ""),
        "light": request.GET.get("tinh-trang", ""),
        "query": request.GET.urlencode(),
        "may_close": found.closed_at is None
        and security.may(
            actor=actor, deed=Deed.KEEP_PLAN, thing=Bureau(found.owner_id)
        ),
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "plans/plan.html", context, status=status))


def _chosen(request: HttpRequest, key: str) -> tuple[Task, ...]:
    return queries.tasks(
        on=clock.local(clock.now()).date(),
        actor=actor_of(request),
        plan=key,
        agency_id=read_id(request.GET.get("co-quan", "")),
        light=ui.read_light(request.GET.get("tinh-trang", "")),
    )


@guarded(Access.OFFICER)
@require_safe
def plan_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send the tasks of the page."""
    queries.get_plan(key=key, actor=actor_of(request))
    found = _chosen(request, key)
    numbers = {one.id: one.number for one in found}
    rows = (ui.row(one, numbers) for one in found)
    return table([ui.COLUMNS, *rows], name=f"{key}.csv")


@guarded(Access.OFFICER)
@require_POST
def close(request: HttpRequest, key: str) -> HttpResponse:
    """Close a plan, with the reason."""
    try:
        actions.close_plan(
            key=key,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _plan_page(request, key, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, gettext("Đã đóng kế hoạch."))
    return redirect("plan", key=key)
