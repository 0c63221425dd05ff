"""Form 01: the receipt with the date of return (TT 01/2018/TT-VPCP Đ9)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.people import queries as people
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.rows import dossier_files
from tinhso.procedures.queries.versions import procedure_version

TEMPLATE = "receipt"


def issue_receipt(*, dossier_id: UUID, actor: Actor, at: datetime) -> UUID:
    """Write the receipt of a dossier, once; answer the document."""
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().get(pk=dossier_id)
        if row.receipt_document_id is not None:
            return row.receipt_document_id
        document = documents.render_document(
            template_key=TEMPLATE,
            template_version=None,
            data=_data(row),
            title=f"Giấy tiếp nhận hồ sơ {row.code}",
            kind="GTN",
            organization_id=row.organization_id,
            owner_id=row.owner_id,
            number_series=None,
            replaces=None,
            synthetic=row.is_synthetic,
            actor=actor,
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
            details={"document": str(document.id), "sha256": document.sha256},
        )
    return document.id


def _data(row: DossierRow) -> dict[str, object]:
    organization = people.get_organization(organization_id=row.organization_id)
    return {
        "agency": organization.name,
        "dossier_code": row.code,
        "applicant": row.applicant_name,
        "procedure": procedure_version(row.procedure_id).title.vi,
        "received": f"{local(row.submitted_at):%H:%M %d/%m/%Y}",
        "due": f"{local(row.original_due_at):%H:%M %d/%m/%Y}",
        "fee": f"{row.fee:,} ₫".replace(",", ".") if row.fee else "Miễn phí",
        "date": local(row.submitted_at).date().isoformat(),
        "lookup_url": f"{settings.TINHSO_ORIGIN}/tra-cuu",
        "files": [
            {"name": file.name, "size": str(file.size), "sha256": file.sha256}
            for file in dossier_files(row)
        ],
    }
