"""Remind agencies of tasks that are soon due, and tell them of what is overdue."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.plans.actions.locking import journal
from tinhso.plans.models import TaskRow
from tinhso.plans.queries.plans import RUNNING
from tinhso.plans.types import TaskDueSoon, TaskOverdue
from tinhso.procedures import queries as procedures
from tinhso.procedures.types import Limit, LimitUnit

# An agency is told so many working days before, and a task is looked at that early.
WORKING_DAYS = Limit(5, LimitUnit.WORKING_DAYS)
FAR = 31


def remind_of_tasks(*, at: datetime) -> int:
    """Tell agencies what is soon due and what is overdue, each task once for its day.

    Answers how many were told of.
    """
    today = local(at).date()
    return sum(_remind(one, at) for one in _soon(today)) + sum(
        _warn(one, at) for one in _over(today)
    )


def _running() -> QuerySet[TaskRow]:
    return TaskRow.objects.filter(
        state__in=RUNNING, plan__closed_at=None, agency__isnull=False
    ).order_by("due_on", "id")


def _soon(today: date) -> Iterable[UUID]:
    last = date.fromordinal(today.toordinal() + FAR)
    rows = _running().filter(reminded_at=None, due_on__range=(today, last))
    return rows.values_list("id", flat=True)


def _over(today: date) -> Iterable[UUID]:
    rows = _running().filter(warned_at=None, due_on__lt=today)
    return rows.values_list("id", flat=True)


def _remind(task_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        row = _locked(task_id)
        if row.agency_id is None or row.reminded_at is not None:
            return False
        hours = procedures.service_hours(organization_id=row.agency_id, at=at)
        if local(hours.due(at, WORKING_DAYS)).date() < row.due_on:
            return False
        row.reminded_at = at
        row.save()
        told = TaskDueSoon(
            subject_id=row.id,
            agency_id=row.agency_id,
            number=row.number,
            text=row.text["vi"],
            due_on=row.due_on,
        )
        events.record(told, actor=SYSTEM, at=at)
        journal("remind_of_task", row, SYSTEM, at)
    return True


def _warn(task_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        row = _locked(task_id)
        if row.agency_id is None or row.warned_at is not None:
            return False
        row.warned_at = at
        row.save()
        told = TaskOverdue(
            subject_id=row.id,
            agency_id=row.agency_id,
            number=row.number,
            text=row.text["vi"],
            due_on=row.due_on,
        )
        events.record(told, actor=SYSTEM, at=at)
        journal("tell_overdue_task", row, SYSTEM, at)
    return True


def _locked(task_id: UUID) -> TaskRow:
    return TaskRow.objects.select_for_update().get(pk=task_id)
