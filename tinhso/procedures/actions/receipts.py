"""Form 01: the receipt with the date of return (TT 01/2018/TT-VPCP Đ9).

A receipt that was wrong is corrected by a new version; all of them stay on record.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import (
    AlreadySigned,
    CodeMissing,
    MeansNotDeclared,
    PinMissing,
    Signatory,
    SignatureRole,
)
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal
from tinhso.kernel.errors import Refused, Unavailable
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures.catalogue.handed_in import handed_in
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow, ReceiptRow
from tinhso.procedures.queries import forms_data as forms
from tinhso.procedures.queries.rows import dossier_files, limit_of
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, Correctable, Corrected, DossierFile

TEMPLATE = "receipt"
SUBMITTED = "procedures.submit_dossier"
MOST_AT_ONCE, AGAIN_AFTER = 100, timedelta(minutes=5)
PAPER_FORMS = {
    "original": "Bản chính",
    "certified": "Bản sao chứng thực",
    "certified_copy": "Bản sao chứng thực",
    "photocopy": "Bản chụp",
    "electronic": "Bản điện tử",
}
WHAT = {
    Correctable.APPLICANT_NAME: "Tên người nộp",
    Correctable.FEE: "Phí, lệ phí",
    Correctable.DUE_DAY: "Hạn trả kết quả",
}


def issue_receipt(*, dossier_id: UUID, actor: Actor, at: datetime) -> UUID:
    """Write the receipt of a dossier, once; answer the document."""
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().get(pk=dossier_id)
        if row.receipt_document_id is not None:
            return row.receipt_document_id
        return print_receipt(row, row.original_due_at, (), actor, at).document_id


def seal_receipts(*, at: datetime) -> int:
    """Seal the receipts that wait for it, each for the unit that took its dossier in.

    No receipt waits for its seal to be handed out. What is away ends the round; what is
    refused is tried again later, but for seals whose key asks for somebody's code each
    time, or that no unit has declared: these receipts go unsealed.
    """
    due = ReceiptRow.objects.filter(seal_at__lte=at).order_by("seal_at", "id")
    sealed = 0
    for receipt_id in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        # Beforehand: one that breaks the round must not be the first of the next.
        ReceiptRow.objects.filter(pk=receipt_id).update(seal_at=at + AGAIN_AFTER)
        try:
            sealed += _seal(receipt_id, at)
        except Refused as refusal:
            if refusal.status == Unavailable.status:
                break
    return sealed


def _seal(receipt_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        rows = ReceiptRow.objects.select_for_update(of=("self",))
        receipt = rows.select_related("dossier").get(pk=receipt_id)
        is_newest = receipt.document_id == receipt.dossier.receipt_document_id
        is_sealed = is_newest and _take_seal(receipt, at)
        receipt.seal_at = None
        receipt.save(update_fields=["seal_at"])
    return int(is_sealed)


def _take_seal(receipt: ReceiptRow, at: datetime) -> bool:
    unit = _unit(receipt.dossier)
    try:
        documents.sign_document(
            document_id=receipt.document_id,
            signatory=Signatory(None, unit.id, unit.name, "", unit.name),
            role=SignatureRole.SEAL,
            actor=SYSTEM,
            at=at,
        )
    except (MeansNotDeclared, PinMissing, CodeMissing, AlreadySigned):
        return False
    return True


def print_receipt(
    row: DossierRow,
    due_at: datetime,
    corrections: Sequence[Corrected],
    actor: Actor,
    at: datetime,
) -> ReceiptRow:
    """Print the next version of a locked dossier's receipt and keep it on record."""
    number = row.receipts.count() + 1
    document = documents.render_document(
        template_key=TEMPLATE,
        template_version=None,
        data=_data(row, number, due_at, corrections, at),
        title=f"Giấy tiếp nhận hồ sơ {row.code}",
        kind="GTN",
        organization_id=row.organization_id,
        owner_id=row.owner_id,
        number_series=None,
        replaces=row.receipt_document_id,
        synthetic=row.is_synthetic,
        actor=actor,
        at=at,
        look_up=forms.look_up_address(row.code),
        evidence=_evidence(row, at),
    )
    receipt = ReceiptRow.objects.create(
        dossier=row,
        number=number,
        document_id=document.id,
        due_at=due_at,
        corrections=[asdict(one) for one in corrections],
        by_id=actor.id,
        by_name=actor.name,
        at=at,
        seal_at=at,
    )
    row.receipt_document_id = document.id
    row.save(update_fields=["receipt_document"])
    audit.write(
        "procedures.issue_receipt",
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={
            "document": str(document.id),
            "sha256": document.sha256,
            "number": number,
        },
    )
    return receipt


