"""Form 05: who had a dossier from when to when, computed from its tasks."""

from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.procedures.dossiers.punctuality import punctuality
from tinhso.procedures.models import DossierRow, TaskRow
from tinhso.procedures.queries.access import CITIZEN, may_read
from tinhso.procedures.queries.rows import OTHER_MOVES
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import HandOver, Workflow


def hand_overs(*, dossier_id: UUID, actor: Actor) -> tuple[HandOver, ...]:
    """List who had a dossier, in order; the last line is open while it runs.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return hand_overs_of(row)


def hand_overs_of(row: DossierRow) -> tuple[HandOver, ...]:
    """List who had a dossier, for whoever may know it."""
    workflow = procedure_version(row.procedure_id).workflow
    tasks = row.tasks.order_by("opened_at", "id")
    return tuple(_hand_over(task, workflow) for task in tasks)


def _hand_over(task: TaskRow, workflow: Workflow) -> HandOver:
    is_applicant = task.role == CITIZEN
    unit = people.get_organization(organization_id=task.organization_id)
    is_classed = task.closed_at is not None and not is_applicant
    return HandOver(
        unit="" if is_applicant else unit.name,
        role=task.role,
        person=task.assignee_name,
        opened_at=task.opened_at,
        due_at=None if is_applicant else task.due_at,
        closed_at=task.closed_at,
        punctuality=punctuality(task.closed_at, task.due_at)
        if task.closed_at and is_classed
        else None,
        note=_outcome(task, workflow),
    )


def _outcome(task: TaskRow, workflow: Workflow) -> str:
    action = workflow.action(task.outcome)
    if action is not None:
        return action.title.vi
    other = OTHER_MOVES.get(task.outcome)
    return other.vi if other else ""
