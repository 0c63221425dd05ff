"""Write what happens to an account into the journal."""

from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit


def journal(
    deed: str, account_id: UUID | None, actor: Actor, at: datetime, **details: object
) -> None:
    """Write an entry about an account; without an id, about all of them."""
    audit.write(
        f"security.{deed}",
        subject="security.Account",
        subject_id=account_id,
        actor=actor,
        at=at,
        details=details,
    )
