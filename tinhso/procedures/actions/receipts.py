"""Form 01: the receipt with the date of return (TT 01/2018/TT-VPCP Đ9).

A receipt that was wrong is corrected by a new version; all of them stay on record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.procedures.catalogue.handed_in import handed_in
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow, ReceiptRow
from tinhso.procedures.queries import forms_data as forms
from tinhso.procedures.queries.rows import dossier_files, limit_of
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, Correctable, Corrected, DossierFile

TEMPLATE = "receipt"
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
