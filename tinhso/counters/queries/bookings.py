"""Read slots and bookings."""

from collections import Counter as Tally
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from tinhso.counters.models import HELD, TAKEN, BookingRow, WaitRow
from tinhso.counters.queries.desks import get_desk, get_own_desk
from tinhso.counters.rules import (
    bookable_days,
    is_bookable,
    moment_of,
    slots_on,
)
from tinhso.counters.types import Booking, BookingState, Day, Desk, Slot, Waiting
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.security import queries as security
from tinhso.security.types import Deed


def days(
    *, organization_id: UUID, days_off: frozenset[date], at: datetime
) -> tuple[Day, ...]:
    """List the days with slots that one may book at a unit, with free places.

    :raises UnitHasNoDesk: if the unit has none.
    """
    desk = get_desk(organization_id=organization_id)
    asked = bookable_days(at, desk.days_ahead)
    taken = _taken(organization_id, asked[0], asked[-1])
    listed = ((day, _slots(desk, day, taken, days_off, at)) for day in asked)
    return tuple(Day(day, sum(s.free for s in found)) for day, found in listed if found)


def slots(
    *, organization_id: UUID, day: date, days_off: frozenset[date], at: datetime
) -> tuple[Slot, ...]:
    """List the slots of a day that are still to come; none on a day off.

    :raises UnitHasNoDesk: if the unit has none.
    """
    desk = get_desk(organization_id=organization_id)
    if day not in bookable_days(at, desk.days_ahead):
        return ()
    return _slots(desk, day, _taken(organization_id, day, day), days_off, at)


def get_booking(*, booking_id: UUID, actor: Actor) -> Booking:
    """Read a booking of one's own, or of the unit where one works.

    :raises NotFound: if there is none, or it is somebody else's.
    """
    row = rows().filter(pk=booking_id).first()
    if row is None:
        raise NotFound
    booking = booking_of(row)
    if not security.may(actor=actor, deed=Deed.READ_BOOKING, thing=booking):
        raise NotFound
    return booking


def my_bookings(*, actor: Actor, limit: int = 50) -> tuple[Booking, ...]:
    """List one's own bookings, the latest first."""
    mine = rows().filter(person_id=actor.person_id).order_by("-starts_at", "-id")
    return tuple(map(booking_of, mine[:limit]))


def my_waiting(*, actor: Actor, at: datetime) -> tuple[Waiting, ...]:
    """List the lines in which one stands, with how many stand before."""
    mine = WaitRow.objects.filter(person_id=actor.person_id, ended_at=None)
    ahead = mine.filter(day__gte=at.date()).select_related("desk__organization")
    return tuple(map(waiting_of, ahead.order_by("day", "id")))


def bookings_on(
    *, organization_id: UUID, day: date, actor: Actor
) -> tuple[Booking, ...]:
    """List who comes to a unit on a day, for its officers.

    :raises UnitHasNoDesk: if the actor does not work there.
    """
    get_own_desk(organization_id=organization_id, actor=actor)
    shown = [BookingState.BOOKED, BookingState.ATTENDED, BookingState.MISSED]
    found = _between(rows(), organization_id, day, day).filter(state__in=shown)
    return tuple(map(booking_of, found.order_by("starts_at", "place")))


def booking_of(row: BookingRow) -> Booking:
    """Hand out a booking."""
    organization = row.desk.organization
    return Booking(
        id=row.id,
        owner_id=row.person_id,
        owner_name=row.person.full_name,
        organization_id=organization.id,
        organization_name=organization.name,
        organization_address=organization.address,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        code=row.code,
        procedure_code=row.procedure_code,
        state=BookingState(row.state),
        offer_until=row.offer_until,
        cancel_reason=row.cancel_reason,
        is_synthetic=row.is_synthetic,
    )


def waiting_of(row: WaitRow) -> Waiting:
    """Hand out a place in a line."""
    before = WaitRow.objects.filter(
        desk_id=row.desk_id, day=row.day, ended_at=None, id__lt=row.id
    )
    # Those who wait for any time of the day may be offered this one, too.
    if row.starts_at is not None:
        before = before.filter(starts_at=None) | before.filter(starts_at=row.starts_at)
    return Waiting(
        id=row.id,
        owner_id=row.person_id,
        organization_id=row.desk.organization_id,
        organization_name=row.desk.organization.name,
        day=row.day,
        starts_at=row.starts_at,
        ahead=before.count(),
    )


def rows() -> QuerySet[BookingRow]:
    """Ask for bookings with all that is shown of them."""
    return BookingRow.objects.select_related("person", "desk__organization")


def open_bookings(*, desk_id: UUID, person_id: UUID, at: datetime) -> int:
    """Count the bookings of a person at a desk that are still to come."""
    return BookingRow.objects.filter(
        desk_id=desk_id, person_id=person_id, state__in=HELD, starts_at__gt=at
    ).count()


def _slots(
    desk: Desk,
    day: date,
    taken: Tally[datetime],
    days_off: frozenset[date],
    at: datetime,
) -> tuple[Slot, ...]:
    openings = slots_on(day, desk.windows, desk.closures, days_off)
    return tuple(
        Slot(one.starts_at, one.ends_at, one.quota, taken[one.starts_at])
        for one in openings
        if is_bookable(one, at, desk.days_ahead)
    )


def _taken(organization_id: UUID, first: date, last: date) -> Tally[datetime]:
    held = BookingRow.objects.filter(state__in=TAKEN)
    found = _between(held, organization_id, first, last)
    return Tally(found.values_list("starts_at", flat=True))


def _between(
    found: QuerySet[BookingRow], organization_id: UUID, first: date, last: date
) -> QuerySet[BookingRow]:
    return found.filter(
        desk__organization_id=organization_id,
        starts_at__gte=moment_of(first, time()),
        starts_at__lt=moment_of(last + timedelta(1), time()),
    )
