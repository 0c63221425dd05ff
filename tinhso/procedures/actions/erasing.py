"""Erase what people said of themselves, where no law has it kept.

A dossier becomes a tombstone: its code, its procedure, its days and its steps stay, and
so does the journal, which never held any of it. What ended in a result is a record.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Phrase
from tinhso.kernel.events import actions as events
from tinhso.procedures.models import (
    ApplicationSignatureRow,
    ConsultationRow,
    DossierFileRow,
    DossierMessageRow,
    DossierRow,
    DraftRow,
    ErasureRow,
    EvaluationRow,
    FormerAnswersRow,
    MoveRow,
    NoticeRow,
    PortalMessageRow,
    ReceiptRow,
    SupplementRow,
)
from tinhso.procedures.types import (
    AlreadyErased,
    ComplaintPossible,
    DossierErased,
    DossierNotErasable,
    KeptAsRecord,
    NotTheApplicants,
    PortalNotTold,
    Status,
    StillOpen,
)

# A refusal may be complained of for 90 days (Luật Khiếu nại 02/2011/QH13 Điều 9).
COMPLAINT_DAYS = timedelta(days=90)
WITHOUT_RESULT = (Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED)
GONE = "(đã xóa)"
MOST_DRAFTS = 500


def erasable(
    *, codes: Sequence[str], request: DossierRow, at: datetime
) -> tuple[tuple[DossierRow, ...], tuple[Phrase, ...]]:
    """Find the dossiers that a request names, and say of each other why not.

    request: whose applicant asks, and whose agency decides on its own dossiers only.
    """
    held = DossierRow.objects.select_for_update().filter(
        owner_id=request.owner_id, organization_id=request.organization_id
    )
    found, faults = [], []
    for code in codes:
        row = held.filter(code=code).exclude(pk=request.pk).first()
        try:
            found.append(_refuse_what_is_kept(row, code, at))
        except DossierNotErasable as refusal:
            faults.append(Phrase(refusal.message, code=code))
    return tuple(found), tuple(faults)


def _refuse_what_is_kept(row: DossierRow | None, code: str, at: datetime) -> DossierRow:
    if row is None:
        raise NotTheApplicants(code=code)
    if row.erased_at is not None:
        raise AlreadyErased(code=code)
    if row.ended_at is None:
        raise StillOpen(code=code)
    if row.status not in WITHOUT_RESULT:
        raise KeptAsRecord(code=code)
    if row.status != Status.WITHDRAWN and at < row.ended_at + COMPLAINT_DAYS:
        raise ComplaintPossible(code=code)
    told = PortalMessageRow.objects.filter(portal__dossier=row, delivered_at=None)
    if told.exists():
        raise PortalNotTold(code=code)
    return row


def erase_dossier(
    row: DossierRow,
    *,
    basis: str,
    decision_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Erase the personal data of a locked dossier that `erasable` found.

    basis: the law it is erased by; decision: the answer in which it was decided.
    """
    files = _erase_files(row, actor, at)
    _empty_what_belongs_to(row)
    _empty(row, at)
    ErasureRow.objects.create(
        dossier=row,
        at=at,
        by_id=actor.id,
        by_name=actor.name,
        basis=basis,
        decision_id=decision_id,
        files=files,
    )
    audit.write(
        "procedures.erase_dossier",
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"basis": basis, "decision": str(decision_id or ""), "files": files},
    )
    events.record(
        DossierErased(subject_id=row.id, code=row.code, owner_id=row.owner_id),
        actor=actor,
        at=at,
    )


def forget_drafts(*, at: datetime) -> int:
    """Delete drafts nobody has touched for long, with their files; say how many."""
    before = at - timedelta(days=settings.TINHSO_DRAFT_DAYS)
    old = DraftRow.objects.filter(dossier=None, updated_at__lt=before)
    ids = list(old.order_by("updated_at").values_list("pk", flat=True)[:MOST_DRAFTS])
    for draft_id in ids:
        with transaction.atomic():
            draft = old.select_for_update(of=("self",)).filter(pk=draft_id).first()
            if draft is not None:
                audit.write(
                    "procedures.forget_draft",
                    subject="procedures.Draft",
                    subject_id=draft_id,
                    actor=SYSTEM,
                    at=at,
                )
                delete_draft(draft, SYSTEM, at)
    return len(ids)


