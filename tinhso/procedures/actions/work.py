"""Work on a dossier: take an action of its workflow, re-date it once.

Every action goes the same way: lock, refuse by name, effects, move, audit, event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import NO_SECRET, Secret
from tinhso.kernel.actor import Actor, Duty
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import id_after
from tinhso.procedures.actions import billing, effects
from tinhso.procedures.actions.drafts import file_field
from tinhso.procedures.actions.tasks import (
    journal,
    lock_dossier,
    open_task,
    refuse_if_claimed,
)
from tinhso.procedures.actions.turn import Turn
from tinhso.procedures.deadlines.working_time import apology_latest
from tinhso.procedures.dossiers.standing import (
    Resume,
    Standing,
    clock_policy,
    resumed_due,
    standing_after,
    task_due,
)
from tinhso.procedures.models import DossierRow, ExtensionRow, MoveRow, TaskRow
from tinhso.procedures.queries.access import place_of, roles_on
from tinhso.procedures.queries.rows import guard_data, limit_of, read_dossier
from tinhso.procedures.queries.versions import procedure_version, working_time
from tinhso.procedures.types import (
    Action,
    ActionNotOffered,
    AlreadyExtended,
    ApologyTooLate,
    DeadlineExtended,
    Dossier,
    DossierFile,
    DossierMoved,
    DossierMovedOn,
    Effect,
    InternalMoved,
    Need,
    NewDayNotLater,
    NewDayTooFar,
    Procedure,
    ReasonMissing,
    SamePersonTwice,
    Status,
    Step,
)
from tinhso.procedures.workflow import machine
from tinhso.security import queries as security
from tinhso.security.types import Deed

STANDING = tuple(one.name for one in fields(Standing))


def take_action(
    *,
    dossier_id: UUID,
    action_key: str,
    revision: int,
    actor: Actor,
    at: datetime,
    note: str = "",
    reasons: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    uploads: Sequence[tuple[str, bytes]] = (),
    secret: Secret = NO_SECRET,
) -> Dossier:
    """Take an action of the workflow on a dossier.

    revision: of the dossier as it was seen. note: the reason or remark; reasons: by
    form field, for a supplement; data: the officer's form, or the new answers;
    uploads: the signed result, where it was made outside the platform; secret: the PIN
    or one-time code, where the action signs and the signer's means asks for it.

    :raises NotFound: if the actor may not see the dossier.
    :raises DossierMovedOn: if somebody acted since it was seen.
    :raises ActionNotOffered: if this step does not offer the action to this actor.
    :raises DossierClaimedByOther: if a colleague has claimed it.
    :raises SamePersonTwice: if the actor did an earlier step that excludes this one.
    :raises ReasonMissing: if the action needs a reason.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        procedure = procedure_version(row.procedure_id)
        action = _refuse_unless_offered(row, procedure, action_key, revision, actor)
        turn = Turn(
            row=row,
            procedure=procedure,
            actor=actor,
            at=at,
            note=note.strip(),
            reasons={k: v.strip() for k, v in (reasons or {}).items() if v.strip()},
            data=dict(data or {}),
            uploads=uploads,
            secret=secret,
            owing_step=machine.target(
                procedure.workflow, action, row.came_from, is_owing=True
            ),
        )
        _refuse_without_needs(action, turn)
        for effect in action.effects:
            effects.EFFECTS[effect](turn)
        step = _target(turn, action)
        turn.name = acting_name(row, action, actor)
        _move(turn, action, step)
        _tell(turn, action)
        if step.is_end:
            billing.drop_bills(row, at)
    return read_dossier(row, actor=actor, at=at)


def _target(turn: Turn, action: Action) -> Step:
    workflow, came_from = turn.procedure.workflow, turn.row.came_from
    return machine.target(workflow, action, came_from, is_owing=turn.is_owing)


