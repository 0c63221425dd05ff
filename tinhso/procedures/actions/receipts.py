"""Form 01: the receipt with the date of return (TT 01/2018/TT-VPCP Đ9).

A receipt that was wrong is corrected by a new version; all of them stay on record.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import (
    CodeMissing,
    Document,
    PinMissing,
    Signatory,
    SignatureRole,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal
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
    document = _sealed(document, row, actor, at)
    receipt = ReceiptRow.objects.create(
        dossier=row,
        number=number,
        document_id=document.id,
        due_at=due_at,
        corrections=[asdict(one) for one in corrections],
        by_id=actor.id,
        by_name=actor.name,
        at=at,
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


def _sealed(
    document: Document, row: DossierRow, actor: Actor, at: datetime
) -> Document:
    """Seal a receipt for the unit that took the dossier in.

    Where its seal's key asks for somebody's code each time, the receipt goes unsealed.
    """
    unit = _unit(row)
    try:
        return documents.sign_document(
            document_id=document.id,
            signatory=Signatory(None, unit.id, unit.name, "", unit.name),
            role=SignatureRole.SEAL,
            actor=actor,
            at=at,
        )
    except (PinMissing, CodeMissing):
        return document


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
