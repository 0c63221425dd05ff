"""Read which outages are announced."""

from datetime import datetime, timedelta

from tinhso.notify.models import OutageRow
from tinhso.notify.types import Outage

# So long before it starts every page says so.
BANNER = timedelta(days=3)


def outages(*, at: datetime) -> tuple[Outage, ...]:
    """List the outages that are announced or go on, the next one first."""
    rows = OutageRow.objects.filter(ended_at=None, ends_at__gt=at)
    return tuple(outage_of(row=row) for row in rows.order_by("starts_at"))


def past_outages(*, at: datetime, limit: int = 20) -> tuple[Outage, ...]:
    """List those that are over, the last one first."""
    rows = OutageRow.objects.exclude(ended_at=None, ends_at__gt=at)
    return tuple(outage_of(row=row) for row in rows.order_by("-starts_at")[:limit])


def next_outage(*, at: datetime) -> Outage | None:
    """Find the outage that pages tell of now; None if there is none so near."""
    near = (one for one in outages(at=at) if one.starts_at - at <= BANNER)
    return next(near, None)


def outage_of(*, row: OutageRow) -> Outage:
    """Hand out an outage."""
    return Outage(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        what=row.what,
        is_planned=row.is_planned,
        reason=row.reason,
        announced_at=row.announced_at,
        ended_at=row.ended_at,
    )
