"""Numbers are called in order, each at one counter, and every act is journaled."""

from datetime import timedelta

import pytest

from tests.counters.conftest import moment
from tinhso.counters import actions, queries
from tinhso.counters.types import (
    CheckInNotToday,
    CodeUnknown,
    CounterBusy,
    CounterUsed,
    NobodyWaits,
    SettingsWrong,
    TicketMovedOn,
    TicketState,
    UnitHasNoDesk,
)
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotFound
from tinhso.kernel.events.models import OutboxEvent


def test_numbers_run_by_group_and_day(issue, now):
    tomorrow = now + timedelta(days=1)

    assert [issue("A").number, issue("A").number, issue("B").number] == [
        "A001",
        "A002",
        "B001",
    ]
    assert issue("A", at=tomorrow).number == "A001"
    with pytest.raises(SettingsWrong):
        issue("Z")


def test_a_number_goes_from_the_call_to_the_end(issue, call, desk, clerk, now):
    issue()
    ticket = call()
    turn = {"ticket_id": ticket.id, "counter": 1, "actor": clerk}

    actions.recall_ticket(**turn, at=now)
    actions.start_service(**turn, at=now + timedelta(minutes=1))
    done = actions.finish_ticket(**turn, at=now + timedelta(minutes=9))

    assert (done.state, done.calls) == (TicketState.DONE, 2)
    deeds = JournalEntry.objects.filter(subject_id=ticket.id).order_by("id")
    names = ["issue_ticket", "call_next", "recall_ticket", "start_service"]
    assert [d.deed for d in deeds] == [
        f"counters.{n}" for n in (*names, "finish_ticket")
    ]
    told = OutboxEvent.objects.filter(subject_id=ticket.id).order_by("id")
    assert [e.name.split(".")[1] for e in told] == ["TicketIssued"] + [
        "TicketMoved"
    ] * 4


def test_a_counter_has_one_number_at_a_time(issue, call):
    issue()
    issue()
    first = call()

    with pytest.raises(CounterBusy) as refusal:
        call()
    assert first.number in str(refusal.value)
    assert call(2).number == "A002"
    with pytest.raises(UnitHasNoDesk):
        call(9)


def test_priority_goes_first_but_not_for_ever(issue, call, clerk, now):
    """The desk calls two preferred numbers in a row, then one of the others."""
    ordinary = issue().number
    preferred = [issue(is_priority=True).number for _ in range(4)]
    called = []
    for _ in range(5):
        ticket = call()
        called.append(ticket.number)
        actions.finish_ticket(ticket_id=ticket.id, counter=1, actor=clerk, at=now)

    assert called == [*preferred[:2], ordinary, *preferred[2:]]
    with pytest.raises(NobodyWaits):
        call()


def test_a_number_nobody_came_for_can_be_called_again(issue, call, desk, clerk, now):
    issue()
    ticket = call()
    turn = {"ticket_id": ticket.id, "counter": 1, "actor": clerk, "at": now}
    missed = actions.mark_no_show(**turn)

    assert missed.state is TicketState.NO_SHOW
    again = actions.recall_ticket(**{**turn, "counter": 2})
    assert (again.state, again.counter) == (TicketState.CALLED, 2)
    with pytest.raises(TicketMovedOn):
        actions.finish_ticket(**turn)


def test_a_number_handed_on_waits_for_that_counter_at_its_old_place(
    issue, call, desk, clerk, now
):
    first = issue()
    issue()
    call()
    handed = actions.transfer_ticket(
        ticket_id=first.id, counter=1, to_counter=2, actor=clerk, at=now
    )

    assert handed.wanted == 2
    assert call(1).number == "A002"
    assert call(2).number == first.number


def test_a_counter_calls_its_own_groups_only(issue, call, desk, clerk, now):
    actions.set_counter(
        organization_id=desk.organization_id,
        number=1,
        title="Trả kết quả",
        letters="b",
        actor=clerk,
        at=now,
    )
    issue("A")

    with pytest.raises(NobodyWaits):
        call(1)
    assert call(2).number == "A001"
    with pytest.raises(CounterUsed):
        actions.remove_counter(
            organization_id=desk.organization_id, number=2, actor=clerk, at=now
        )


