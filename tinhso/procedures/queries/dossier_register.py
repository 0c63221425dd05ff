"""Form 06: the register of the dossiers that a unit took in or decides."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Phrase
from tinhso.people import queries as people
from tinhso.procedures.dossiers.punctuality import resolution
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.access import Side
from tinhso.procedures.queries.periods import bounds
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, RegisterLine, RegisterTooLong, Status
from tinhso.security import queries as security
from tinhso.security.types import Deed

# One register is one file; beyond this it takes too long to set.
MOST_LINES = 2000


def register(
    *, organization_id: UUID, first: date, last: date, actor: Actor
) -> tuple[RegisterLine, ...]:
    """List the dossiers handed in within a period, both days included, in order.

    :raises NotAllowed: if the actor is no officer of the unit.
    :raises PeriodWrong: if the period ends before it begins.
    :raises RegisterTooLong: if there are more than one register holds.
    """
    unit = Side(None, organization_id)
    security.require(actor=actor, deed=Deed.SEE_REGISTER, thing=unit)
    rows = registered(organization_id, first, last)
    ordered = rows.select_related("owner").order_by("submitted_at", "id")
    found = list(ordered[: MOST_LINES + 1])
    if len(found) > MOST_LINES:
        reason = Phrase(RegisterTooLong.message, most=MOST_LINES)
        raise RegisterTooLong({"last": [reason]}, most=MOST_LINES)
    agencies = _agencies(found)
    return tuple(_line(row, agencies) for row in found)


def registered(organization_id: UUID, first: date, last: date) -> QuerySet[DossierRow]:
    """Find what stands in a register.

    :raises PeriodWrong: if the period ends before it begins.
    """
    start, end = bounds(first, last)
    return DossierRow.objects.filter(
        Q(organization_id=organization_id) | Q(receiver_id=organization_id),
        submitted_at__gte=start,
        submitted_at__lt=end,
    )


def _agencies(rows: list[DossierRow]) -> Mapping[UUID, str]:
    return {
        agency_id: people.get_organization(organization_id=agency_id).name
        for agency_id in {row.organization_id for row in rows}
    }


def _line(row: DossierRow, agencies: Mapping[UUID, str]) -> RegisterLine:
    status, resolved_at = Status(row.status), row.resolved_at
    is_returned = status is Status.RETURNED
    return RegisterLine(
        code=row.code,
        procedure=procedure_version(row.procedure_id).title.vi,
        applicant=row.applicant_name,
        residence=row.owner.residence,
        phone=row.owner.phone,
        agency=agencies[row.organization_id],
        channel=Channel(row.channel),
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        resolved_at=resolved_at,
        returned_at=row.ended_at if is_returned else None,
        punctuality=resolution(
            resolved_at, row.due_at, status, stopped_at=row.stopped_at
        )
        if resolved_at
        else None,
        note=_note(status),
        is_synthetic=row.is_synthetic,
    )


def _note(status: Status) -> str:
    notes: Mapping[Status, str] = {
        Status.NOT_RECEIVED: "không tiếp nhận",
        Status.STOPPED: "từ chối giải quyết",
        Status.WITHDRAWN: "người nộp rút hồ sơ",
        Status.SUPPLEMENT_ASKED: "chờ bổ sung",
    }
    return notes.get(status, "")
