"""Quotas and numbers hold when many ask at once, on real connections."""

import threading

import pytest
from django.db import connection

from tests.counters.conftest import NO_DAYS_OFF, moment
from tinhso.counters import actions
from tinhso.counters.models import BookingRow, TicketRow
from tinhso.counters.types import CounterBusy, NobodyWaits, SlotFull
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind
from tinhso.kernel.errors import Refused
from tinhso.kernel.ids import new_id
from tinhso.people.actions import register_person


@pytest.fixture
def db(committed_db):
    """Commit, so that threads see what others did."""


def at_once(*works):
    """Run all at the same moment, each with a connection of its own."""
    ready = threading.Barrier(len(works))
    failures = []

    def run(work):
        try:
            ready.wait(10)
            work()
        except Refused as refusal:
            failures.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def newcomer(n, now):
    person = register_person(full_name=f"Người Thử {n}", actor=SYSTEM, at=now)
    return Actor(ActorKind.CITIZEN, id=new_id(), person_id=person.id)


def test_never_more_bookings_than_the_quota(desk, book, clerk, now):
    persons = [newcomer(n, now) for n in range(8)]

    failures = at_once(*(lambda who=who: book(who) for who in persons))

    assert [type(f) for f in failures] == [SlotFull] * 7
    assert BookingRow.objects.filter(state="booked").count() == 1


def test_one_person_at_two_machines_is_booked_once_for_a_time(desk, book, people):
    failures = at_once(*(lambda: book(people.hoa) for _ in range(4)))

    assert len(failures) == 3
    assert BookingRow.objects.count() == 1


def test_two_who_move_into_one_place_do_not_both_get_it(desk, book, clerk, now):
    from_eight = book(newcomer(1, now))
    rival = newcomer(2, now)
    owner = Actor(ActorKind.CITIZEN, id=new_id(), person_id=from_eight.owner_id)

    def move():
        actions.move_booking(
            booking_id=from_eight.id,
            starts_at=moment(8, 30),
            days_off=NO_DAYS_OFF,
            actor=owner,
            at=now,
        )

    failures = at_once(move, lambda: book(rival, moment(8, 30)))

    assert [type(f) for f in failures] == [SlotFull]
    at_half_past = BookingRow.objects.filter(starts_at=moment(8, 30), state="booked")
    assert at_half_past.count() == 1


def test_numbers_have_no_gaps_when_many_are_issued_at_once(desk, issue):
    def work():
        for _ in range(5):
            issue("A")

    assert at_once(*[work] * 6) == []

    places = TicketRow.objects.values_list("place", flat=True)
    assert sorted(places) == list(range(1, 31))


def test_a_number_is_called_to_one_counter_only(desk, issue, call):
    for _ in range(2):
        issue()

    failures = at_once(*(lambda n=n: call(n) for n in (1, 2, 1, 2)))

    assert {type(f) for f in failures} <= {CounterBusy, NobodyWaits}
    assert len(failures) == 2
    called = TicketRow.objects.filter(state="called")
    assert {t.counter.number for t in called} == {1, 2}
