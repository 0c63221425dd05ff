"""Freed places go to the first in line, held for a while."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from tinhso.counters.actions.locking import note
from tinhso.counters.models import TAKEN, BookingRow, DeskRow, WaitRow
from tinhso.counters.rules import CODE_LENGTH, CODE_LETTERS, free_place, slots_on
from tinhso.counters.types import BookingState, Desk, Opening, PlaceOffered
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events


def offer_freed(
    row: DeskRow, desk: Desk, starts_at: datetime, at: datetime
) -> BookingRow | None:
    """Hold a freed place for the first in line; None if nobody waits for it.

    Call it with the desk locked, after the place was given up.
    """
    slot = _still_offered(desk, starts_at)
    if slot is None or slot.starts_at <= at:
        return None
    place = free_place(places_taken(row, starts_at), slot.quota)
    wait = _first_in_line(row, slot)
    if place is None or wait is None:
        return None
    return _offer(row, wait, slot, place, at)


def offer_added(row: DeskRow, desk: Desk, weekday: int, at: datetime) -> int:
    """Hold the places of new hours for those who wait for such a day; say how many.

    Call it with the desk locked, after the hours were added.
    """
    lines = WaitRow.objects.filter(
        desk=row, ended_at=None, day__gte=local(at).date(), day__iso_week_day=weekday
    )
    days = sorted(set(lines.values_list("day", flat=True)))
    offered = 0
    for day in days:
        for slot in slots_on(day, desk.windows, desk.closures, frozenset()):
            while offer_freed(row, desk, slot.starts_at, at) is not None:
                offered += 1
    return offered


def places_taken(row: DeskRow, starts_at: datetime) -> list[int]:
    """List the places of a slot that somebody has or is offered."""
    held = BookingRow.objects.filter(desk=row, starts_at=starts_at, state__in=TAKEN)
    return list(held.values_list("place", flat=True))


def new_code() -> str:
    """Make a booking code; 32^8 of them, so nobody finds another's by trying."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def _offer(
    row: DeskRow, wait: WaitRow, slot: Opening, place: int, at: datetime
) -> BookingRow:
    until = min(at + timedelta(minutes=row.offer_minutes), slot.starts_at)
    booking = BookingRow.objects.create(
        desk=row,
        person_id=wait.person_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=place,
        code=new_code(),
        procedure_code=wait.procedure_code,
        state=BookingState.OFFERED,
        offer_until=until,
        created_at=at,
        is_synthetic=wait.is_synthetic,
    )
    WaitRow.objects.filter(pk=wait.pk).update(ended_at=at)
    note("offer_place", subject="Booking", subject_id=booking.id, actor=SYSTEM, at=at)
    event = PlaceOffered(
        subject_id=booking.id,
        owner_id=wait.person_id,
        organization_id=row.organization_id,
        starts_at=slot.starts_at,
        offer_until=until,
    )
    events.record(event, actor=SYSTEM, at=at)
    return booking


def _still_offered(desk: Desk, starts_at: datetime) -> Opening | None:
    """Find the slot in the pattern as it is; a day with bookings is no day off."""
    day = local(starts_at).date()
    found = slots_on(day, desk.windows, desk.closures, frozenset())
    return next((slot for slot in found if slot.starts_at == starts_at), None)


def _first_in_line(row: DeskRow, slot: Opening) -> WaitRow | None:
    busy = BookingRow.objects.filter(
        state=BookingState.BOOKED,
        starts_at__lt=slot.ends_at,
        ends_at__gt=slot.starts_at,
    )
    line = WaitRow.objects.filter(
        Q(starts_at=None) | Q(starts_at=slot.starts_at),
        desk=row,
        day=local(slot.starts_at).date(),
        ended_at=None,
    )
    return line.exclude(person_id__in=busy.values("person_id")).order_by("id").first()
