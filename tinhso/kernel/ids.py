"""Identifiers that sort by the time they were made (RFC 9562, version 7)."""

from uuid import UUID

from uuid_utils.compat import uuid7


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
