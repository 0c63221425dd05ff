"""Book a slot, move it, cancel it; stand in line for a place."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tinhso.counters.actions.locking import lock_desk, note
from tinhso.counters.actions.offers import new_code, offer_freed, places_taken
from tinhso.counters.models import HELD, BookingRow, DeskRow, WaitRow
from tinhso.counters.queries.bookings import (
    booking_of,
    get_booking,
    open_bookings,
    rows,
    waiting_of,
)
from tinhso.counters.rules import (
    bookable_days,
    free_place,
    is_bookable,
    is_near,
    slots_on,
    tidy_procedure,
)
from tinhso.counters.types import (
    AlreadyBookedThen,
    Booking,
    BookingCancelled,
    BookingMade,
    BookingMoved,
    BookingNotOpen,
    BookingsClosed,
    BookingState,
    Desk,
    OfferLapsed,
    Opening,
    PlacesLeft,
    SlotFull,
    SlotNotOffered,
    TooManyBookings,
    Waiting,
    WaitsAlready,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.security import queries as security
from tinhso.security.types import Deed


def book_slot(
    *,
    organization_id: UUID,
    starts_at: datetime,
    procedure_code: str,
    days_off: frozenset[date],
    actor: Actor,
    at: datetime,
) -> Booking:
    """Book a place in a slot for oneself.

    procedure_code: empty for another matter. days_off: when the unit does not work.
    :raises UnitHasNoDesk: if the unit has none.
    :raises BookingsClosed: if it takes no bookings at present.
    :raises SlotNotOffered: if there is no such slot to book.
    :raises SlotFull: if its quota is reached.
    :raises AlreadyBookedThen: if one has a booking at that time anywhere.
    :raises TooManyBookings: if one has as many as the unit allows.
    """
    person_id = _person(actor)
    with transaction.atomic():
        row, desk = lock_desk(organization_id)
        slot = _slot(desk, starts_at, days_off, at)
        _refuse_many(row, person_id, at)
        booking = BookingRow(
            desk=row,
            person_id=person_id,
            code=new_code(),
            procedure_code=tidy_procedure(procedure_code),
            state=BookingState.BOOKED,
            created_at=at,
            is_synthetic=actor.is_synthetic,
        )
        _take_place(booking, slot)
        _leave_lines(booking, at)
        return _told(booking, "book_slot", BookingMade, actor, at)


def move_booking(
    *,
    booking_id: UUID,
    starts_at: datetime,
    days_off: frozenset[date],
    actor: Actor,
    at: datetime,
) -> Booking:
    """Move one's own booking to another slot of the unit; the old place is freed.

    :raises NotFound: if it is not one's own.
    :raises BookingNotOpen: if it is over or cancelled.
    :raises SlotNotOffered: if there is no such slot to book.
    :raises SlotFull: if the quota of the new slot is reached.
    :raises AlreadyBookedThen: if one has another booking at that time.
    """
    with transaction.atomic():
        row, desk, booking = _lock_own(booking_id, actor)
        _refuse_ended(booking, {BookingState.BOOKED}, at)
        slot = _slot(desk, starts_at, days_off, at)
        left = booking.starts_at
        if slot.starts_at != left:
            booking.reminded_at = None
            _take_place(booking, slot)
            offer_freed(row, desk, left, at)
        return _told(booking, "move_booking", BookingMoved, actor, at)


def cancel_booking(*, booking_id: UUID, actor: Actor, at: datetime) -> Booking:
    """Cancel one's own booking, or decline a place that is offered.

    :raises NotFound: if it is not one's own.
    :raises BookingNotOpen: if it is over or cancelled.
    """
    with transaction.atomic():
        row, desk, booking = _lock_own(booking_id, actor)
        _refuse_ended(booking, {BookingState.BOOKED, BookingState.OFFERED}, at)
        cancel(booking, "", actor, at)
        offer_freed(row, desk, booking.starts_at, at)
    return booking_of(booking)


def accept_offer(*, booking_id: UUID, actor: Actor, at: datetime) -> Booking:
    """Take the place that is held for oneself.

    :raises NotFound: if it is not one's own.
    :raises OfferLapsed: if it was held until before now.
    :raises BookingNotOpen: if nothing is offered.
    :raises AlreadyBookedThen: if one has booked that time meanwhile.
    """
    with transaction.atomic():
        _, _, booking = _lock_own(booking_id, actor)
        until = booking.offer_until
        is_over = until is not None and until <= at
        if is_over and booking.state in {BookingState.OFFERED, BookingState.LAPSED}:
            raise OfferLapsed
        _refuse_ended(booking, {BookingState.OFFERED}, at)
        booking.state = BookingState.BOOKED
        _save_place(booking)
        return _told(booking, "accept_offer", BookingMade, actor, at)


def join_waiting_list(
    *,
    organization_id: UUID,
    day: date,
    starts_at: datetime | None,
    procedure_code: str,
    days_off: frozenset[date],
    actor: Actor,
    at: datetime,
) -> Waiting:
    """Stand in line for a slot that is full, or for any slot of a full day (None).

    :raises UnitHasNoDesk: if the unit has none.
    :raises SlotNotOffered: if there is no such slot or day to book.
    :raises PlacesLeft: if there is a free place.
    :raises AlreadyBookedThen: if one is booked in that slot.
    :raises WaitsAlready: if one stands in this line.
    """
    person_id = _person(actor)
    with transaction.atomic():
        row, desk = lock_desk(organization_id)
        wanted = _slots_wanted(desk, day, starts_at, days_off, at)
        _refuse_places_left(row, wanted)
        mine = BookingRow.objects.filter(desk=row, person_id=person_id, state__in=HELD)
        if starts_at and mine.filter(starts_at=starts_at).exists():
            raise AlreadyBookedThen
        wait = _stand_in_line(
            WaitRow(
                desk=row,
                person_id=person_id,
                day=day,
                starts_at=starts_at,
                procedure_code=tidy_procedure(procedure_code),
                created_at=at,
                is_synthetic=actor.is_synthetic,
            )
        )
        note("join_line", subject="Waiting", subject_id=wait.id, actor=actor, at=at)
    return waiting_of(wait)


def leave_waiting_list(*, waiting_id: UUID, actor: Actor, at: datetime) -> None:
    """Leave a line in which one stands.

    :raises NotFound: if one does not stand there.
    """
    with transaction.atomic():
        mine = WaitRow.objects.filter(
            pk=waiting_id, person_id=_person(actor), ended_at=None
        )
        if not mine.update(ended_at=at):
            raise NotFound
        note("leave_line", subject="Waiting", subject_id=waiting_id, actor=actor, at=at)


def cancel(
    booking: BookingRow,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    by_unit: bool = False,
) -> None:
    """Take a booking off and tell of it; the desk is locked already."""
    booking.state, booking.cancel_reason = BookingState.CANCELLED, reason
    booking.save(update_fields=["state", "cancel_reason"])
    note(
        "cancel_booking",
        subject="Booking",
        subject_id=booking.id,
        actor=actor,
        at=at,
        details={"by_unit": by_unit},
    )
    event = BookingCancelled(
        subject_id=booking.id,
        owner_id=booking.person_id,
        organization_id=booking.desk.organization_id,
        code=booking.code,
        starts_at=booking.starts_at,
        is_by_unit=by_unit,
        reason=reason,
    )
    events.record(event, actor=actor, at=at)


def _person(actor: Actor) -> UUID:
    security.require(actor=actor, deed=Deed.BOOK_SLOT)
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def _lock_own(booking_id: UUID, actor: Actor) -> tuple[DeskRow, Desk, BookingRow]:
    seen = get_booking(booking_id=booking_id, actor=actor)
    if seen.owner_id != actor.person_id:
        raise NotFound
    row, desk = lock_desk(seen.organization_id)
    # Read once more: somebody may have changed it before the lock.
    return row, desk, rows().get(pk=booking_id)


def _slot(
    desk: Desk, starts_at: datetime, days_off: frozenset[date], at: datetime
) -> Opening:
    if is_near(starts_at, at, desk.days_ahead):
        for slot in _slots_of_day(desk, local(starts_at).date(), days_off, at):
            if slot.starts_at == starts_at:
                return slot
    raise SlotNotOffered({"starts_at": [Phrase(SlotNotOffered.message)]})


def _slots_wanted(
    desk: Desk,
    day: date,
    starts_at: datetime | None,
    days_off: frozenset[date],
    at: datetime,
) -> list[Opening]:
    if starts_at is not None:
        slot = _slot(desk, starts_at, days_off, at)
        wanted = [slot] if local(slot.starts_at).date() == day else []
    else:
        wanted = _slots_of_day(desk, day, days_off, at)
    if not wanted:
        raise SlotNotOffered({"starts_at": [Phrase(SlotNotOffered.message)]})
    return wanted


def _slots_of_day(
    desk: Desk, day: date, days_off: frozenset[date], at: datetime
) -> list[Opening]:
    if not desk.takes_bookings:
        raise BookingsClosed
    if day not in bookable_days(at, desk.days_ahead):
        return []
    found = slots_on(day, desk.windows, desk.closures, days_off)
    return [slot for slot in found if is_bookable(slot, at, desk.days_ahead)]


def _refuse_places_left(row: DeskRow, wanted: list[Opening]) -> None:
    for slot in wanted:
        if free_place(places_taken(row, slot.starts_at), slot.quota) is not None:
            raise PlacesLeft


def _refuse_many(row: DeskRow, person_id: UUID, at: datetime) -> None:
    most = row.most_bookings
    if open_bookings(desk_id=row.id, person_id=person_id, at=at) >= most:
        raise TooManyBookings(most=most)


def _refuse_ended(booking: BookingRow, states: set[BookingState], at: datetime) -> None:
    if booking.state not in states or booking.starts_at <= at:
        raise BookingNotOpen


def _take_place(booking: BookingRow, slot: Opening) -> None:
    place = free_place(places_taken(booking.desk, slot.starts_at), slot.quota)
    if place is None:
        raise SlotFull
    booking.starts_at, booking.ends_at = slot.starts_at, slot.ends_at
    booking.place = place
    _save_place(booking)


def _save_place(booking: BookingRow) -> None:
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        # Another desk may have booked the same person at this very moment.
        if "counters_one_booking_a_person_a_time" in str(error):
            raise AlreadyBookedThen from None
        raise


def _leave_lines(booking: BookingRow, at: datetime) -> None:
    WaitRow.objects.filter(
        desk=booking.desk,
        person_id=booking.person_id,
        day=local(booking.starts_at).date(),
        ended_at=None,
    ).update(ended_at=at)


def _stand_in_line(wait: WaitRow) -> WaitRow:
    try:
        with transaction.atomic():
            wait.save()
    except IntegrityError as error:
        if "counters_once_in_a_line" in str(error):
            raise WaitsAlready from None
        raise
    return wait


def _told(
    booking: BookingRow,
    deed: str,
    told: type[BookingMade] | type[BookingMoved],
    actor: Actor,
    at: datetime,
) -> Booking:
    """Write the journal and the event of a booking that holds."""
    note(deed, subject="Booking", subject_id=booking.id, actor=actor, at=at)
    event = told(
        subject_id=booking.id,
        owner_id=booking.person_id,
        organization_id=booking.desk.organization_id,
        code=booking.code,
        starts_at=booking.starts_at,
    )
    events.record(event, actor=actor, at=at)
    return booking_of(booking)
