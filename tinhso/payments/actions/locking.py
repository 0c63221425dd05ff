"""What deeds of this room begin and end with: a lock, an entry in the journal."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.payments.models import BillRow
from tinhso.payments.queries import bill_of
from tinhso.payments.types import Bill, BillNotFound
from tinhso.security import queries as security
from tinhso.security.types import Deed


def alone(words: str) -> None:
    """Let others with the same words wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])


def find_and_lock(reference: str) -> tuple[BillRow, Bill] | None:
    """Lock the bill of a reference until the transaction ends; None without one."""
    rows = BillRow.objects.select_for_update(of=("self",))
    row = rows.filter(reference=reference).first()
    return (row, bill_of(row=row)) if row else None


def lock_bill(reference: str, *, actor: Actor, deed: Deed) -> tuple[BillRow, Bill]:
    """Lock the bill to which an actor may do a deed.

    :raises BillNotFound: if there is none, or the actor may not know of it.
    :raises NotAllowed: if the actor may read it, and no more.
    """
    found = find_and_lock(reference)
    if found is None:
        raise BillNotFound
    if not security.may(actor=actor, deed=Deed.READ_BILL, thing=found[1]):
        raise BillNotFound
    security.require(actor=actor, deed=deed, thing=found[1])
    return found


def note(
    deed: str,
    *,
    subject: str,
    subject_id: UUID | None,
    actor: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write an act of this room into the journal."""
    audit.write(
        f"payments.{deed}",
        subject=f"payments.{subject}",
        subject_id=subject_id,
        actor=actor,
        at=at,
        details=details,
    )
