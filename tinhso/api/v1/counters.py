"""Slots and bookings of the one-stop desks."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime

from tinhso.api.auth import PUBLIC, SIGNED_IN, caller
from tinhso.api.once import once
from tinhso.counters import actions, queries
from tinhso.counters.types import Booking, Desk, Screen, Slot
from tinhso.kernel import clock
from tinhso.procedures import queries as procedures

router = Router(tags=["counters"])


class DeskOut(Schema):
    """A unit that takes bookings."""

    unit_id: UUID
    key: str
    name: str
    days_ahead: int

    @classmethod
    def of(cls, desk: Desk) -> "DeskOut":
        """Write a desk."""
        return cls(
            unit_id=desk.organization_id,
            key=desk.key,
            name=desk.name,
            days_ahead=desk.days_ahead,
        )


class SlotOut(Schema):
    """A slot, with its places left."""

    starts_at: datetime
    ends_at: datetime
    free: int

    @classmethod
    def of(cls, slot: Slot) -> "SlotOut":
        """Write a slot."""
        return cls(starts_at=slot.starts_at, ends_at=slot.ends_at, free=slot.free)


class BookingIn(Schema):
    """What to book; procedure: empty for another matter."""

    unit_id: UUID
    starts_at: AwareDatetime
    procedure: str = ""


class MoveIn(Schema):
    """Where to move a booking."""

    starts_at: AwareDatetime


class BookingOut(Schema):
    """A booking of one's own."""

    id: UUID
    unit_id: UUID
    unit: str
    starts_at: datetime
    ends_at: datetime
    code: str
    procedure: str
    state: str
    offer_until: datetime | None
    is_synthetic: bool

    @classmethod
    def of(cls, found: Booking) -> "BookingOut":
        """Write a booking."""
        return cls(
            id=found.id,
            unit_id=found.organization_id,
            unit=found.organization_name,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            code=found.code,
            procedure=found.procedure_code,
            state=found.state.value,
            offer_until=found.offer_until,
            is_synthetic=found.is_synthetic,
        )


class CallOut(Schema):
    """A number and the counter it is called to."""

    number: str
    counter: int


class LineOut(Schema):
    """A group of services; minutes: estimated, null when it is not known."""

    letter: str
    title: str
    waiting: int
    minutes: int | None


class QueueOut(Schema):
    """What the public screen of a unit shows."""

    unit: str
    called: list[CallOut]
    lines: list[LineOut]

    @classmethod
    def of(cls, shown: Screen) -> "QueueOut":
        """Write a screen."""
        return cls(
            unit=shown.organization_name,
            called=[CallOut(number=c.number, counter=c.counter) for c in shown.called],
            lines=[
                LineOut(
                    letter=line.letter,
                    title=line.title,
                    waiting=line.waiting,
                    minutes=line.minutes,
                )
                for line in shown.lines
            ],
        )


@router.get("/desks", response=list[DeskOut], auth=PUBLIC)
def desks(request: HttpRequest) -> list[DeskOut]:
    """List the units that take bookings."""
    return [DeskOut.of(desk) for desk in queries.desks_open(at=clock.now())]


@router.get("/desks/{unit_id}/slots", response=list[SlotOut], auth=PUBLIC)
def slots(request: HttpRequest, unit_id: UUID, day: date) -> list[SlotOut]:
    """List the slots of a day that are still to come."""
    at = clock.now()
    found = queries.slots(
        organization_id=unit_id, day=day, days_off=_days_off(unit_id, at), at=at
    )
    return [SlotOut.of(slot) for slot in found]


@router.get("/desks/{unit_id}/queue", response=QueueOut, auth=PUBLIC)
def queue(request: HttpRequest, unit_id: UUID) -> QueueOut:
    """Read what the public screen shows: numbers and counters only."""
    return QueueOut.of(queries.screen(organization_id=unit_id, at=clock.now()))


@router.get("/bookings", response=list[BookingOut], auth=SIGNED_IN)
def my_bookings(request: HttpRequest) -> list[BookingOut]:
    """List one's own bookings, the latest first."""
    return [BookingOut.of(b) for b in queries.my_bookings(actor=caller(request))]


@router.post("/bookings", response={201: BookingOut}, auth=SIGNED_IN)
@once
def book(request: HttpRequest, given: BookingIn) -> Status[BookingOut]:
    """Book a slot."""
    at = clock.now()
    made = actions.book_slot(
        organization_id=given.unit_id,
        starts_at=given.starts_at,
        procedure_code=given.procedure,
        days_off=_days_off(given.unit_id, at),
        actor=caller(request),
        at=at,
    )
    return Status(201, BookingOut.of(made))


@router.post("/bookings/{booking_id}/move", response=BookingOut, auth=SIGNED_IN)
@once
def move(request: HttpRequest, booking_id: UUID, given: MoveIn) -> BookingOut:
    """Move a booking to another slot of the unit."""
    at, actor = clock.now(), caller(request)
    booked = queries.get_booking(booking_id=booking_id, actor=actor)
    moved = actions.move_booking(
        booking_id=booking_id,
        starts_at=given.starts_at,
        days_off=_days_off(booked.organization_id, at),
        actor=actor,
        at=at,
    )
    return BookingOut.of(moved)


@router.post("/bookings/{booking_id}/accept", response=BookingOut, auth=SIGNED_IN)
@once
def accept(request: HttpRequest, booking_id: UUID) -> BookingOut:
    """Take the place that is held for oneself."""
    taken = actions.accept_offer(
        booking_id=booking_id, actor=caller(request), at=clock.now()
    )
    return BookingOut.of(taken)


@router.delete("/bookings/{booking_id}", response=BookingOut, auth=SIGNED_IN)
@once
def cancel(request: HttpRequest, booking_id: UUID) -> BookingOut:
    """Cancel a booking, or decline a place that is offered."""
    cancelled = actions.cancel_booking(
        booking_id=booking_id, actor=caller(request), at=clock.now()
    )
    return BookingOut.of(cancelled)


def _days_off(organization_id: UUID, at: datetime) -> frozenset[date]:
    """Let a unit rest at its desk on the days on which its clock rests."""
    return procedures.days_off(organization_id=organization_id, at=at)
