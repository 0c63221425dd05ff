"""Keep a plan: move days and agencies with a reason, add tasks of one's own, close."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.text import clean
from tinhso.people.types import Organization
from tinhso.plans.actions.locking import (
    agency_on,
    changing,
    reason_of,
    step,
)
from tinhso.plans.models import PlanRow, TaskRow
from tinhso.plans.queries.plans import tasks_of
from tinhso.plans.types import (
    Bureau,
    DayOutsidePlan,
    NothingChanged,
    ParentWrong,
    PlanClosed,
    PlanUnknown,
    StepKind,
    Task,
    TaskAccepted,
    TaskOfAnother,
    TaskTextMissing,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def change_task(
    *,
    task_id: UUID,
    due_on: date,
    agency_id: UUID | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Task:
    """Move the day of a task, or give it to another agency; what was stays on record.

    agency_id: the one it has, where only the day moves.

    :raises TaskUnknown, TaskOfAnother, PlanClosed: if it is not the actor's now.
    :raises TaskAccepted: if it was accepted as done.
    :raises NothingChanged: if both are what they were.
    :raises DayOutsidePlan, AgencyUnknown, ReasonMissing: if day, agency or reason
        cannot be.
    """
    with changing(task_id, actor, Deed.KEEP_PLAN) as row:
        today = local(at).date()
        if row.accepted_on is not None:
            raise TaskAccepted
        moves_day, moves_agency = due_on != row.due_on, agency_id != row.agency_id
        if not (moves_day or moves_agency):
            raise NothingChanged({"due_on": [NothingChanged.message]})
        why = reason_of(reason)
        if moves_day:
            _move_day(row, due_on, why, actor, at)
        if moves_agency:
            _move_agency(row, _receiver(row, agency_id, today), why, actor, at)
        return tasks_of([row], today)[0]


def add_task(
    *,
    plan_key: str,
    agency_id: UUID,
    parent_id: UUID,
    text: str,
    product: str,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> Task:
    """Add a task of one's own agency beneath one of the plan; its heads keep it.

    :raises PlanUnknown, PlanClosed: if there is no such plan, or no more.
    :raises TaskOfAnother: if the actor does not speak for the agency.
    :raises AgencyUnknown: if the agency is not there today.
    :raises ParentWrong: if the agency has no part in the task above.
    :raises TaskTextMissing, DayOutsidePlan: if text or day cannot be.
    """
    with transaction.atomic():
        plan = PlanRow.objects.select_for_update().filter(key=plan_key).first()
        if plan is None:
            raise PlanUnknown
        if not security.may(
            actor=actor, deed=Deed.REPORT_ON_TASK, thing=Bureau(agency_id)
        ):
            raise TaskOfAnother
        if plan.closed_at is not None:
            raise PlanClosed
        today = local(at).date()
        agency = agency_on(agency_id, today, "agency")
        parent = _parent(plan, parent_id, agency)
        if not clean(text):
            raise TaskTextMissing({"text": [TaskTextMissing.message]})
        _refuse_day(plan, due_on)
        row = TaskRow.objects.create(
            plan=plan,
            number=_next_number(parent),
            group=parent.group,
            parent=parent,
            is_own=True,
            text={"vi": text.strip()[:2000], "en": ""},
            product={"vi": clean(product)[:500], "en": ""},
            agency_id=agency.id,
            keeper_id=agency.id,
            target=parent.target,
            indicator=parent.indicator,
            begins_on=max(today, plan.first_day),
            due_on=due_on,
        )
        step(StepKind.ADD, row, actor, at)
    return tasks_of([row], today)[0]


def close_plan(*, key: str, reason: str, actor: Actor, at: datetime) -> None:
    """Close a plan; nothing in it changes any more.

    :raises PlanUnknown: if there is none.
    :raises TaskOfAnother: if the actor does not lead its owner.
    :raises PlanClosed: if it was closed before.
    :raises ReasonMissing: if it is not said why.
    """
    with transaction.atomic():
        row = PlanRow.objects.select_for_update().filter(key=key).first()
        if row is None:
            raise PlanUnknown
        owner = Bureau(row.owner_id)
        if not security.may(actor=actor, deed=Deed.KEEP_PLAN, thing=owner):
            raise TaskOfAnother
        if row.closed_at is not None:
            raise PlanClosed
        row.closed_why, row.closed_at = reason_of(reason)[:500], at
        row.save()
        audit.write(
            "plans.close_plan",
            subject="plans.Plan",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"key": row.key},
        )


def _move_day(row: TaskRow, due_on: date, why: str, actor: Actor, at: datetime) -> None:
    _refuse_day(row.plan, due_on)
    before, row.due_on = row.due_on, due_on
    row.reminded_at = row.warned_at = None
    row.save()
    step(
        *(StepKind.MOVE_DAY, row, actor, at),
        note=why,
        before=f"{before:%d/%m/%Y}",
        after=f"{due_on:%d/%m/%Y}",
    )


def _receiver(row: TaskRow, agency_id: UUID | None, on: date) -> Organization:
    if agency_id is None or row.is_own:
        raise NothingChanged({"agency": [NothingChanged.message]})
    return agency_on(agency_id, on, "agency")


def _move_agency(
    row: TaskRow, agency: Organization, why: str, actor: Actor, at: datetime
) -> None:
    before = row.agency.name if row.agency else row.responsible
    row.agency_id, row.begins_on = agency.id, local(at).date()
    row.reminded_at = row.warned_at = None
    row.save()
    row.refresh_from_db()
    step(
        *(StepKind.MOVE_AGENCY, row, actor, at),
        note=why,
        before=before,
        after=agency.name,
    )


def _parent(plan: PlanRow, parent_id: UUID, agency: Organization) -> TaskRow:
    row = TaskRow.objects.select_related("agency").filter(pk=parent_id, plan=plan)
    found = row.first()
    if found is None:
        raise ParentWrong({"parent": [ParentWrong.message]})
    keys = {*found.cooperating, found.agency.key if found.agency else ""}
    if agency.key not in keys:
        raise ParentWrong({"parent": [ParentWrong.message]})
    return found


def _next_number(parent: TaskRow) -> str:
    """Number a task beneath another: `3.2` becomes `3.2-1`, then `3.2-2`."""
    return f"{parent.number}-{parent.children.count() + 1}"


def _refuse_day(plan: PlanRow, day: date) -> None:
    if not plan.first_day <= day <= plan.last_day:
        first, last = f"{plan.first_day:%d/%m/%Y}", f"{plan.last_day:%d/%m/%Y}"
        message = Phrase(DayOutsidePlan.message, first=first, last=last)
        raise DayOutsidePlan({"due_on": [message]}, first=first, last=last)