def test_checking_in_gives_a_number_once(book, desk, people, clerk, call, now):
    booking = book(people.hoa)
    arrival = moment(7, 45)
    typed = booking.code.lower().replace("-", " ")

    def check_in(code, at=arrival, actor=clerk):
        return actions.check_in(
            organization_id=desk.organization_id, code=code, actor=actor, at=at
        )

    with pytest.raises(CheckInNotToday):
        check_in(typed, at=now)
    with pytest.raises(CodeUnknown):
        check_in("AAAA-AAAA")
    with pytest.raises(UnitHasNoDesk):
        check_in(typed, actor=people.stranger)
    ticket = check_in(typed)
    assert check_in(typed) == ticket
    assert ticket.appointment_at == booking.starts_at
    view = queries.at_counter(
        organization_id=desk.organization_id, number=1, actor=clerk, at=arrival
    )
    assert view.waiting == (ticket,)
    assert call(1, at=arrival).id == ticket.id


def test_the_screen_shows_numbers_and_counters_only(
    book, desk, people, clerk, call, now
):
    arrival = moment(7, 45)
    booking = book(people.hoa)
    actions.check_in(
        organization_id=desk.organization_id, code=booking.code, actor=clerk, at=arrival
    )
    call(1, at=arrival)

    shown = queries.screen(organization_id=desk.organization_id, at=arrival)

    assert [(c.number, c.counter) for c in shown.called] == [("A001", 1)]
    assert "Hoa" not in repr(shown)
    assert booking.code not in repr(shown)


def test_the_wait_is_estimated_from_todays_times(issue, call, desk, clerk, now):
    for n in range(3):
        issue()
        ticket = call(1, at=now + timedelta(minutes=10 * n))
        actions.finish_ticket(
            ticket_id=ticket.id,
            counter=1,
            actor=clerk,
            at=now + timedelta(minutes=10 * n + 10),
        )
    later = now + timedelta(minutes=40)
    first, second = issue(at=later), issue(at=later)

    def status(ticket):
        found = queries.ticket_status(token=ticket.token, at=later)
        return found.ahead, found.minutes

    assert status(first) == (0, 0)
    assert status(second) == (1, 10)
    only_b = issue("B", at=later)
    assert status(only_b) == (0, None)
    with pytest.raises(NotFound):
        queries.ticket_status(token="x", at=later)


def test_the_figures_of_a_day(issue, call, desk, clerk, now):
    for minutes in (4, 6, 20):
        issue()
        ticket = call(1, at=now + timedelta(minutes=minutes))
        turn = {"ticket_id": ticket.id, "counter": 1, "actor": clerk}
        start = now + timedelta(minutes=minutes)
        actions.start_service(**turn, at=start)
        actions.finish_ticket(**turn, at=start + timedelta(minutes=minutes * 2))
    issue()

    (day,) = queries.figures(
        organization_id=desk.organization_id, last=now.date(), actor=clerk
    )

    assert (day.issued, day.served, day.missed) == (4, 3, 0)
    assert (day.wait_median, day.wait_p90) == (6, 20)
    assert (day.service_median, day.service_p90) == (12, 40)


def test_another_unit_has_no_say(issue, desk, people, now):
    ticket = issue()
    for stranger in (people.stranger, people.hoa):
        with pytest.raises(UnitHasNoDesk):
            actions.call_next(
                organization_id=desk.organization_id, counter=1, actor=stranger, at=now
            )
        with pytest.raises(UnitHasNoDesk):
            actions.finish_ticket(
                ticket_id=ticket.id, counter=1, actor=stranger, at=now
            )
        with pytest.raises(UnitHasNoDesk):
            queries.figures(
                organization_id=desk.organization_id, last=now.date(), actor=stranger
            )


def test_a_number_of_yesterday_is_not_called(issue, call, clerk, now):
    ticket = issue()
    call()
    tomorrow = now + timedelta(days=1)

    with pytest.raises(NobodyWaits):
        call(1, at=tomorrow)
    with pytest.raises(NotFound):
        actions.finish_ticket(ticket_id=ticket.id, counter=1, actor=clerk, at=tomorrow)
