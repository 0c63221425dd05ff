"""Forms 05 and 06 and report 06a as PDF, written when an officer asks for them.

Nothing of it is kept; that it was printed stands in the journal, for it holds names.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.people.types import Role
from tinhso.procedures.actions.reading import note_list, note_reading_of
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries import forms_data as forms
from tinhso.procedures.queries.access import CITIZEN, may_read
from tinhso.procedures.queries.control import hand_overs_of
from tinhso.procedures.queries.dossier_register import register, registered
from tinhso.procedures.queries.readers import PRINT_REGISTER, READ_PAPER
from tinhso.procedures.queries.report06a import report_06a
from tinhso.procedures.types import HandOver, RegisterLine
from tinhso.security import queries as security
from tinhso.security.types import Deed

APPLICANT = "Người nộp hồ sơ"
HOLDING = "Đang giữ"
MADE_UP = "dữ liệu mô phỏng"
ROLES = {
    Role.CLERK: "bộ phận một cửa",
    Role.CASE_OFFICER: "công chức thẩm tra",
    Role.HEAD_OF_OFFICE: "Chánh Văn phòng",
    Role.LEADER: "lãnh đạo",
    Role.REGISTRAR: "văn thư",
}


def print_control_sheet(*, dossier_id: UUID, actor: Actor, at: datetime) -> bytes:
    """Print form 05 of a dossier as it stands, for an officer.

    :raises NotFound: if it does not exist or the actor may not see it as an officer.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    is_officer = security.may(actor=actor, deed=Deed.SEE_DESK)
    if row is None or not is_officer or not may_read(actor, row):
        raise NotFound
    pdf = documents.print_sheet(
        template_key="control_sheet",
        data={
            **forms.common(row),
            "date": forms.day_written(at),
            "received": forms.written(row.submitted_at),
            "due": forms.written(row.due_at),
            "rows": list(_hand_overs(hand_overs_of(row))),
        },
        title=f"Phiếu kiểm soát {row.code}",
        synthetic=row.is_synthetic,
        at=at,
        look_up=forms.look_up_address(row.code),
    )
    deed = "procedures.print_control_sheet"
    _audit(deed, "procedures.Dossier", row.id, actor, at, row.code)
    note_reading_of(row, READ_PAPER, actor, at)
    return pdf


def print_register(
    *, organization_id: UUID, first: date, last: date, actor: Actor, at: datetime
) -> bytes:
    """Print form 06 of a unit and a period, both days included.

    :raises NotAllowed, PeriodWrong, RegisterTooLong: as `register` does.
    """
    lines = register(
        organization_id=organization_id, first=first, last=last, actor=actor
    )
    unit = people.get_organization(organization_id=organization_id)
    pdf = documents.print_sheet(
        template_key="dossier_register",
        data={
            "unit": unit.name,
            "date": forms.day_written(at),
            "first": first.isoformat(),
            "last": last.isoformat(),
            "rows": [_register_line(line) for line in lines],
            "synthetic": sum(line.is_synthetic for line in lines),
        },
        title=f"Sổ theo dõi hồ sơ {unit.name}",
        synthetic=bool(lines) and all(line.is_synthetic for line in lines),
        at=at,
    )
    period = f"{first}/{last}"
    with transaction.atomic():
        entry_id = _audit(
            PRINT_REGISTER, "people.Organization", unit.id, actor, at, period
        )
        note_list(entry_id, registered(unit.id, first, last))
    return pdf


def print_report_06a(
    *,
    organization_id: UUID | None,
    first: date,
    last: date,
    actor: Actor,
    at: datetime,
) -> bytes:
    """Print report 06a; it holds no names, so that nothing stands in the journal.

    :raises NotAllowed, PeriodWrong: as `report_06a` does.
    """
    report = report_06a(
        organization_id=organization_id, first=first, last=last, actor=actor, at=at
    )
    return documents.print_sheet(
        template_key="report_06a",
        data={
            "unit": report.unit,
            "date": forms.day_written(at),
            "first": first.isoformat(),
            "last": last.isoformat(),
            "made_at": forms.written(at),
            "lines": [
                {"field": line.field, "columns": line.columns()}
                for line in report.lines
            ],
            "total": report.total.columns(),
            "synthetic": report.synthetic.received,
        },
        title=f"Biểu 06a/VPCP {report.unit}",
        synthetic=False,
        at=at,
    )


def _hand_overs(rows: Sequence[HandOver]) -> Iterator[dict[str, str]]:
    before = APPLICANT
    for row in rows:
        now = _side(row)
        yield {
            "from": before,
            "to": now,
            "opened": forms.written(row.opened_at),
            "due": forms.written(row.due_at),
            "closed": forms.written(row.closed_at),
            "result": forms.PUNCTUALITIES[row.punctuality] if row.punctuality else "",
            "note": row.note if row.closed_at else HOLDING,
        }
        before = now


def _side(row: HandOver) -> str:
    if row.role == CITIZEN:
        return APPLICANT
    known = {role.value: name for role, name in ROLES.items()}
    place = f"{row.unit}, {known.get(row.role, row.role)}"
    return f"{place} ({row.person})" if row.person else place


def _register_line(line: RegisterLine) -> dict[str, str]:
    known = line.punctuality
    notes = [
        forms.CHANNELS[line.channel],
        forms.PUNCTUALITIES[known].lower() if known else "",
        line.note,
        MADE_UP if line.is_synthetic else "",
    ]
    return {
        "code": line.code,
        "procedure": line.procedure,
        "applicant": line.applicant,
        "contact": ", ".join(part for part in (line.residence, line.phone) if part),
        "agency": line.agency,
        "received": forms.written(line.submitted_at),
        "due": forms.written(line.due_at),
        "resolved": forms.written(line.resolved_at),
        "returned": forms.written(line.returned_at),
        "note": "; ".join(note for note in notes if note),
    }


def _audit(
    deed: str, subject: str, subject_id: UUID, actor: Actor, at: datetime, what: str
) -> UUID:
    return audit.write(
        deed,
        subject=subject,
        subject_id=subject_id,
        actor=actor,
        at=at,
        details={"what": what},
    )
