"""Forms 02, 03 and 04: what an applicant gets in writing when something happens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.procedures.models import DossierRow, NoticeRow, TaskRow
from tinhso.procedures.queries import forms_data as forms
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import PrintedKind, Status, SupplementPolicy

WHOLE = "Toàn hồ sơ"
NOT_RECEIVED = "Không tiếp nhận hồ sơ"
REFUSED = "Từ chối giải quyết hồ sơ"


def issue_notice(
    *, dossier_id: UUID, kind: PrintedKind, actor: Actor, at: datetime
) -> UUID:
    """Write form 02, 03 or 04 of a dossier, each once; answer the document.

    What it says and its date are those of the act that it tells of.

    :raises LookupError: if what it would tell of did not happen.
    """
    form = NOTICES[kind]
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().get(pk=dossier_id)
        known = NoticeRow.objects.filter(dossier=row, kind=kind).first()
        if known is not None:
            return known.document_id
        document = documents.render_document(
            template_key=form.template,
            template_version=None,
            data={**forms.common(row), **form.write(row)},
            title=f"{form.title} {row.code}",
            kind=form.kind,
            organization_id=row.organization_id,
            owner_id=row.owner_id,
            number_series=None,
            replaces=None,
            synthetic=row.is_synthetic,
            actor=actor,
            at=at,
            look_up=forms.look_up_address(row.code),
        )
        NoticeRow.objects.create(dossier=row, kind=kind, document_id=document.id, at=at)
        audit.write(
            "procedures.issue_notice",
            subject="procedures.Dossier",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={
                "kind": kind,
                "document": str(document.id),
                "sha256": document.sha256,
            },
        )
    return document.id


def _supplement(row: DossierRow) -> dict[str, object]:
    asked = getattr(row, "supplement", None)
    if asked is None:
        raise LookupError(f"{row.code} was not asked to be completed")
    procedure = procedure_version(row.procedure_id)
    labels = {field.key: field.label.vi for field in procedure.form.fields()}
    waiting = TaskRow.objects.filter(dossier=row, opened_at=asked.asked_at).first()
    return {
        "date": forms.day_written(asked.asked_at),
        "by": asked.asked_by,
        "asked": [
            {"what": labels.get(key, WHOLE), "why": why}
            for key, why in asked.reasons.items()
        ],
        "until": forms.written(waiting.due_at) if waiting else "",
        "restarts": procedure.supplement_policy is SupplementPolicy.RESTART,
    }


def _refusal(row: DossierRow) -> dict[str, object]:
    refused = (Status.NOT_RECEIVED, Status.STOPPED)
    move = row.moves.filter(status__in=refused).order_by("id").first()
    if move is None:
        raise LookupError(f"{row.code} was not refused")
    is_unreceived = move.status == Status.NOT_RECEIVED
    return {
        "date": forms.day_written(move.at),
        "by": move.actor_name,
        "by_title": "Người tiếp nhận hồ sơ" if is_unreceived else "Người giải quyết",
        "decision": NOT_RECEIVED if is_unreceived else REFUSED,
        "reason": move.note,
    }


def _apology(row: DossierRow) -> dict[str, object]:
    extension = getattr(row, "extension", None)
    if extension is None:
        raise LookupError(f"{row.code} was not re-dated")
    move = row.moves.filter(action="extend").order_by("id").first()
    return {
        "date": forms.day_written(extension.at),
        "by": move.actor_name if move else "",
        "received": forms.written(row.submitted_at),
        "old_due": forms.written(extension.old_due_at),
        "new_due": forms.written(extension.new_due_at),
        "reason": extension.reason,
    }


@dataclass(frozen=True, slots=True)
class _Form:
    """How a notice is written."""

    template: str
    kind: str
    title: str
    write: Callable[[DossierRow], dict[str, object]]


NOTICES = {
    PrintedKind.SUPPLEMENT: _Form(
        "supplement_notice", "PBS", "Phiếu yêu cầu bổ sung", _supplement
    ),
    PrintedKind.REFUSAL: _Form("refusal_notice", "PTC", "Phiếu từ chối", _refusal),
    PrintedKind.APOLOGY: _Form(
        "apology_notice", "PXL", "Phiếu xin lỗi, hẹn lại", _apology
    ),
}
