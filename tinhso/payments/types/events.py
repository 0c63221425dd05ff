"""What payments tell the other rooms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.kernel.events.types import Event


@dataclass(frozen=True, kw_only=True)
class BillIssued(Event):
    """Somebody owes a fee; thing, thing_id: what for. is_due: there is some to pay."""

    organization_id: UUID
    owner_id: UUID | None
    reference: str
    thing: str
    thing_id: UUID
    amount: int
    due_at: datetime
    is_due: bool


@dataclass(frozen=True, kw_only=True)
class BillPaid(Event):
    """A bill is paid in full, and its receipt is there."""

    organization_id: UUID
    owner_id: UUID | None
    reference: str
    thing: str
    thing_id: UUID
    amount: int
    receipt_id: UUID
    receipt_number: int


@dataclass(frozen=True, kw_only=True)
class BillTakenBack(Event):
    """An agency withdrew a bill."""

    organization_id: UUID
    owner_id: UUID | None
    reference: str
    thing: str
    thing_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundMade(Event):
    """Money went back to whoever paid a bill."""

    organization_id: UUID
    owner_id: UUID | None
    reference: str
    amount: int
    reason: str
