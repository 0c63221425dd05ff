"""One task of a plan: its history, and what the reader can do about it now."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.people import queries as people
from tinhso.people.types import OrganizationKind
from tinhso.plans import actions, queries
from tinhso.plans.types import Bureau, Plan, Subject, SubjectKind, Task, TaskUnknown
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import sent
from tinhso.web.ui import desk
from tinhso.web.ui import plans as ui
from tinhso.web.ui.desk_filters import read_day, read_id, write_day
from tinhso.web.ui.phrases import error_summary, first_messages, said, say_refusal

Do = Callable[[], object]


@guarded(Access.OFFICER)
@require_safe
def task(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Show a task: what it is, how it stands, what was done, what can be done."""
    return _page(request, key, task_id)


def _page(
    request: HttpRequest, key: str, task_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.get_task(task_id=task_id, on=today, actor=actor)
    if found.plan != key:
        raise TaskUnknown
    plan = queries.get_plan(key=key, actor=actor)
    may_read = queries.may_read_evidence(
        actor=actor, agency_id=found.agency_id, keeper_id=found.keeper_id
    )
    beneath = queries.children(task_id=task_id, on=today, actor=actor)
    steps = queries.steps(task_id=task_id, actor=actor)
    about = Subject(SubjectKind.TASK, str(task_id))
    may = _may(found, plan, actor)
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "plans"),
        "plan_title": said(plan.declared.title),
        "line": ui.line(found),
        "one": found,
        "product": said(found.product),
        "children": [ui.line(one) for one in beneath],
        "steps": ui.timeline(steps, found, may_read=may_read),
        "questions": queries.questions(on=today, actor=actor, subject=about),
        "may": may,
        "states": ui.state_choices(),
        "agencies": _agencies(today) if may["change"] else [],
        "typed": request.POST or _told(found),
        "own_units": _own_units(found, actor),
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
        "did": request.resolver_match.url_name if request.resolver_match else "",
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "plans/task.html", context, status=status))


def _told(found: Task) -> dict[str, str]:
    """Fill the forms with what stands."""
    return {
        "state": found.state.value,
        "percent": str(found.percent),
        "due_on": write_day(found.due_on),
        "agency": str(found.agency_id or ""),
    }


def _may(found: Task, plan: Plan, actor: Actor) -> dict[str, bool]:
    """Tell what the reader may do now."""
    is_open = plan.closed_at is None and found.accepted_on is None
    reports = security.may(
        actor=actor, deed=Deed.REPORT_ON_TASK, thing=Bureau(found.agency_id)
    )
    keeps = security.may(
        actor=actor, deed=Deed.KEEP_PLAN, thing=Bureau(found.keeper_id)
    )
    return {
        "report": reports and is_open,
        "accept": keeps and is_open and found.awaits,
        "change": keeps and is_open,
        "move_agency": not found.is_own,
        "add": plan.closed_at is None and bool(_own_units(found, actor)),
        "ask": security.may(actor=actor, deed=Deed.ASK_AGENCIES) and not found.is_own,
    }


def _own_units(found: Task, actor: Actor) -> list[dict[str, str]]:
    """List the reader's agencies that have a part in a task."""
    units = [
        people.get_organization(organization_id=one)
        for one in sorted(security.assessing_for(actor=actor))
    ]
    return [
        {"value": str(one.id), "label": one.name}
        for one in units
        if one.id == found.agency_id or one.short_name in found.cooperating
    ]


def _agencies(today: date) -> list[dict[str, str]]:
    kinds = (OrganizationKind.AGENCY, OrganizationKind.SERVICE_CENTER)
    there = [one for one in people.organizations(on=today) if one.kind in kinds]
    return ui.agency_choices(there, gettext("Chưa rõ cơ quan"))


@guarded(Access.OFFICER)
@require_POST
def report(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Say how far one's agency has come."""

    def do() -> None:
        state = ui.read_state(request.POST.get("state", ""))
        actions.report_progress(
            task_id=task_id,
            state=state,
            percent=ui.read_percent(request.POST.get("percent", ""), state),
            note=request.POST.get("note", ""),
            uploads=ui.uploads(request),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, key, task_id, do, gettext("Đã lưu báo cáo tiến độ."))


@guarded(Access.OFFICER)
@require_POST
def accept(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Agree that a task is done."""
    return _done(
        request,
        key,
        task_id,
        lambda: actions.accept_task(
            task_id=task_id, actor=actor_of(request), at=clock.now()
        ),
        gettext("Đã xác nhận hoàn thành."),
    )


@guarded(Access.OFFICER)
@require_POST
def send_back(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Disagree that a task is done."""
    return _done(
        request,
        key,
        task_id,
        lambda: actions.send_back_task(
            task_id=task_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã trả lại cơ quan."),
    )


@guarded(Access.OFFICER)
@require_POST
def change(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Move the day of a task, or give it to another agency."""
    return _done(
        request,
        key,
        task_id,
        lambda: actions.change_task(
            task_id=task_id,
            due_on=_day(request),
            agency_id=read_id(request.POST.get("agency", "")),
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã thay đổi; giá trị cũ vẫn được lưu."),
    )


@guarded(Access.OFFICER)
@require_POST
def add(request: HttpRequest, key: str, task_id: UUID) -> HttpResponse:
    """Add a task of one's own agency beneath this one."""
    return _done(
        request,
        key,
        task_id,
        lambda: actions.add_task(
            plan_key=key,
            agency_id=read_id(request.POST.get("unit", "")) or UUID(int=0),
            parent_id=task_id,
            text=request.POST.get("text", ""),
            product=request.POST.get("product", ""),
            due_on=_day(request),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã thêm nhiệm vụ của cơ quan."),
    )


def _day(request: HttpRequest) -> date:
    found = read_day(request.POST.get("due_on", ""))
    if found is None:
        raise Invalid({"due_on": [gettext("Hãy nhập ngày, ví dụ 27/03/2026.")]})
    return found


def _done(
    request: HttpRequest, key: str, task_id: UUID, do: Do, said: str
) -> HttpResponse:
    try:
        do()
    except Invalid as refusal:
        return _page(request, key, task_id, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, said)
    return redirect("plan_task", key=key, task_id=task_id)


@guarded(Access.OFFICER)
@require_safe
def evidence(
    request: HttpRequest, key: str, task_id: UUID, evidence_id: UUID
) -> HttpResponse:
    """Hand out a file of evidence, to be kept."""
    file, content = queries.evidence_file(
        task_id=task_id, evidence_id=evidence_id, actor=actor_of(request)
    )
    return sent(content, kind=file.media_type, name=file.name)
