"""One lock for each desk: whoever changes places or numbers of a unit holds it.

Places and numbers are given out under this lock, and the constraints of the tables
stand behind it. A unit books and calls a few times a minute, so nobody waits long.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from tinhso.counters.models import DeskRow
from tinhso.counters.queries.desks import desk_of, works_at
from tinhso.counters.types import Desk, UnitHasNoDesk
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.security import queries as security
from tinhso.security.types import Deed


def lock_desk(organization_id: UUID) -> tuple[DeskRow, Desk]:
    """Lock the desk of a unit until the transaction ends.

    :raises UnitHasNoDesk: if it has none.
    """
    rows = DeskRow.objects.select_for_update(of=("self",))
    row = (
        rows.select_related("organization")
        .filter(organization_id=organization_id)
        .first()
    )
    if row is None:
        raise UnitHasNoDesk
    return row, desk_of(row)


def lock_to_work(organization_id: UUID, actor: Actor) -> tuple[DeskRow, Desk]:
    """Lock the desk at which an actor works.

    :raises UnitHasNoDesk: if there is none, or the actor works elsewhere.
    """
    row, desk = lock_desk(organization_id)
    if not works_at(actor, desk):
        raise UnitHasNoDesk
    return row, desk


def lock_to_set_up(organization_id: UUID, actor: Actor) -> tuple[DeskRow, Desk]:
    """Lock the desk that an actor sets up.

    :raises UnitHasNoDesk: if there is none, or the actor works elsewhere.
    :raises NotAllowed: if the actor works there and may not set it up.
    """
    row, desk = lock_to_work(organization_id, actor)
    security.require(actor=actor, deed=Deed.SET_UP_COUNTERS, thing=desk)
    return row, desk


def note(
    deed: str,
    *,
    subject: str,
    subject_id: UUID,
    actor: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write an act of this room into the journal."""
    audit.write(
        f"counters.{deed}",
        subject=f"counters.{subject}",
        subject_id=subject_id,
        actor=actor,
        at=at,
        details=details,
    )
