"""What deeds of this room end with: the directory counted on, and the journal."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F

from tinhso.exchange.models import VersionRow
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotAllowed

# What is asked for whoever wants data.
PURPOSE_MISSING = N_("Hãy nêu mục đích sử dụng.")
SOURCE_MISSING = N_("Hãy nêu căn cứ pháp lý.")
REASON_MISSING = N_("Hãy nêu lý do.")


def changed() -> None:
    """Count a change of the directory, in its transaction; gateways then read it."""
    if not VersionRow.objects.filter(pk=1).update(number=F("number") + 1):
        VersionRow.objects.create(pk=1, number=1)


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
        f"exchange.{deed}",
        subject=f"exchange.{subject}",
        subject_id=subject_id,
        actor=actor,
        at=at,
        details=details,
    )


def person_of(actor: Actor) -> UUID | None:
    """Name who decides: two people agree, and only the operator's commands are none.

    :raises NotAllowed: if it is neither.
    """
    if actor.person_id is None and actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed
    return actor.person_id
