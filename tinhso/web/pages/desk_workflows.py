"""The workflow of a procedure, drawn for people, and as BPMN for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.http import content_disposition
from tinhso.procedures import queries
from tinhso.procedures.types import Action, Step, Workflow
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded
from tinhso.web.ui import desk as ui
from tinhso.web.ui import writing
from tinhso.web.ui.phrases import said


@guarded(Access.OFFICER)
@require_safe
def workflow(request: HttpRequest, code: str) -> HttpResponse:
    """Show the steps of a procedure, who acts in each and within which time."""
    today = clock.local(clock.now()).date()
    procedure = queries.get_procedure(code=code, on=today)
    flow = procedure.workflow
    context = {
        "rail": ui.rail(actor_of(request), ""),
        "title": said(procedure.title),
        "code": procedure.code,
        "flow_title": said(flow.title),
        "limit": writing.limit(procedure.limit_on(today).limit),
        "steps": _steps(flow),
        "ends": [_end(step) for step in flow.steps if step.is_end],
        **_way_back(request),
        "bpmn_href": reverse("desk_bpmn", args=[code]),
    }
    return render(request, "desk/workflow.html", context)


@guarded(Access.OFFICER)
@require_safe
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """Send the workflow as BPMN 2.0 XML."""
    today = clock.local(clock.now()).date()
    xml = queries.workflow_diagram(code=code, on=today)
    name = content_disposition(filename=f"quy-trinh-{code}.bpmn")
    headers = {"Content-Disposition": name}
    return HttpResponse(xml, content_type="application/xml", headers=headers)


def _way_back(request: HttpRequest) -> dict[str, Any]:
    """Lead back to the dossier from which somebody looked, or to the desk."""
    try:
        known = UUID(request.GET.get("ho-so", ""))
    except ValueError:
        return {"back_href": reverse("desk"), "has_dossier": False}
    return {"back_href": reverse("desk_dossier", args=[known]), "has_dossier": True}


def _steps(flow: Workflow) -> list[dict[str, Any]]:
    """List the steps; an arrow joins two only where an action leads across."""
    steps = [step for step in flow.steps if not step.is_end]
    before = [None, *steps]
    return [
        {**_step(step, flow), "is_next": last is not None and _leads(last, step, flow)}
        for last, step in zip(before, steps, strict=False)
    ]


def _leads(first: Step, then: Step, flow: Workflow) -> bool:
    return any(first.key in a.sources and a.to == then.key for a in flow.actions)


def _step(step: Step, flow: Workflow) -> dict[str, Any]:
    return {
        "key": step.key,
        "title": said(step.title),
        "role": ui.role_name(step.role),
        "limit": writing.limit(step.limit),
        "is_stopped": step.clock_stops,
        "status": ui.STATUSES[step.status],
        "ways": [_way(a, step, flow) for a in flow.actions if step.key in a.sources],
    }


def _way(action: Action, step: Step, flow: Workflow) -> dict[str, Any]:
    goal = flow.step(action.to) if action.to else None
    return {
        "title": said(action.title),
        "role": ui.role_name(action.role) if action.role != step.role else "",
        "to": said(goal.title) if goal else gettext("bước trước đó"),
        "to_key": goal.key if goal else "",
        "stays": goal is not None and goal.key == step.key,
        "apart": [_title(key, flow) for key in action.apart_from],
    }


def _title(key: str, flow: Workflow) -> str:
    found = flow.action(key)
    return said(found.title) if found else key


def _end(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "title": said(step.title),
        "status": ui.STATUSES[step.status],
    }
