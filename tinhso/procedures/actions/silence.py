"""What follows when nobody answers: tacit transitions after the time of a step."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import Refused
from tinhso.procedures.actions.billing import is_owing
from tinhso.procedures.actions.paid import go_on_paid
from tinhso.procedures.actions.work import take_action
from tinhso.procedures.models import DossierRow, TaskRow
from tinhso.procedures.queries.access import CITIZEN
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Status

MOST_AT_ONCE = 200
NOTES = {
    Status.SUPPLEMENT_ASKED: "Quá thời hạn mà không nhận được phần bổ sung.",
    Status.PAYMENT_ASKED: "Quá thời hạn mà chưa nộp phí, lệ phí.",
}


def take_tacit_actions(*, at: datetime) -> int:
    """Take the action a workflow names for each applicant's step that ran out.

    Answers how many were taken. One that is refused stays as it is, for its officers.
    """
    waiting = TaskRow.objects.filter(closed_at=None, role=CITIZEN, due_at__lt=at)
    found = waiting.order_by("due_at").values_list("dossier_id", flat=True)
    return sum(_take(dossier_id, at) for dossier_id in found[:MOST_AT_ONCE])


def _take(dossier_id: UUID, at: datetime) -> bool:
    try:
        with transaction.atomic():
            row = DossierRow.objects.select_for_update().get(pk=dossier_id)
            workflow = procedure_version(row.procedure_id).workflow
            step = workflow.step(row.step)
            if not step.on_silence or step.role != CITIZEN:
                return False
            if step.status is Status.PAYMENT_ASKED and not is_owing(row):
                return go_on_paid(dossier_id=row.id, at=at)
            take_action(
                dossier_id=row.id,
                action_key=step.on_silence,
                revision=row.revision,
                note=NOTES.get(step.status, ""),
                actor=SYSTEM,
                at=at,
            )
    except Refused:
        return False
    return True
