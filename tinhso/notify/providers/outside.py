"""What notify asks of rooms above it; the page of wiring hands it in."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class Count(Protocol):
    """How working days are counted."""

    def __call__(self, *, day: date, days: int, agency_code: str) -> date:
        """Answer the day so many working days after one, or before it."""


class Audience(Protocol):
    """Who is told of an outage."""

    def __call__(
        self, *, after: UUID | None, limit: int, at: datetime
    ) -> tuple[UUID, ...]:
        """List people by id, from after one of them on."""


_counts: list[Count] = []
_audiences: list[Audience] = []


def keep_count(count: Count) -> None:
    """Count by this from now on."""
    _counts[:] = [count]


def keep_audience(find: Audience) -> None:
    """Tell these people, too."""
    _audiences.append(find)


def later(day: date, days: int) -> date:
    """Find the day so many working days after one, by the province's calendar.

    :raises LookupError: if nobody handed a calendar in.
    """
    if not _counts:
        raise LookupError("no page of wiring has handed in how working days count")
    return _counts[0](day=day, days=days, agency_code="")


def audience(*, after: UUID | None, limit: int, at: datetime) -> list[UUID]:
    """List the next people to be told, each once, by id."""

    def found() -> Iterator[UUID]:
        for find in _audiences:
            yield from find(after=after, limit=limit, at=at)

    return sorted(set(found()))[:limit]
