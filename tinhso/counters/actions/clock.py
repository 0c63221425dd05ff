"""What time does to bookings: reminders, lapsed offers, missed appointments."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from tinhso.counters.actions.locking import lock_desk, note
from tinhso.counters.actions.offers import offer_freed
from tinhso.counters.models import BookingRow
from tinhso.counters.queries.bookings import rows
from tinhso.counters.rules import moment_of, reminds
from tinhso.counters.types import BookingDue, BookingState
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events

MOST = 500


def lapse_offers(*, at: datetime) -> int:
    """End the offers nobody took in time, and offer each place to the next in line."""
    over = BookingRow.objects.filter(state=BookingState.OFFERED, offer_until__lte=at)
    waiting = over.order_by("offer_until").values_list("pk", "desk__organization_id")
    return sum(_lapse(pk, unit, at) for pk, unit in waiting[:MOST])


def remind_and_close(*, at: datetime) -> int:
    """Remind of tomorrow's bookings, once each, and mark the missed ones of days past.

    Answers how many people were reminded; nobody is between 20 and 8 o'clock.
    """
    today = moment_of(local(at).date(), time())
    booked = BookingRow.objects.filter(state=BookingState.BOOKED)
    booked.filter(ends_at__lt=today).update(state=BookingState.MISSED)
    tomorrow = today + timedelta(1)
    due = booked.filter(
        reminded_at=None, starts_at__gte=tomorrow, starts_at__lt=tomorrow + timedelta(1)
    )
    return sum(_remind(pk, at) for pk in due.values_list("pk", flat=True)[:MOST])


def _lapse(pk: UUID, organization_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        row, desk = lock_desk(organization_id)
        booking = BookingRow.objects.filter(
            pk=pk, state=BookingState.OFFERED, offer_until__lte=at
        ).first()
        if booking is None:
            return False
        booking.state = BookingState.LAPSED
        booking.save(update_fields=["state"])
        note(
            "lapse_offer", subject="Booking", subject_id=booking.id, actor=SYSTEM, at=at
        )
        offer_freed(row, desk, booking.starts_at, at)
    return True


def _remind(pk: UUID, at: datetime) -> bool:
    with transaction.atomic():
        booking = (
            rows()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(pk=pk, state=BookingState.BOOKED, reminded_at=None)
            .first()
        )
        if booking is None or not reminds(booking.starts_at, at):
            return False
        booking.reminded_at = at
        booking.save(update_fields=["reminded_at"])
        note("remind", subject="Booking", subject_id=booking.id, actor=SYSTEM, at=at)
        event = BookingDue(
            subject_id=booking.id,
            owner_id=booking.person_id,
            organization_id=booking.desk.organization_id,
            code=booking.code,
            starts_at=booking.starts_at,
        )
        events.record(event, actor=SYSTEM, at=at)
    return True