def _evidence(row: DossierRow, at: datetime) -> dict[str, str]:
    """Write what the receipt carries: what was taken in, and that the journal has it.

    `tinhso-verify receipt` reads it; its due date is the legal one, whatever a
    corrected receipt promises.
    """
    found = audit.evidence(deed=SUBMITTED, subject_id=row.id, at=at)
    entry, proof = json.loads(found.entry), found.proof
    if "files" not in entry["details"]:  # taken in before receipts proved themselves
        return {}
    said = {
        "format": "tinhso-receipt/1",
        "code": row.code,
        "procedure": entry["details"]["procedure"],
        "unit": {"code": entry["details"]["unit"], "name": _unit(row).name},
        "submitted_at": row.submitted_at.isoformat(),
        "due_at": row.original_due_at.isoformat(),
        "files": [_listed(file) for file in _submitted(row, entry["details"]["files"])],
        "entry": found.entry,
        "proof": {
            **json.loads(journal.head_line(proof.head)),
            "position": proof.index,
            "path": [step.hex() for step in proof.path],
        },
    }
    return {
        "content": json.dumps(said, ensure_ascii=False),
        "position": str(proof.index + 1),
        "size": str(proof.head.size),
        "root": proof.head.root.hex(),
        "signed_at": forms.written(proof.head.signed_at),
    }


def _submitted(row: DossierRow, prints: Sequence[str]) -> list[DossierFile]:
    """Find the files the journal recorded, in its order; later ones are not listed."""
    by_print = {file.sha256: file for file in dossier_files(row)}
    return [by_print[one] for one in prints]


def _listed(file: DossierFile) -> dict[str, object]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def _unit(row: DossierRow) -> Organization:
    """Find who took the dossier in."""
    unit_id = row.receiver_id or row.organization_id
    return people.get_organization(organization_id=unit_id)


def _data(
    row: DossierRow,
    number: int,
    due_at: datetime,
    corrections: Sequence[Corrected],
    at: datetime,
) -> dict[str, object]:
    procedure, files = procedure_version(row.procedure_id), _handed_in_files(row)
    return {
        **forms.common(row),
        "number": number,
        "channel": forms.CHANNELS[Channel(row.channel)],
        "limit": forms.limit_written(limit_of(row, procedure)),
        "received": forms.written(row.submitted_at),
        "due": forms.written(due_at),
        "fee": forms.fee_written(row.fee),
        "date": forms.day_written(row.submitted_at if number == 1 else at),
        "corrections": [{**asdict(one), "what": WHAT[one.what]} for one in corrections],
        "papers": list(_papers(row, files)),
        "files": [
            {"name": file.name, "size": str(file.size), "sha256": file.sha256}
            for file in files
        ],
    }


def _handed_in_files(row: DossierRow) -> list[DossierFile]:
    """List what came with the dossier, not what officers add to it later."""
    fields = {f.key for f in procedure_version(row.procedure_id).form.fields()}
    return [file for file in dossier_files(row) if file.field in fields]


def _papers(row: DossierRow, files: Sequence[DossierFile]) -> Iterator[dict[str, str]]:
    found = handed_in(
        procedure_version(row.procedure_id),
        answers=row.answers,
        scanned={file.field for file in files},
        channel=Channel(row.channel),
        on=day_of(row.submitted_at),
    )
    for paper in found:
        yield {
            "title": paper.title.vi,
            "form": PAPER_FORMS.get(paper.form, paper.form),
            "copies": str(paper.copies) if paper.copies is not None else "",
        }