def delete_draft(draft: DraftRow, actor: Actor, at: datetime) -> None:
    """Delete a locked draft with the files that nothing else names."""
    files, owner_id = set(_named(draft.answers)), draft.owner_id
    signature = draft.signature
    draft.delete()
    files = _only_here(files, owner_id)
    if signature is not None:
        files.add(signature.file_id)
        signature.delete()
    documents.erase_files(file_ids=files, actor=actor, at=at)


def _named(answers: Mapping[str, object]) -> Iterator[UUID]:
    """Find the files that answers name; nothing else is written like an id."""
    for value in answers.values():
        for part in value if isinstance(value, list) else ():
            try:
                yield UUID(str(part))
            except ValueError:
                continue


def _erase_files(row: DossierRow, actor: Actor, at: datetime) -> int:
    files = set(row.file_rows.values_list("file_id", flat=True))
    for messages in row.messages.values_list("files", flat=True):
        files |= {UUID(file_id) for file_id in messages}
    for answers in row.consultations.values_list("files", flat=True):
        files |= {UUID(file_id) for file_id in answers}
    signed = ApplicationSignatureRow.objects.filter(dossier=row)
    files |= set(signed.values_list("file_id", flat=True))
    count = documents.erase_files(
        file_ids=_only_here(files, row.owner_id, row), actor=actor, at=at
    )
    for papers in (ReceiptRow, NoticeRow):
        for paper in papers.objects.filter(dossier=row):
            count += documents.erase_document(
                document_id=paper.document_id, actor=actor, at=at
            )
    return count


def _only_here(
    files: set[UUID], owner_id: UUID, row: DossierRow | None = None
) -> set[UUID]:
    """Leave out what another dossier or draft names, too."""
    elsewhere = DossierFileRow.objects.filter(file_id__in=files).exclude(dossier=row)
    named = set(elsewhere.values_list("file_id", flat=True))
    drafts = DraftRow.objects.filter(owner_id=owner_id, dossier=None)
    for answers in drafts.values_list("answers", flat=True):
        named |= set(_named(answers))
    return files - named


def _empty_what_belongs_to(row: DossierRow) -> None:
    """Empty what stands in other tables; days, steps and officers stay."""
    FormerAnswersRow.objects.filter(dossier=row).delete()
    DraftRow.objects.filter(dossier=row).update(answers={}, sources={}, stated={})
    SupplementRow.objects.filter(dossier=row).update(reasons={})
    moves = MoveRow.objects.filter(dossier=row)
    moves.update(note="")
    moves.filter(actor_name=row.applicant_name).update(actor_name="")
    ConsultationRow.objects.filter(dossier=row).update(
        question=GONE, answer="", files=[]
    )
    talk = DossierMessageRow.objects.filter(dossier=row)
    talk.update(text=GONE, files=[])
    talk.filter(organization=None).update(author_name="")
    EvaluationRow.objects.filter(dossier=row).update(comment="")
    PortalMessageRow.objects.filter(portal__dossier=row).update(body={})
    ApplicationSignatureRow.objects.filter(dossier=row).update(name="")
    for receipt in ReceiptRow.objects.filter(dossier=row).exclude(corrections=[]):
        said = [
            {**one, "old": "", "new": "", "reason": ""} for one in receipt.corrections
        ]
        ReceiptRow.objects.filter(pk=receipt.pk).update(corrections=said)
    ReceiptRow.objects.filter(dossier=row).update(seal_at=None)


def _empty(row: DossierRow, at: datetime) -> None:
    row.answers, row.result_data, row.erased_at = {}, {}, at
    row.applicant_name = row.filed_by_name = row.content_digest = ""
    row.search = row.code.lower()
    row.revision += 1
    row.save(
        update_fields=[
            *("answers", "result_data", "erased_at", "applicant_name"),
            *("filed_by_name", "content_digest", "search", "revision"),
        ]
    )
