"""Remind agencies of what they owe: before its day, and once when that is over."""

from datetime import date, datetime, timedelta

from django.db import transaction

from tinhso.indicators.models import ReturnReminderRow
from tinhso.indicators.providers.working_days import Count, keep
from tinhso.indicators.queries.asked import Roll
from tinhso.indicators.queries.returns import all_lines
from tinhso.indicators.types import ReturnDue, ReturnLine
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.people import queries as people

LATE = "late"
# Who owes older ones reads it on their list; a first day would bring hundreds.
TOLD_LATE = timedelta(days=31)


def count_working_days(*, count: Count) -> None:
    """Count working days by this; the calendars lie in a room beside this one."""
    keep(count)


def remind_of_returns(*, at: datetime) -> int:
    """Remind those who owe a return; answer how many reminders went out.

    Each return once of each kind, however often and by however many workers this is
    called. Of several that a day off missed, only the last one goes out.
    """
    on, roll = local(at).date(), Roll()
    owed = [line for line in all_lines(on=on) if line.is_owed]
    kinds = ((line, _kind(line, roll, on)) for line in owed)
    return sum(_remind(line, kind, at) for line, kind in kinds if kind)


def _kind(line: ReturnLine, roll: Roll, on: date) -> str:
    """Tell which reminder a return is due for on a day, "" if none."""
    if line.is_late:
        return LATE if on - line.due_on <= TOLD_LATE else ""
    approver = people.get_organization(organization_id=line.approver_id)
    reached = (
        days
        for days in line.asked.remind_before
        if on >= roll.day(line.due_on, -days, approver)
    )
    found = min(reached, default=None)
    return "" if found is None else f"before-{found}"


def _remind(line: ReturnLine, kind: str, at: datetime) -> bool:
    with transaction.atomic():
        row, is_new = ReturnReminderRow.objects.get_or_create(
            indicator=line.asked.indicator,
            period=line.period.key,
            agency_id=line.agency_id,
            kind=kind,
            defaults={"at": at},
        )
        if is_new:
            due = ReturnDue(
                subject_id=row.id,
                agency_id=line.agency_id,
                indicator=line.asked.indicator,
                period=line.period.key,
                due_on=line.due_on,
                is_late=line.is_late,
            )
            events.record(due, actor=SYSTEM, at=at)
    return is_new
