"""What waits to be told to the national portal."""

from datetime import datetime, timedelta

from tinhso.procedures.models import PortalMessageRow
from tinhso.procedures.types import PortalBacklog

STUCK_AFTER = timedelta(days=1)


def portal_backlog(*, at: datetime) -> PortalBacklog:
    """Count what the portal has not taken yet."""
    waiting = PortalMessageRow.objects.filter(delivered_at=None)
    newest = waiting.exclude(last_error="").order_by("-next_at").first()
    return PortalBacklog(
        waiting=waiting.count(),
        stuck=waiting.filter(queued_at__lt=at - STUCK_AFTER).count(),
        last_error=newest.last_error if newest else "",
    )
