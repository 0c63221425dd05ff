"""Working days, as the calendars of the house count them.

The calendars lie in a room beside this one; the page of wiring hands their count in.
"""

from datetime import date
from typing import Protocol


class Count(Protocol):
    """How working days are counted."""

    def __call__(self, *, day: date, days: int, agency_code: str) -> date:
        """Answer the day so many working days after one, or before it."""


_counts: list[Count] = []


def keep(count: Count) -> None:
    """Count by this from now on."""
    _counts[:] = [count]


def later(day: date, days: int, agency_code: str) -> date:
    """Find the day so many working days after one, or before it.

    :raises LookupError: if nobody handed a calendar in.
    """
    if not _counts:
        raise LookupError("no page of wiring has handed in how working days count")
    return _counts[0](day=day, days=days, agency_code=agency_code)
