"""Read the questions to other agencies: those of a dossier, those one must answer."""

from datetime import date
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.people.types import OrganizationUnknown
from tinhso.procedures.forms import reading
from tinhso.procedures.forms.logic import holds
from tinhso.procedures.models import ConsultationRow, DossierRow
from tinhso.procedures.queries.access import SIDES, Side, may_read
from tinhso.procedures.queries.rows import PAGE_SIZE, read_limit
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    Consultation,
    Dossier,
    DossierFile,
    Opinion,
    UsuallyAsked,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def consultations_of(*, dossier_id: UUID, actor: Actor) -> tuple[Consultation, ...]:
    """List the questions about a dossier, in their order.

    :raises NotFound: if the asker may not see the dossier.
    """
    row = SIDES.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return consultations_on(row)


def consultations_on(row: DossierRow) -> tuple[Consultation, ...]:
    """List the questions about the dossier of a row, in their order."""
    found = sorted(row.consultations.all(), key=lambda one: (one.asked_at, one.place))
    return tuple(read_consultation(each) for each in found)


def consultations_to_answer(*, actor: Actor) -> tuple[Consultation, ...]:
    """List the questions that wait for one's own agencies, the most urgent first."""
    asked = security.answering_for(actor=actor)
    rows = ConsultationRow.objects.filter(
        organization_id__in=asked, ended_at=None, opened_at__isnull=False
    )
    found = rows.select_related("dossier").order_by("due_at", "id")[:PAGE_SIZE]
    return tuple(read_consultation(row) for row in found)


def usual_consultations(*, dossier: Dossier, on: date) -> tuple[UsuallyAsked, ...]:
    """List whom the procedure of a dossier always asks, in the light of its answers."""
    form = dossier.procedure.form
    data = reading.with_computed(form, dossier.answers, on)
    found = []
    for usual in dossier.procedure.consultations:
        if not holds(usual.when, data):
            continue
        try:
            agency = people.organization_by_key(key=usual.agency, on=on)
        except OrganizationUnknown:
            continue
        found.append(UsuallyAsked(agency.id, usual.question, usual.limit))
    return tuple(found)


def get_consultation(*, consultation_id: UUID, actor: Actor) -> Consultation:
    """Read a question that one's own agency was asked.

    :raises NotFound: if there is none, or it is not theirs.
    """
    row = ConsultationRow.objects.filter(pk=consultation_id).first()
    if row is None or row.opened_at is None:
        raise NotFound
    asked = Side(None, row.organization_id)
    if not security.may(actor=actor, deed=Deed.ANSWER_CONSULTATION, thing=asked):
        raise NotFound
    return read_consultation(row)


def read_answer_file(
    *, consultation_id: UUID, file_id: UUID, actor: Actor
) -> tuple[DossierFile, bytes]:
    """Read a file that came with an answer, as one who may read the dossier.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    row = ConsultationRow.objects.filter(pk=consultation_id).first()
    if row is None or not may_read(actor, row.dossier):
        raise NotFound
    for file in _files(row):
        if file.file_id == file_id:
            return file, documents.read_file(file_id=file_id)
    raise NotFound


def read_consultation(row: ConsultationRow) -> Consultation:
    """Turn a row into a consultation."""
    limit = read_limit(row.limit)
    assert limit is not None  # noqa: S101 - every question has one
    return Consultation(
        id=row.id,
        dossier_id=row.dossier_id,
        dossier_code=row.dossier.code,
        procedure_title=procedure_version(row.dossier.procedure_id).title,
        organization_id=row.organization_id,
        organization_name=people.get_organization(
            organization_id=row.organization_id
        ).name,
        asked_by=row.asked_by,
        question=row.question,
        place=row.place,
        limit=limit,
        opened_at=row.opened_at,
        due_at=row.due_at,
        reported_at=row.reported_at,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        opinion=Opinion(row.opinion) if row.opinion else None,
        answer=row.answer,
        files=_files(row),
        ended_at=row.ended_at,
    )


def _files(row: ConsultationRow) -> tuple[DossierFile, ...]:
    found = [documents.get_file(file_id=UUID(file_id)) for file_id in row.files]
    return tuple(
        DossierFile("answer", f.id, f.name, f.media_type, f.size, f.sha256)
        for f in found
    )
