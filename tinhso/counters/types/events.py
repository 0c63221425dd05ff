"""What counters tell the other rooms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.kernel.events.types import Event


@dataclass(frozen=True, kw_only=True)
class BookingMade(Event):
    """A place is booked."""

    owner_id: UUID
    organization_id: UUID
    code: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingMoved(Event):
    """A booking went to another slot."""

    owner_id: UUID
    organization_id: UUID
    code: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(Event):
    """A booking is off; is_by_unit: the unit closed, and `reason` says why."""

    owner_id: UUID
    organization_id: UUID
    code: str
    starts_at: datetime
    is_by_unit: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class BookingDue(Event):
    """A booking is for tomorrow."""

    owner_id: UUID
    organization_id: UUID
    code: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceOffered(Event):
    """A freed place is held for the first in line until a moment."""

    owner_id: UUID
    organization_id: UUID
    starts_at: datetime
    offer_until: datetime


@dataclass(frozen=True, kw_only=True)
class TicketIssued(Event):
    """A number was issued."""

    organization_id: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class TicketMoved(Event):
    """A number was called, served, handed on, finished, or nobody came."""

    organization_id: UUID
    number: str
    deed: str
    counter: int | None
