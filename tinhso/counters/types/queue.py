"""Numbers, who is called, and how long it takes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.counters.types.booking import Booking, Counter, Desk


class TicketState(StrEnum):
    """How a number stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number of one day. It names nobody, and no reason for its priority.

    token: the secret part of its public address; wanted: the counter it was handed to.
    """

    id: UUID
    organization_id: UUID
    day: date
    letter: str
    place: int
    token: str
    is_priority: bool
    appointment_at: datetime | None
    issued_at: datetime
    called_at: datetime | None
    state: TicketState
    counter: int | None
    wanted: int | None
    calls: int
    procedure_code: str
    is_synthetic: bool

    @property
    def number(self) -> str:
        """Write the number as it is called: `A001`."""
        return f"{self.letter}{self.place:03d}"


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """What whoever holds a number sees; minutes: None when it is not known."""

    ticket: Ticket
    organization_key: str
    organization_name: str
    ahead: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """A number on the screen, and where it goes."""

    number: str
    counter: int
    is_serving: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A group on the screen: who waits, and how long a new number would."""

    letter: str
    title: str
    waiting: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Screen:
    """What the public screen of a unit shows: numbers and counters only."""

    organization_key: str
    organization_name: str
    called: tuple[Called, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CounterView:
    """What the officer at a counter sees."""

    desk: Desk
    counter: Counter
    current: Ticket | None
    booking: Booking | None
    waiting: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Waiting and service times of a day, in whole minutes; None without any."""

    day: date
    issued: int
    served: int
    missed: int
    wait_median: int | None
    wait_p90: int | None
    service_median: int | None
    service_p90: int | None
