"""Sign for a leader who is absent, and take back a step handed on by mistake."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.events import actions as events
from tinhso.people.types import Role
from tinhso.procedures.actions.results import own_post, signer_of, write_draft
from tinhso.procedures.actions.tasks import journal, lock_dossier, open_task
from tinhso.procedures.actions.turn import Turn
from tinhso.procedures.actions.work import advance, moved, record_move
from tinhso.procedures.models import DossierRow, MoveRow, TaskRow
from tinhso.procedures.queries.access import place_of
from tinhso.procedures.queries.rows import read_dossier
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    RECALL_WITHIN,
    Dossier,
    DossierMovedOn,
    NothingToRecall,
    NothingToSign,
    Procedure,
    Step,
)


def sign_instead(
    *, dossier_id: UUID, revision: int, actor: Actor, at: datetime
) -> Dossier:
    """Write a draft anew in one's own name, whose named signer one stands in for.

    It is then looked at and signed like any other. Nobody signs with another's name.

    :raises NotFound: if the actor may not see the dossier.
    :raises DossierMovedOn: if somebody acted since it was seen.
    :raises NothingToSign: if it waits for no signature, or for none of those covered.
    :raises NoPostToSignWith: if the actor is no leader of the unit.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        if revision != row.revision:
            raise DossierMovedOn
        procedure = procedure_version(row.procedure_id)
        _refuse_unless_covered(row, procedure, actor)
        turn = Turn(row, procedure, actor, at, note="", reasons={}, data={})
        officer = {k: v for k, v in row.result_data.items() if k != "signer"}
        absent = row.result_data["signer"]["name"]
        write_draft(turn, officer, signer_of(own_post(turn, Role.LEADER)))
        advance(row)
        record_move(row, "sign_instead", absent, actor, at)
        journal("sign_instead", row, actor, at)
    return read_dossier(row, actor=actor, at=at)


def _refuse_unless_covered(row: DossierRow, procedure: Procedure, actor: Actor) -> None:
    covered = actor.covered(Role.LEADER, at=row.organization_id)
    named = row.result_data.get("signer", {}).get("person_id")
    is_covered = named in {str(one.person_id) for one in covered}
    if procedure.workflow.signing(row.step) is None or not is_covered:
        raise NothingToSign(code=row.code)


def recall_dossier(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Take back a step that one handed on by mistake, before anybody took it up.

    Only a step that did nothing but hand on, at most half an hour ago. The timeline
    keeps both.

    :raises NotFound: if the actor may not see the dossier.
    :raises NothingToRecall: if it was somebody else's step, did more, or is too old.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        moves = list(MoveRow.objects.filter(dossier=row).order_by("-id"))
        task = open_task(row)
        procedure = procedure_version(row.procedure_id)
        steps = _steps_back(row, procedure, moves, actor, at)
        if steps is None or task is None or task.assignee_id is not None:
            raise NothingToRecall
        back, came_from = steps
        task.closed_at, task.outcome = at, "recall"
        task.save(update_fields=["closed_at", "outcome"])
        row.step, row.status, row.came_from = back.key, back.status, came_from
        advance(row)
        _reopen(row, back, actor, at)
        record_move(row, "recall", "", actor, at)
        journal("recall", row, actor, at)
        events.record(moved(row, procedure, "recall"), actor=actor, at=at)
    return read_dossier(row, actor=actor, at=at)


def _steps_back(
    row: DossierRow,
    procedure: Procedure,
    moves: list[MoveRow],
    actor: Actor,
    at: datetime,
) -> tuple[Step, str] | None:
    """Find the step to go back to, and where the dossier had come from there."""
    last, *earlier = moves
    action = procedure.workflow.action(last.action)
    is_plain = action is not None and not action.effects and not action.needs
    is_own = last.actor_id == actor.id and at - last.at <= RECALL_WITHIN
    if not (is_plain and is_own and earlier) or earlier[0].step == row.step:
        return None
    back = earlier[0].step
    before = next((move.step for move in earlier if move.step != back), "")
    return procedure.workflow.step(back), before


def _reopen(row: DossierRow, step: Step, actor: Actor, at: datetime) -> None:
    """Open the task again as it was: for the one who had it, until the same moment."""
    former = TaskRow.objects.filter(dossier=row, step=step.key).order_by("-id").first()
    TaskRow.objects.create(
        dossier=row,
        step=step.key,
        role=step.role,
        organization_id=place_of(row, step),
        assignee_id=actor.id,
        assignee_name=actor.name,
        opened_at=at,
        due_at=former.due_at if former else row.due_at,
    )
