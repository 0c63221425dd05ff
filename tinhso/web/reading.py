"""Read what pages are sent, before anything is believed of it."""

from uuid import UUID


def uuid_of(text: str) -> UUID | None:
    """Read an identifier; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
