"""Who may read and write what, and which roles they have where a dossier stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.errors import NotAllowed
from tinhso.procedures.models import DossierRow, DraftRow
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import ReadPurpose, Step
from tinhso.security import queries as security
from tinhso.security.types import Deed

CITIZEN = "citizen"
# Who reads for these sees no numbers and mail addresses of people.
HIDING = (ReadPurpose.OPINION, ReadPurpose.LOOKING_ON)
# As much of a dossier as `may_read` needs.
SIDES = DossierRow.objects.only(
    "owner_id", "organization_id", "receiver_id", "procedure_id", "step"
)


def may_read(actor: Actor, row: DossierRow) -> bool:
    """Tell whether an actor may read a dossier: whose it is, who decides, who took it.

    They see it whole: the one works on it, the other gives it back. Agencies that were
    asked about it see it, too.
    """
    return any(
        security.may(
            actor=actor, deed=Deed.READ_DOSSIER, thing=Side(row.owner_id, organization)
        )
        for organization in sides_of(row)
    )


def reads_of_others(actor: Actor, row: DossierRow) -> bool:
    """Tell whether an officer reads a dossier that is not their own."""
    return actor.kind is ActorKind.OFFICER and not owns(actor, row.owner_id)


def purpose_of(actor: Actor, row: DossierRow) -> ReadPurpose:
    """Tell for what an officer reads a dossier, as far as their role on it says."""
    if is_handling(actor, row):
        return ReadPurpose.HANDLING
    asked = {one.organization_id for one in row.consultations.all() if one.opened_at}
    if asked & actor.organizations():
        return ReadPurpose.OPINION
    return ReadPurpose.LOOKING_ON


def is_handling(actor: Actor, row: DossierRow) -> bool:
    """Tell whether it is for an actor to do something about an open dossier now."""
    workflow = procedure_version(row.procedure_id).workflow
    step, roles = workflow.step(row.step), roles_on(actor, row)
    acting = {one.role for one in workflow.actions if step.key in one.sources}
    return not step.is_end and bool({step.role, *acting} & set(roles))


def sides_of(row: DossierRow) -> Iterator[UUID]:
    """Walk through the organizations that see a dossier."""
    yield row.organization_id
    if row.receiver_id:
        yield row.receiver_id
    for asked in row.consultations.all():
        if asked.opened_at is not None:
            yield asked.organization_id


def may_write(actor: Actor, row: DraftRow) -> bool:
    """Tell whether an actor may write a draft: the applicant, or a clerk of the desk.

    Before it is submitted, what a desk writes is the desk's.
    """
    if row.desk_id is not None:
        desk = Side(None, row.desk_id)
        return security.may(actor=actor, deed=Deed.TAKE_IN, thing=desk)
    owner = Side(row.owner_id, None)
    return security.may(actor=actor, deed=Deed.APPLY, thing=owner)


@dataclass(frozen=True, slots=True)
class Side:
    """A thing as one side of it looks to a policy."""

    owner_id: UUID | None
    organization_id: UUID | None


def roles_on(actor: Actor, row: DossierRow) -> tuple[str, ...]:
    """List the roles an actor has where a dossier stands: its owner is `citizen`."""
    place = place_of(row, procedure_version(row.procedure_id).workflow.step(row.step))
    roles = [d.role for d in actor.duties if d.organization_id == place]
    if actor.kind is ActorKind.SYSTEM:
        roles.append("system")
    if owns(actor, row.owner_id):
        roles.append(CITIZEN)
    return tuple(roles)


def place_of(row: DossierRow, step: Step) -> UUID:
    """Tell at which organization somebody must act at a step."""
    if step.at_receiver and row.receiver_id:
        return row.receiver_id
    return row.organization_id


def account_of(actor: Actor) -> UUID:
    """Name the account somebody acts through.

    :raises NotAllowed: if there is none.
    """
    if actor.id is None:
        raise NotAllowed
    return actor.id


def owns(actor: Actor, owner_id: UUID) -> bool:
    """Tell whether a thing of somebody is the actor's own."""
    return actor.person_id is not None and actor.person_id == owner_id
