"""The one place that reads the clock. Only doors ask it; rooms are told the time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Tell the current time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def local(moment: datetime) -> datetime:
    """Show a moment on the wall clock of Vietnam."""
    return moment.astimezone(VIETNAM)
