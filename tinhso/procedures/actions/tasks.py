"""Who has a dossier in hand: lock it, claim its open task, give it back, journal it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.procedures.models import DossierRow, TaskRow
from tinhso.procedures.queries.access import may_read, roles_on
from tinhso.procedures.queries.rows import read_dossier
from tinhso.procedures.types import Dossier, DossierClaimedByOther


def claim_task(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Claim the open task of a dossier, so that colleagues leave it alone.

    :raises NotAllowed: if the task waits for another role.
    :raises DossierClaimedByOther: if a colleague was faster.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        task = open_task(row)
        if task is None or task.role not in roles_on(actor, row):
            raise NotAllowed
        refuse_if_claimed(task, actor)
        task.assignee_id, task.assignee_name = actor.id, actor.name
        task.save(update_fields=["assignee_id", "assignee_name"])
        journal("claim_task", row, actor, at)
    return read_dossier(row, actor=actor, at=at)


def release_task(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Give a claimed task back to the desk."""
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        task = open_task(row)
        if task is None or task.assignee_id != actor.id:
            raise NotAllowed
        task.assignee_id, task.assignee_name = None, ""
        task.save(update_fields=["assignee_id", "assignee_name"])
        journal("release_task", row, actor, at)
    return read_dossier(row, actor=actor, at=at)


def lock_dossier(dossier_id: UUID, actor: Actor) -> DossierRow:
    """Lock a dossier for the rest of the transaction.

    :raises NotFound: if the actor may not see it.
    """
    row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return row


def open_task(row: DossierRow) -> TaskRow | None:
    """Find what somebody must do with a dossier now."""
    return TaskRow.objects.filter(dossier=row, closed_at=None).first()


def refuse_if_claimed(task: TaskRow, actor: Actor) -> None:
    """Pass only who has the task, does it for its absent holder, or finds it free.

    :raises DossierClaimedByOther: if a colleague has claimed it.
    """
    covered = actor.covered(task.role, at=task.organization_id)
    free = {None, actor.id, *(one.account_id for one in covered)}
    if task.assignee_id not in free:
        raise DossierClaimedByOther(name=task.assignee_name)


def journal(
    deed: str, row: DossierRow, actor: Actor, at: datetime, **details: str
) -> None:
    """Write into the journal what was done to a dossier, and how it stands now."""
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={
            "code": row.code,
            "step": row.step,
            "revision": row.revision,
            "due_at": row.due_at.isoformat(),
            **details,
        },
    )
