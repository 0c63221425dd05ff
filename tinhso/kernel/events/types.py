"""The words of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to one thing; rooms subclass it beside their words."""

    subject_id: UUID


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a reaction is told besides the event: which one, who caused it, and when."""

    event_id: UUID
    actor_id: UUID | None
    recorded_at: datetime


class Causer(Protocol):
    """Whoever caused an event; every actor is one."""

    @property
    def id(self) -> UUID | None:
        """Name the account, None for the system and for strangers."""
