"""What follows once nothing is owed: the dossier goes on, and so does its clock."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import SYSTEM
from tinhso.procedures.actions.billing import is_owing
from tinhso.procedures.actions.work import take_action
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Effect


def go_on_paid(*, dossier_id: UUID, at: datetime) -> bool:
    """Let a dossier go on that waited for its fee; tell whether it did.

    One that stands elsewhere, or still owes something, stays as it is.
    """
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().get(pk=dossier_id)
        workflow = procedure_version(row.procedure_id).workflow
        ways = [
            action.key
            for action in workflow.actions
            if Effect.TAKE_FEE in action.effects and row.step in action.sources
        ]
        if not ways or is_owing(row):
            return False
        take_action(
            dossier_id=row.id,
            action_key=ways[0],
            revision=row.revision,
            actor=SYSTEM,
            at=at,
        )
    return True
