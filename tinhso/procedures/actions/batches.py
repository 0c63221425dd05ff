"""The same deed on several dossiers; each succeeds or is refused for itself."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from tinhso.documents import queries as documents
from tinhso.documents.types import (
    NO_SECRET,
    SECRET_FIELD,
    Ask,
    OneSignatureACode,
    PinBlocked,
    PinMissing,
    PinWrong,
    Secret,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound, Refused
from tinhso.people import queries as people
from tinhso.procedures.actions.standing_in import recall_dossier
from tinhso.procedures.actions.tasks import claim_task, journal, release_task
from tinhso.procedures.actions.work import take_action
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow, TaskRow
from tinhso.procedures.queries.access import Side, may_read
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    BatchOutcome,
    ColleagueCannot,
    NothingToSign,
    Seen,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

T = TypeVar("T")


def claim_tasks(
    *, dossier_ids: Sequence[UUID], actor: Actor, at: datetime
) -> BatchOutcome:
    """Claim the open tasks of several dossiers.

    Raises nothing: what is refused stands in the answer, with its reason.
    """
    return _each(
        dict.fromkeys(dossier_ids),
        lambda dossier_id: claim_task(dossier_id=dossier_id, actor=actor, at=at).code,
    )


def release_tasks(
    *, dossier_ids: Sequence[UUID], actor: Actor, at: datetime
) -> BatchOutcome:
    """Give the claimed tasks of several dossiers back to the desk.

    A head takes back what was assigned, too; raises nothing, as `claim_tasks`.
    """
    return _each(
        dict.fromkeys(dossier_ids),
        lambda dossier_id: _release(dossier_id, actor, at),
    )


def assign_tasks(
    *, dossier_ids: Sequence[UUID], person_id: UUID, actor: Actor, at: datetime
) -> BatchOutcome:
    """Assign the open tasks of several dossiers to a colleague who may do them.

    Raises nothing: what is refused stands in the answer, with its reason.
    """
    return _each(
        dict.fromkeys(dossier_ids),
        lambda dossier_id: _assign(dossier_id, person_id, actor, at),
    )


def advance_dossiers(
    *, seen: Sequence[Seen], action_key: str, actor: Actor, at: datetime
) -> BatchOutcome:
    """Take one action, which asks for nothing, on several dossiers as they were seen.

    One that has changed since is refused and stays; raises nothing.
    """
    return _each(
        {one.dossier_id: one for one in seen}.values(),
        lambda one: (
            take_action(
                dossier_id=one.dossier_id,
                action_key=action_key,
                revision=one.revision,
                actor=actor,
                at=at,
            ).code
        ),
    )


def recall_dossiers(
    *, dossier_ids: Sequence[UUID], actor: Actor, at: datetime
) -> BatchOutcome:
    """Take back the step just handed on of several dossiers; raises nothing."""
    return _each(
        dict.fromkeys(dossier_ids),
        lambda one: recall_dossier(dossier_id=one, actor=actor, at=at).code,
    )


def sign_results(
    *,
    seen: Sequence[Seen],
    actor: Actor,
    at: datetime,
    secret: Secret = NO_SECRET,
) -> BatchOutcome:
    """Sign the results of several dossiers, each as it was seen.

    One that has changed since is refused and stays unsigned. A PIN opens the token for
    each of them; a one-time code would sign the first only.
    :raises OneSignatureACode: if the leader signs with one-time codes.
    :raises PinMissing: if the leader's token needs a PIN, and none came.
    :raises PinWrong, PinBlocked: if it is not the token's; none is signed then.
    """
    _refuse_without_pin(actor, secret)
    outcome = _each(
        {one.dossier_id: one for one in seen}.values(),
        lambda one: _sign(one, actor, at, secret),
        last=(PinWrong, PinBlocked),
    )
    for refusal in () if outcome.done else outcome.refused:
        if isinstance(refusal, PinWrong | PinBlocked):
            raise refusal
    return outcome


def _refuse_without_pin(actor: Actor, secret: Secret) -> None:
    """Refuse the batch as a whole, before any of it."""
    if actor.person_id is None:
        return
    asked = documents.asked_when_signing(person_id=actor.person_id)
    if asked is Ask.CODE:
        raise OneSignatureACode
    if asked is Ask.PIN and not secret.value:
        raise PinMissing({SECRET_FIELD: [PinMissing.message]})


def _each(
    things: Iterable[T],
    deed: Callable[[T], str],
    last: tuple[type[Refused], ...] = (),
) -> BatchOutcome:
    """Do a deed on each; last: refusals after which no more is tried.

    A token locks itself after a few wrong PINs.
    """
    done: list[str] = []
    refused: list[Refused] = []
    for thing in things:
        try:
            done.append(deed(thing))
        except Refused as refusal:
            refused.append(refusal)
            if isinstance(refusal, last):
                break
    return BatchOutcome(tuple(done), tuple(refused))


def _sign(seen: Seen, actor: Actor, at: datetime, secret: Secret) -> str:
    row = DossierRow.objects.filter(pk=seen.dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    signing = procedure_version(row.procedure_id).workflow.signing(row.step)
    if signing is None:
        raise NothingToSign(code=row.code)
    return take_action(
        dossier_id=seen.dossier_id,
        action_key=signing.key,
        revision=seen.revision,
        actor=actor,
        at=at,
        secret=secret,
    ).code


def _assign(dossier_id: UUID, person_id: UUID, actor: Actor, at: datetime) -> str:
    with transaction.atomic():
        row, task = _managed(dossier_id, actor)
        posts = people.posts_of(person_id=person_id, on=day_of(at))
        wanted = (task.role, task.organization_id)
        account_id = security.account_of(person_id=person_id)
        held = [(post.role.value, post.organization.id) for post in posts]
        if wanted not in held or account_id is None:
            raise ColleagueCannot(code=row.code)
        task.assignee_id = account_id
        task.assignee_name = people.get_person(person_id=person_id).full_name
        task.save(update_fields=["assignee_id", "assignee_name"])
        journal("assign_task", row, actor, at, to=str(person_id))
    return row.code


def _release(dossier_id: UUID, actor: Actor, at: datetime) -> str:
    task = TaskRow.objects.filter(dossier_id=dossier_id, closed_at=None).first()
    if task is not None and task.assignee_id == actor.id:
        return release_task(dossier_id=dossier_id, actor=actor, at=at).code
    with transaction.atomic():
        row, task = _managed(dossier_id, actor)
        task.assignee_id, task.assignee_name = None, ""
        task.save(update_fields=["assignee_id", "assignee_name"])
        journal("release_task", row, actor, at)
    return row.code


def _managed(dossier_id: UUID, actor: Actor) -> tuple[DossierRow, TaskRow]:
    """Lock a dossier and its open task, as its holder or as head of those who may."""
    row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    task = TaskRow.objects.filter(dossier=row, closed_at=None).first()
    if task is None:
        raise NotFound
    # Who has it in hand may pass it on, too.
    if task.assignee_id is None or task.assignee_id != actor.id:
        desk = Side(None, task.organization_id)
        security.require(actor=actor, deed=Deed.ASSIGN, thing=desk)
    return row, task
