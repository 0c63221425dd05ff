"""Read the journal: what happened to some things."""

from collections.abc import Collection
from uuid import UUID

from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.audit.types import Entry


def entries_about(
    *, subject_ids: Collection[UUID], deeds: Collection[str], most: int
) -> tuple[Entry, ...]:
    """List what was done to some things, the newest first, sealed yet or not."""
    rows = JournalEntry.objects.filter(subject_id__in=subject_ids, deed__in=deeds)
    return tuple(
        Entry(
            id=row.id,
            position=None,
            at=row.at,
            actor_id=row.actor_id,
            actor_kind=row.actor_kind,
            deed=row.deed,
            subject=row.subject,
            subject_id=row.subject_id,
            details=row.details,
        )
        for row in rows.order_by("-id")[:most]
    )
