"""The same deed on several dossiers; each succeeds or is refused for itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.procedures.actions.work import claim_task
from tinhso.procedures.types import BatchOutcome


def claim_tasks(
    *, dossier_ids: Sequence[UUID], actor: Actor, at: datetime
) -> BatchOutcome:
    """Claim the open tasks of several dossiers.

    Raises nothing: what is refused stands in the answer, with its reason.
    """
    done: list[str] = []
    refused: list[Refused] = []
    for dossier_id in dict.fromkeys(dossier_ids):
        try:
            done.append(claim_task(dossier_id=dossier_id, actor=actor, at=at).code)
        except Refused as refusal:
            refused.append(refusal)
    return BatchOutcome(tuple(done), tuple(refused))
