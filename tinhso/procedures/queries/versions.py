"""Published versions, read once: they never change, so each is kept by its id."""

from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from tinhso.procedures.catalogue import reading
from tinhso.procedures.deadlines.working_time import WorkingTime, day_of
from tinhso.procedures.models import CalendarVersion, FormVersion, ProcedureVersion
from tinhso.procedures.types import Form, Procedure, ProcedureNotInForce, WorkCalendar

# Dossiers are older than the year they are looked at in; time limits run on.
YEARS_BACK, YEARS_AHEAD = 6, 3
DEFAULT_CALENDAR = "default"

# Both are read for each submission, hence by hand.
CURRENT_VERSION = f"""
SELECT id, valid_to FROM {ProcedureVersion._meta.db_table}
WHERE code = %s AND valid_from <= %s AND NOT is_adopted
ORDER BY number DESC LIMIT 1
"""  # noqa: S608 - the name is our own
NEWEST_CALENDARS = f"""
SELECT DISTINCT ON (key) key, id FROM {CalendarVersion._meta.db_table}
ORDER BY key, number DESC
"""  # noqa: S608 - the name is our own


def current_version_id(*, code: str, on: date) -> UUID:
    """Find the version of a procedure in force on a day.

    :raises ProcedureNotInForce: if there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(CURRENT_VERSION, [code, on])
        found = cursor.fetchone()
    # The newest version decides: one that ends does not bring an older one back.
    if found is None or (found[1] is not None and found[1] <= on):
        raise ProcedureNotInForce
    return UUID(str(found[0]))


@lru_cache(maxsize=4096)
def procedure_version(version_id: UUID) -> Procedure:
    """Read one version of a procedure with all it uses."""
    row = ProcedureVersion.objects.select_related(
        "form", "officer_form", "workflow"
    ).get(pk=version_id)
    return reading.read_procedure(
        row.body,
        number=row.number,
        form=_form(row.form),
        workflow=reading.read_workflow(row.workflow.body, number=row.workflow.number),
        officer_form=_form(row.officer_form) if row.officer_form else None,
        template_version=row.template_version,
        is_adopted=row.is_adopted,
    )


def _form(row: FormVersion) -> Form:
    return reading.read_form(row.body, number=row.number)


def calendar_of(agency_code: str) -> UUID:
    """Find the newest calendar an agency works by, its own or the common one.

    :raises LookupError: if no calendar is published.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_CALENDARS)
        newest: dict[str, UUID] = dict(cursor.fetchall())
    for calendar_id in newest.values():
        if agency_code in calendar(calendar_id).organizations:
            return calendar_id
    if DEFAULT_CALENDAR not in newest:
        raise LookupError("no pack has published a calendar named 'default'")
    return newest[DEFAULT_CALENDAR]


def calendar_ids() -> tuple[UUID, ...]:
    """List all calendars there are; dossiers keep the one of their day."""
    return tuple(CalendarVersion.objects.values_list("pk", flat=True))


@lru_cache(maxsize=256)
def calendar(calendar_id: UUID) -> WorkCalendar:
    """Read one version of a calendar."""
    row = CalendarVersion.objects.get(pk=calendar_id)
    return reading.read_calendar(row.body, number=row.number)


def working_time(calendar_id: UUID, at: datetime) -> WorkingTime:
    """Lay out the working time of a calendar around a moment."""
    return _working_time(calendar_id, day_of(at).year)


@lru_cache(maxsize=256)
def _working_time(calendar_id: UUID, year: int) -> WorkingTime:
    return WorkingTime(
        calendar(calendar_id), first=year - YEARS_BACK, last=year + YEARS_AHEAD
    )
