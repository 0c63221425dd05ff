"""Identifiers that sort by the time they were made (RFC 9562, version 7)."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

RANDOM_BITS = 74


def new_id() -> UUID:
    """Make a UUIDv7."""
    return uuid7()


def id_after(last: UUID | None) -> UUID:
    """Make a UUIDv7 that sorts after another, though the clock went back meanwhile.

    >>> late = UUID("0ffffff0-0000-7000-8000-000000000000")
    >>> id_after(late)
    UUID('0ffffff0-0000-7000-8000-000000000001')
    """
    made = new_id()
    return made if last is None or made > last else UUID(int=last.int + 1)


def id_of(moment: datetime, bits: int) -> UUID:
    """Make the UUIDv7 of a moment and 74 bits, the same again for the same of both.

    >>> id_of(datetime.fromisoformat("2026-01-01T00:00:00Z"), 1)
    UUID('019b76da-a800-7000-8000-000000000001')
    """
    high, low = divmod(bits, 1 << 62)
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
