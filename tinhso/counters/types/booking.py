"""The desk of a unit, its slots, and what people book."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID


class BookingState(StrEnum):
    """How a booking stands.

    OFFERED: held for somebody from the waiting list until `offer_until`.
    """

    BOOKED = "booked"
    OFFERED = "offered"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one weekday (1 is Monday), cut into slots of so many minutes.

    quota: people a slot takes.
    """

    id: UUID | None
    weekday: int
    opens: time
    closes: time
    slot_minutes: int
    quota: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A time in which the unit takes nobody, and why."""

    id: UUID | None
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot as the pattern has it, before anybody books."""

    starts_at: datetime
    ends_at: datetime
    quota: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot and how many of its places are taken."""

    starts_at: datetime
    ends_at: datetime
    quota: int
    taken: int

    @property
    def free(self) -> int:
        """Count the places left; none where the quota was lowered below them."""
        return max(self.quota - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which one may book, with its free places."""

    day: date
    free: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of services with numbers of its own: A, "Tiếp nhận hồ sơ"."""

    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter; it serves the groups named, or all when none is."""

    id: UUID
    number: int
    title: str
    letters: tuple[str, ...]
    is_open: bool

    def serves(self, letter: str) -> bool:
        """Tell whether the counter serves a group."""
        return not self.letters or letter in self.letters


@dataclass(frozen=True, slots=True)
class Desk:
    """How a unit takes bookings and calls numbers.

    days_ahead: how far one may book; offer_minutes: how long a freed place is held for
    the first in line; most_bookings: open ones of one person; priority_run: how many
    preferred numbers a counter calls in a row while others wait.
    """

    organization_id: UUID
    key: str
    name: str
    address: str
    takes_bookings: bool
    days_ahead: int
    offer_minutes: int
    most_bookings: int
    priority_run: int
    priority_groups: tuple[str, ...]
    windows: tuple[Window, ...]
    closures: tuple[Closure, ...]
    groups: tuple[Group, ...]
    counters: tuple[Counter, ...]

    @property
    def owner_id(self) -> UUID | None:
        """Name no person: a desk belongs to its unit."""
        return None


@dataclass(frozen=True, slots=True)
class Booking:
    """A place in a slot. procedure_code: empty for another matter."""

    id: UUID
    owner_id: UUID
    owner_name: str
    organization_id: UUID
    organization_name: str
    organization_address: str
    starts_at: datetime
    ends_at: datetime
    code: str
    procedure_code: str
    state: BookingState
    offer_until: datetime | None
    cancel_reason: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in line for a slot, or for any slot of a day (`starts_at` None)."""

    id: UUID
    owner_id: UUID
    organization_id: UUID
    organization_name: str
    day: date
    starts_at: datetime | None
    ahead: int
