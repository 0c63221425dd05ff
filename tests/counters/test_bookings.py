"""Nobody is booked twice or beyond the quota, and freed places go to the line."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.counters.conftest import NO_DAYS_OFF, TOMORROW, moment
from tinhso.counters import actions, queries
from tinhso.counters.models import BookingRow
from tinhso.counters.types import (
    AlreadyBookedThen,
    BookingNotOpen,
    BookingsClosed,
    BookingState,
    Closure,
    OfferLapsed,
    PlacesLeft,
    SettingsWrong,
    SlotFull,
    SlotNotOffered,
    TooManyBookings,
    UnitHasNoDesk,
    WaitsAlready,
    Window,
)
from tinhso.kernel.actor import ANONYMOUS
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.ids import new_id
from tinhso.notify import queries as notify


def slots(desk, now, day=TOMORROW, days_off=NO_DAYS_OFF):
    return queries.slots(
        organization_id=desk.organization_id, day=day, days_off=days_off, at=now
    )


def told(actor, now):
    for event in OutboxEvent.objects.filter(delivered_at=None).order_by("id"):
        events.deliver(event_id=event.id, at=now)
    found = notify.inbox(person_id=actor.person_id).items
    return [message.template_key for message in found]


def test_a_booking_takes_a_place_and_tells_its_owner(book, desk, people, now):
    booking = book(people.hoa)

    assert booking.state is BookingState.BOOKED
    assert [slot.free for slot in slots(desk, now)] == [0, 1]
    assert queries.my_bookings(actor=people.hoa) == (booking,)
    assert booking.is_synthetic
    assert told(people.hoa, now) == ["booking_made"]
    entry = JournalEntry.objects.get(deed="counters.book_slot")
    assert entry.subject_id == booking.id


def test_a_full_slot_is_refused(book, people):
    book(people.hoa)

    with pytest.raises(SlotFull):
        book(people.hung)


def test_nobody_is_in_two_places_at_once(book, desk, people, clerk, now):
    (window,) = desk.windows
    wider = replace(window, quota=5)
    where = {"organization_id": desk.organization_id, "actor": clerk, "at": now}
    actions.remove_window(window_id=window.id, **where)
    actions.add_window(window=wider, **where)
    book(people.hoa)

    with pytest.raises(AlreadyBookedThen):
        book(people.hoa)


def test_the_table_itself_refuses_times_of_one_person_that_overlap(book, people, now):
    book(people.hoa)
    row = BookingRow.objects.get()
    row.id, row.code, row.place = new_id(), "AAAA-AAAA", 2
    row.starts_at += timedelta(minutes=10)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "starts_at",
    [
        moment(8) - timedelta(days=7),
        moment(8) + timedelta(days=70),
        moment(8) + timedelta(minutes=1),
        moment(10),
        moment(8) + timedelta(days=1),
    ],
    ids=["past", "too far", "between", "after hours", "no hours that day"],
)
def test_what_is_no_slot_is_refused(book, people, starts_at):
    with pytest.raises(SlotNotOffered):
        book(people.hoa, starts_at)


def test_a_day_off_or_a_closed_desk_is_refused(book, desk, people, clerk, now):
    with pytest.raises(SlotNotOffered):
        book(people.hoa, days_off=frozenset({TOMORROW}))
    change(desk, clerk, now, takes_bookings=False)
    with pytest.raises(BookingsClosed):
        book(people.hoa)


def change(desk, clerk, now, **changes):
    return actions.change_desk(
        **{
            "organization_id": desk.organization_id,
            "takes_bookings": True,
            "days_ahead": desk.days_ahead,
            "offer_minutes": desk.offer_minutes,
            "most_bookings": desk.most_bookings,
            "priority_run": desk.priority_run,
            "priority_groups": "Người cao tuổi",
            "actor": clerk,
            "at": now,
            **changes,
        }
    )


def test_one_person_holds_no_more_bookings_than_the_unit_allows(
    book, desk, people, clerk, now
):
    change(desk, clerk, now, most_bookings=1)
    book(people.hoa)

    with pytest.raises(TooManyBookings) as refusal:
        book(people.hoa, moment(8, 30))
    assert "1" in str(refusal.value)


def test_nobody_books_without_signing_in(book):
    with pytest.raises(NotAllowed):
        book(ANONYMOUS)


def test_another_persons_booking_is_not_there(book, people, now):
    booking = book(people.hoa)

    for stranger in (people.hung, people.stranger):
        with pytest.raises(NotFound):
            queries.get_booking(booking_id=booking.id, actor=stranger)
        with pytest.raises(NotFound):
            actions.cancel_booking(booking_id=booking.id, actor=stranger, at=now)
        with pytest.raises(NotFound):
            move(booking, stranger, now)


def move(booking, actor, now, to=None):
    return actions.move_booking(
        booking_id=booking.id,
        starts_at=to or moment(8, 30),
        days_off=NO_DAYS_OFF,
        actor=actor,
        at=now,
    )


def test_an_officer_reads_but_does_not_cancel_for_the_citizen(book, people, clerk, now):
    booking = book(people.hoa)

    assert queries.get_booking(booking_id=booking.id, actor=clerk) == booking
    with pytest.raises(NotFound):
        actions.cancel_booking(booking_id=booking.id, actor=clerk, at=now)


def test_moving_frees_the_old_place_and_keeps_the_code(book, desk, people, now):
    booking = book(people.hoa)

    moved = move(booking, people.hoa, now)

    assert (moved.code, moved.starts_at) == (booking.code, moment(8, 30))
    assert [slot.free for slot in slots(desk, now)] == [1, 0]
    assert told(people.hoa, now) == ["booking_moved", "booking_made"]


def test_a_booking_that_is_over_is_not_changed(book, people, now):
    booking = book(people.hoa)
    late = moment(8)

    with pytest.raises(BookingNotOpen):
        actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=late)
    actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)
    with pytest.raises(BookingNotOpen):
        actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)
    with pytest.raises(BookingNotOpen):
        move(booking, people.hoa, now)


def test_the_first_in_line_is_offered_the_freed_place(
    book, wait_for, people, offered, desk, now
):
    booking = book(people.hoa)
    assert wait_for(people.hung, moment(8)).ahead == 0
    assert wait_for(people.mai, moment(8)).ahead == 1

    actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)

    held = offered(people.hung)
    assert held.starts_at == moment(8)
    assert held.offer_until == now + timedelta(minutes=desk.offer_minutes)
    assert offered(people.mai) is None
    assert told(people.hung, now) == ["place_offered"]
    with pytest.raises(SlotFull):
        book(people.thanh)
    taken = actions.accept_offer(booking_id=held.id, actor=people.hung, at=now)
    assert taken.state is BookingState.BOOKED


def test_an_offer_that_lapses_or_is_declined_goes_to_the_next(
    book, wait_for, people, offered, desk, now
):
    booking = book(people.hoa)
    for person in (people.hung, people.mai, people.thanh):
        wait_for(person, moment(8))
    actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)
    held, over = offered(people.hung), now + timedelta(minutes=desk.offer_minutes)

    assert actions.lapse_offers(at=over - timedelta(seconds=1)) == 0
    assert actions.lapse_offers(at=over) == 1
    with pytest.raises(OfferLapsed):
        actions.accept_offer(booking_id=held.id, actor=people.hung, at=over)
    second = offered(people.mai)
    actions.cancel_booking(booking_id=second.id, actor=people.mai, at=over)

    assert offered(people.thanh) is not None


def test_those_who_wait_for_the_day_get_any_slot_of_it(
    book, wait_for, people, offered, now
):
    booking = book(people.hoa, moment(8, 30))
    book(people.mai)
    wait_for(people.hung)

    actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)

    assert offered(people.hung).starts_at == moment(8, 30)


def test_nobody_waits_where_there_is_a_place_or_twice(book, wait_for, people):
    book(people.hoa)
    with pytest.raises(PlacesLeft):
        wait_for(people.hung)
    with pytest.raises(PlacesLeft):
        wait_for(people.hung, moment(8, 30))
    with pytest.raises(AlreadyBookedThen):
        wait_for(people.hoa, moment(8))
    wait_for(people.hung, moment(8))
    with pytest.raises(WaitsAlready):
        wait_for(people.hung, moment(8))


def test_one_leaves_ones_own_line_only(book, wait_for, people, now):
    book(people.hoa)
    wait = wait_for(people.hung, moment(8))

    with pytest.raises(NotFound):
        actions.leave_waiting_list(waiting_id=wait.id, actor=people.mai, at=now)
    actions.leave_waiting_list(waiting_id=wait.id, actor=people.hung, at=now)

    assert queries.my_waiting(actor=people.hung, at=now) == ()


def test_people_are_reminded_once_on_the_day_before(book, people, now):
    book(people.hoa)

    assert actions.remind_and_close(at=now) == 1
    assert actions.remind_and_close(at=now) == 0
    assert "booking_reminder" in told(people.hoa, now)


def test_a_day_later_who_did_not_come_has_missed(book, people, now):
    booking = book(people.hoa)

    actions.remind_and_close(at=now + timedelta(days=2))

    seen = queries.get_booking(booking_id=booking.id, actor=people.hoa)
    assert seen.state is BookingState.MISSED


def test_closing_cancels_bookings_and_says_why(book, desk, people, clerk, now):
    book(people.hoa)
    book(people.mai, moment(8, 30))
    closure = Closure(None, moment(8, 30), moment(17), "Mất điện theo lịch")

    hit = actions.close_between(
        organization_id=desk.organization_id, closure=closure, actor=clerk, at=now
    )

    assert hit == 1
    assert [s.starts_at for s in slots(desk, now)] == [moment(8)]
    (mine,) = queries.my_bookings(actor=people.mai)
    assert (mine.state, mine.cancel_reason) == ("cancelled", "Mất điện theo lịch")
    assert told(people.mai, now) == ["booking_cancelled", "booking_made"]
    assert told(people.hoa, now) == ["booking_made"]


def test_only_clerk_and_head_of_the_unit_set_it_up(desk, people, officer, now):
    with pytest.raises(NotAllowed):
        change(desk, officer, now)
    for stranger in (people.stranger, people.hoa):
        with pytest.raises(UnitHasNoDesk):
            change(desk, stranger, now)
        with pytest.raises(UnitHasNoDesk):
            actions.open_desk(
                organization_id=desk.organization_id, actor=stranger, at=now
            )


def test_settings_that_cannot_be_are_refused_by_field(desk, clerk, now):
    with pytest.raises(SettingsWrong) as refusal:
        change(desk, clerk, now, days_ahead=0, priority_run=99)
    assert set(refusal.value.fields) == {"days_ahead", "priority_run"}
    window = desk.windows[0]
    with pytest.raises(SettingsWrong) as refusal:
        actions.add_window(
            organization_id=desk.organization_id, window=window, actor=clerk, at=now
        )
    assert "chồng lên" in refusal.value.fields["opens"][0]


def test_hours_that_are_added_go_to_those_who_wait_for_such_a_day(
    book, wait_for, people, offered, desk, clerk, now
):
    for person, hour in ((people.hoa, moment(8)), (people.hung, moment(8, 30))):
        book(person, hour)
    wait_for(people.mai)
    wait_for(people.thanh, moment(8))

    actions.add_window(
        organization_id=desk.organization_id,
        window=Window(None, 3, time(9), time(9, 30), 30, 2),
        actor=clerk,
        at=now,
    )

    assert offered(people.mai).starts_at == moment(9)
    assert offered(people.thanh) is None