def attach_supplement(
    *,
    dossier_id: UUID,
    field_key: str,
    name: str,
    content: bytes,
    actor: Actor,
    at: datetime,
) -> DossierFile:
    """Store a file for a supplement; the action `supply` then names it.

    :raises NotFound: if the actor may not see the dossier, or no field takes files.
    :raises ActionNotOffered: if nothing is to be supplied.
    :raises Invalid: if the file is refused, by the names of `documents`.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        procedure = procedure_version(row.procedure_id)
        _refuse_unless_supplied(row, procedure, actor)
        field = file_field(procedure.form, field_key)
        file = documents.store_file(
            content=content,
            name=name,
            owner_id=row.owner_id,
            organization_id=row.organization_id,
            accepted=field.accepts,
            max_bytes=field.max_bytes,
            actor=actor,
            at=at,
        )
    return DossierFile(
        field.key, file.id, file.name, file.media_type, file.size, file.sha256
    )


def extend_deadline(
    *, dossier_id: UUID, reason: str, new_day: date, actor: Actor, at: datetime
) -> Dossier:
    """Apologize and re-date a dossier, once (NĐ 61/2018 Đ19.9).

    new_day: the new due date ends when the unit closes on that day.

    :raises AlreadyExtended: if it was re-dated before.
    :raises ApologyTooLate: later than one working day before the due date.
    :raises ReasonMissing: without a reason.
    :raises NewDayNotLater: if the new day is not after the due date.
    :raises NewDayTooFar: if no calendar covers the new day.
    """
    with transaction.atomic():
        row = lock_dossier(dossier_id, actor)
        security.require(actor=actor, deed=Deed.EXTEND_DEADLINE, thing=row)
        is_internal = procedure_version(row.procedure_id).is_internal
        # Who set the day of what goes between agencies is asked for another one.
        if row.ended_at is not None or is_internal:
            raise ActionNotOffered
        new_due_at = _new_due(row, reason, new_day, at)
        ExtensionRow.objects.create(
            dossier=row,
            at=at,
            reason=reason.strip(),
            old_due_at=row.due_at,
            new_due_at=new_due_at,
        )
        row.due_at = new_due_at
        advance(row)
        record_move(row, "extend", reason.strip(), actor, at)
        journal("extend_deadline", row, actor, at)
        event = DeadlineExtended(
            subject_id=row.id,
            code=row.code,
            owner_id=row.owner_id,
            new_due_at=new_due_at,
        )
        events.record(event, actor=actor, at=at)
    return read_dossier(row, actor=actor, at=at)


def _refuse_unless_offered(
    row: DossierRow, procedure: Procedure, key: str, revision: int, actor: Actor
) -> Action:
    if revision != row.revision:
        raise DossierMovedOn
    roles = roles_on(actor, row)
    options = machine.offered(procedure.workflow, row.step, guard_data(row), roles)
    action = next((option for option in options if option.key == key), None)
    if action is None:
        raise ActionNotOffered
    task = open_task(row)
    if task is not None and action.role == task.role:
        refuse_if_claimed(task, actor)
    _refuse_same_person(row, procedure, action, actor)
    return action


def _refuse_unless_supplied(
    row: DossierRow, procedure: Procedure, actor: Actor
) -> None:
    roles = roles_on(actor, row)
    options = machine.offered(procedure.workflow, row.step, guard_data(row), roles)
    if not any(Effect.TAKE_SUPPLEMENT in option.effects for option in options):
        raise ActionNotOffered


def _refuse_same_person(
    row: DossierRow, procedure: Procedure, action: Action, actor: Actor
) -> None:
    done = MoveRow.objects.filter(
        dossier=row, action__in=action.apart_from, actor_id=actor.id
    ).first()
    if done is not None:
        earlier = procedure.workflow.action(done.action)
        title = earlier.title.vi if earlier else done.action
        raise SamePersonTwice(earlier=title)


def _refuse_without_needs(action: Action, turn: Turn) -> None:
    if Need.REASON in action.needs and not turn.note:
        raise ReasonMissing({"note": [ReasonMissing.message]})
    if Need.FIELD_REASONS in action.needs and not turn.reasons:
        raise ReasonMissing({"reasons": [ReasonMissing.message]})


def _move(turn: Turn, action: Action, step: Step) -> None:
    row, at = turn.row, turn.at
    stood, resume = _standing(row), _resuming(turn)
    _stand(row, standing_after(stood, step=step, at=at, resume=resume))
    advance(row)
    record_move(row, action.key, turn.note, turn.actor, at, name=turn.name)
    _change_task(turn, action, step)


def _standing(row: DossierRow) -> Standing:
    return Standing(**{name: getattr(row, name) for name in STANDING})


def _stand(row: DossierRow, stands: Standing) -> None:
    for name in STANDING:
        setattr(row, name, getattr(stands, name))


def _resuming(turn: Turn) -> Resume:
    row, procedure = turn.row, turn.procedure

    def resume(stopped_at: datetime) -> datetime:
        return resumed_due(
            working_time(row.calendar_id, turn.at),
            clock_policy(Status(row.status), procedure.supplement_policy),
            limit=limit_of(row, procedure),
            due_at=row.due_at,
            stopped_at=stopped_at,
            at=turn.at,
        )

    return resume


def _change_task(turn: Turn, action: Action, step: Step) -> None:
    row, at = turn.row, turn.at
    task = open_task(row)
    if task is not None and task.step == step.key:
        return
    if task is not None:
        task.closed_at, task.outcome = at, action.key
        task.save(update_fields=["closed_at", "outcome"])
    if step.is_end:
        return
    working = working_time(row.calendar_id, at)
    TaskRow.objects.create(
        dossier=row,
        step=step.key,
        role=step.role,
        organization_id=place_of(row, step),
        opened_at=at,
        due_at=turn.task_due or task_due(working, step, at),
    )


def advance(row: DossierRow) -> None:
    """Save a dossier as its next revision."""
    row.revision += 1
    row.save()


def acting_name(row: DossierRow, action: Action, actor: Actor) -> str:
    """Name who acts; who does it for an absent colleague is named with them."""
    step = procedure_version(row.procedure_id).workflow.step(row.step)
    place = place_of(row, step)
    covered = actor.covered(action.role, at=place)
    own = [d for d in actor.duties if d == Duty(action.role, place) and not d.covers]
    if own or not covered:
        return actor.name
    return f"{actor.name} (làm thay {covered[0].name})"


def record_move(
    row: DossierRow,
    action: str,
    note: str,
    actor: Actor,
    at: datetime,
    *,
    name: str = "",
) -> None:
    """Write what happened into the timeline of a dossier, after all that did before."""
    MoveRow.objects.create(
        id=id_after(row.moves.order_by("-id").values_list("id", flat=True).first()),
        dossier=row,
        at=at,
        action=action,
        step=row.step,
        status=row.status,
        actor_id=actor.id,
        actor_name=name or actor.name,
        note=note,
    )


def moved(row: DossierRow, procedure: Procedure, action: str) -> DossierMoved:
    """Say that a dossier has come to where it now stands."""
    return DossierMoved(
        subject_id=row.id,
        code=row.code,
        owner_id=row.owner_id,
        organization_id=row.organization_id,
        procedure_code=procedure.code,
        action=action,
        step=row.step,
        status=row.status,
        due_at=row.due_at,
    )


def _tell(turn: Turn, action: Action) -> None:
    row = turn.row
    journal(f"take_action.{action.key}", row, turn.actor, turn.at)
    if turn.procedure.is_internal:
        # The other events tell applicants, the portal and the figures.
        told = InternalMoved(
            subject_id=row.id,
            owner_id=row.owner_id,
            procedure_code=turn.procedure.code,
            action=action.key,
        )
        events.record(told, actor=turn.actor, at=turn.at)
        return
    for event in (moved(row, turn.procedure, action.key), *turn.events):
        events.record(event, actor=turn.actor, at=turn.at)


def _new_due(row: DossierRow, reason: str, new_day: date, at: datetime) -> datetime:
    if ExtensionRow.objects.filter(dossier=row).exists():
        raise AlreadyExtended
    working = working_time(row.calendar_id, at)
    latest = apology_latest(working, row.due_at)
    if at > latest:
        raise ApologyTooLate(latest=f"{local(latest):%H:%M %d/%m/%Y}")
    if not reason.strip():
        raise ReasonMissing({"reason": [ReasonMissing.message]})
    try:
        new_due_at = working.closing_of(new_day)
    except OverflowError:
        raise NewDayTooFar({"new_day": [NewDayTooFar.message]}) from None
    if new_due_at <= row.due_at:
        raise NewDayNotLater({"new_day": [NewDayNotLater.message]})
    return new_due_at
