"""Ask other agencies, all at once or in turn; take their answers; report late ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, Invalid, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.people import queries as people
from tinhso.procedures.actions.asking import open_consultation
from tinhso.procedures.actions.uploads import reason_of
from tinhso.procedures.actions.work import record_move, take_action
from tinhso.procedures.models import ConsultationRow, DossierRow
from tinhso.procedures.queries.access import Side
from tinhso.procedures.queries.consultations import read_consultation
from tinhso.procedures.queries.rows import guard_data
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    AnswersInvalid,
    Consultation,
    ConsultationAnswered,
    ConsultationEnded,
    ConsultationLate,
    Opinion,
    ReasonMissing,
)
from tinhso.procedures.workflow import machine
from tinhso.security import queries as security
from tinhso.security.types import Deed

ANSWER_TYPES = ("application/pdf", "image/jpeg", "image/png")
MOST_ANSWER_BYTES = 20 * 2**20


def answer_consultation(
    *,
    consultation_id: UUID,
    opinion: Opinion | None,
    answer: str,
    actor: Actor,
    at: datetime,
    uploads: Sequence[tuple[str, bytes]] = (),
) -> Consultation:
    """Answer as the agency that was asked; the last answer moves the dossier on.

    :raises NotFound: if there is no such question, or not yet, or it is not theirs.
    :raises ConsultationEnded: if it was answered, or nobody waits for it any longer.
    :raises AnswersInvalid: without an opinion, or if a file is refused.
    :raises ReasonMissing: if it says anything but yes, and not why.
    """
    with transaction.atomic():
        row = _lock(consultation_id, actor)
        opinion = _refuse_incomplete(opinion, answer.strip())
        row.files = _stored(row, uploads, actor, at)
        row.opinion, row.answer = opinion.value, answer.strip()
        row.answered_at, row.answered_by, row.ended_at = at, actor.name, at
        row.save()
        name = people.get_organization(organization_id=row.organization_id).name
        note = f"{name}: {row.answer}" if row.answer else name
        record_move(row.dossier, "answer_consultation", note, actor, at)
        _audit("answer_consultation", row, actor, at)
        events.record(_answered(row, at), actor=actor, at=at)
        _open_next(row.dossier, at)
        _move_on(row.dossier, at)
    return read_consultation(row)


def report_late_consultations(*, at: datetime) -> int:
    """Report each answer that is late, once, to the agency that asked (Đ19.5)."""
    with transaction.atomic():
        late = list(
            ConsultationRow.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("dossier")
            .filter(ended_at=None, due_at__lt=at, reported_at=None)
        )
        for row in late:
            row.reported_at = at
            row.save(update_fields=["reported_at"])
            name = people.get_organization(organization_id=row.organization_id).name
            record_move(row.dossier, "consultation_late", name, SYSTEM, at)
            _audit("report_late_consultation", row, SYSTEM, at)
            event = ConsultationLate(
                subject_id=row.dossier_id,
                code=row.dossier.code,
                organization_id=row.dossier.organization_id,
                receiver_id=row.dossier.receiver_id,
                asked=name,
            )
            events.record(event, actor=SYSTEM, at=at)
    return len(late)


def _lock(consultation_id: UUID, actor: Actor) -> ConsultationRow:
    found = ConsultationRow.objects.filter(pk=consultation_id).first()
    if found is None or found.opened_at is None:
        raise NotFound
    asked = Side(None, found.organization_id)
    if not security.may(actor=actor, deed=Deed.ANSWER_CONSULTATION, thing=asked):
        raise NotFound
    # The dossier first, as every action on it does.
    dossier = DossierRow.objects.select_for_update().get(pk=found.dossier_id)
    row = ConsultationRow.objects.select_for_update().get(pk=consultation_id)
    if row.ended_at is not None:
        raise ConsultationEnded
    row.dossier = dossier
    return row


def _refuse_incomplete(opinion: Opinion | None, answer: str) -> Opinion:
    if opinion is None:
        raise AnswersInvalid({"opinion": [Phrase(N_("Hãy chọn một ý kiến."))]})
    if opinion is not Opinion.AGREES and not answer:
        raise ReasonMissing({"answer": [Phrase(ReasonMissing.message)]})
    return opinion


def _stored(
    row: ConsultationRow,
    uploads: Sequence[tuple[str, bytes]],
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Store what came with an answer; it belongs to the agency that asked."""
    ids = []
    for name, content in uploads:
        try:
            file = documents.store_file(
                content=content,
                name=name,
                owner_id=None,
                organization_id=row.dossier.organization_id,
                accepted=ANSWER_TYPES,
                max_bytes=MOST_ANSWER_BYTES,
                actor=actor,
                at=at,
            )
        except Invalid as refused:
            raise AnswersInvalid({"files": [reason_of(refused)]}) from refused
        ids.append(file.id)
    documents.release_files(file_ids=ids, actor=actor, at=at)
    return [str(file_id) for file_id in ids]


def _answered(row: ConsultationRow, at: datetime) -> ConsultationAnswered:
    assert row.due_at is not None  # noqa: S101 - the database keeps it with opened_at
    return ConsultationAnswered(
        subject_id=row.dossier_id,
        code=row.dossier.code,
        organization_id=row.dossier.organization_id,
        consultation_id=row.id,
        opinion=row.opinion,
        is_late=at > row.due_at,
    )


def _open_next(dossier: DossierRow, at: datetime) -> None:
    """Open the next question in turn, once none is open."""
    waiting = dossier.consultations.filter(ended_at=None)
    if waiting.exclude(opened_at=None).exists():
        return
    following = waiting.order_by("place", "id").first()
    if following is not None:
        open_consultation(following, at)
        following.save()


def _move_on(dossier: DossierRow, at: datetime) -> None:
    """Take the step of the system that waits for the last answer."""
    if dossier.consultations.filter(ended_at=None).exists():
        return
    workflow = procedure_version(dossier.procedure_id).workflow
    options = machine.offered(workflow, dossier.step, guard_data(dossier), ["system"])
    for option in options:
        take_action(
            dossier_id=dossier.id,
            action_key=option.key,
            revision=dossier.revision,
            actor=SYSTEM,
            at=at,
        )
        return


def _audit(deed: str, row: ConsultationRow, actor: Actor, at: datetime) -> None:
    details: Mapping[str, Any] = {
        "code": row.dossier.code,
        "consultation": str(row.id),
        "opinion": row.opinion,
        "files": row.files,
    }
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Dossier",
        subject_id=row.dossier_id,
        actor=actor,
        at=at,
        details=dict(details),
    )
