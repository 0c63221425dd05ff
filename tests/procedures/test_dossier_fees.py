"""A fee stops the clock of a dossier, and paying it starts it again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.notify import queries as messages
from tinhso.payments import actions as payments
from tinhso.payments import queries as bills
from tinhso.payments.types import BillState, Method
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Channel, Status

COPIES = {
    "requester_name": "Nguyễn Thị Hoa",
    "requester_number": "022195999001",
    "requester_phone": "0900000001",
    "relation": "self",
    "record_kind": "birth",
    "subject_name": "Nguyễn Thị Hoa",
    "subject_birth_date": "1995-03-12",
    "registered_known": "Phường Hạ Long, năm 1995",
    "copies": 3,
}
LATER = timedelta(days=2)


@pytest.fixture
def collector(ward, now):
    return payments.set_up_collecting(
        organization_id=ward.id,
        tax_code="0100109106",
        bank="970418",
        account="1234567890",
        form="01BLP",
        symbol="QN26E",
        chapter="805",
        actor=SYSTEM,
        at=now,
    )


@pytest.fixture
def dossier(citizen, ward, now):
    return actions.submit_dossier(
        procedure_code="2.000635",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=COPIES,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )


@pytest.fixture
def received(collector, dossier, act, clerk):
    return act(dossier, "receive", clerk)


@pytest.fixture
def pay(now):
    def do(dossier, *, at=now + LATER):
        [bill] = open_bills(dossier)
        return payments.record_payment(
            reference=bill.reference,
            amount=bill.amount,
            transaction_key=str(uuid4()),
            actor=SYSTEM,
            at=at,
        )

    return do


def open_bills(dossier):
    found = bills.bills_for(subject_id=dossier.id, actor=SYSTEM)
    return [bill for bill in found if bill.state is BillState.OPEN]


def again(dossier, at):
    return queries.get_dossier(dossier_id=dossier.id, actor=SYSTEM, at=at)


def told(dossier):
    return [
        message.template_key
        for message in messages.messages_about(subject_id=dossier.id)
    ]


def test_the_fee_is_billed_when_the_dossier_is_received(received, citizen):
    [bill] = bills.bills_for(subject_id=received.id, actor=citizen)

    assert received.status is Status.PAYMENT_ASKED
    assert received.clock.is_stopped
    assert bill.amount == received.fee == 24_000
    assert bill.lines[0].fee == "2.000635"
    assert bill.lines[0].chapter == "805"


def test_paying_moves_the_due_date_by_as_long_as_the_clock_stood(
    received, pay, happen, now
):
    due_at = received.clock.due_at
    pay(received)
    happen()

    after = again(received, now + LATER)
    assert after.status is Status.IN_PROGRESS
    assert not after.clock.is_stopped
    # It stood from ten past nine to nine; a completion would begin its time anew.
    assert after.clock.due_at == due_at + LATER - timedelta(minutes=10)
    assert [move.action for move in after.moves] == ["submit", "receive", "fee_paid"]
    assert {"fee_due", "fee_paid"} <= set(told(received))


def test_an_agency_that_does_not_collect_here_receives_as_before(dossier, act, clerk):
    received = act(dossier, "receive", clerk)

    assert received.status is Status.IN_PROGRESS
    assert not bills.bills_for(subject_id=received.id, actor=SYSTEM)


def test_nobody_works_on_a_dossier_that_waits_for_its_fee(received, officer, now):
    seen = queries.get_dossier(dossier_id=received.id, actor=officer, at=now)

    assert not seen.offered
    assert not actions.go_on_paid(dossier_id=received.id, at=now)


def test_the_step_ends_when_the_bill_does(received):
    [bill] = open_bills(received)

    assert received.task.due_at == bill.due_at


def test_a_dossier_whose_fee_is_not_paid_lapses_and_owes_nothing(received, happen, now):
    late = now + timedelta(days=40)

    assert actions.take_tacit_actions(at=late) == 1
    happen()

    after = again(received, late)
    assert after.status is Status.STOPPED
    assert not open_bills(received)
    assert "dossier_lapsed_unpaid" in told(received)


def test_one_that_is_paid_never_lapses_though_nobody_told_it(received, pay, now):
    pay(received)

    assert actions.take_tacit_actions(at=now + timedelta(days=40)) == 1

    assert again(received, now + timedelta(days=40)).status is Status.IN_PROGRESS


def test_withdrawing_takes_the_bill_back(received, act, citizen):
    [bill] = open_bills(received)

    act(received, "withdraw", citizen, note="Tôi không cần nữa.")

    assert not open_bills(received)
    found = bills.get_bill(reference=bill.reference, actor=citizen)
    assert found.state is BillState.WITHDRAWN
    assert bills.check_ledger().is_whole


def test_a_bill_taken_back_lets_the_dossier_go_on(received, clerk, happen, now):
    [bill] = open_bills(received)
    payments.withdraw_bill(
        reference=bill.reference, reason="Thu tại nơi khác.", actor=clerk, at=now
    )
    happen()

    assert again(received, now).status is Status.IN_PROGRESS


def test_events_that_come_again_move_nothing_twice(received, pay, happen, now):
    pay(received)
    happen()
    happen()

    moves = [move.action for move in again(received, now + LATER).moves]
    assert moves.count("fee_paid") == 1


REASONS = {"copies": "Ghi chưa đủ."}
HOURS = 60


@pytest.fixture
def asked(received, pay, happen, act, officer, now):
    """A dossier whose fee was paid, and that is then to be completed."""
    pay(received, at=now + timedelta(minutes=30))
    happen()
    return ask(again(received, now), act, officer)


@pytest.fixture
def complete(act, citizen):
    def do(dossier, *, minutes=3 * HOURS, **changes):
        return act(dossier, "supply", citizen, data=changes, minutes=minutes)

    return do


def ask(dossier, act, officer):
    action = "ask_supplement_in_assessment"
    return act(dossier, action, officer, reasons=REASONS, minutes=HOURS)


def owed_back(dossier):
    found = bills.overpaid(subject_id=dossier.id, fee=dossier.fee, actor=SYSTEM)
    return sum(one.amount for one in found)


def journaled(dossier):
    entries = JournalEntry.objects.filter(deed="procedures.note_overpaid")
    return [entry.details["amount"] for entry in entries.filter(subject_id=dossier.id)]


def test_a_completion_that_costs_more_is_billed_for_the_difference_only(
    asked, complete, pay, happen, now
):
    completed = complete(asked, copies=5)

    assert completed.fee == 40_000
    assert completed.status is Status.PAYMENT_ASKED
    assert completed.clock.is_stopped
    [bill] = open_bills(completed)
    assert bill.amount == 16_000

    pay(completed)
    happen()

    after = again(completed, now + LATER)
    assert after.status is Status.IN_PROGRESS
    assert after.step.key == "assess"
    found = bills.bills_for(subject_id=after.id, actor=SYSTEM)
    assert [one.amount for one in found] == [24_000, 16_000]
    assert {one.state for one in found} == {BillState.PAID}
    receipts = {
        bills.receipt_for(reference=one.reference, actor=SYSTEM).number for one in found
    }
    assert receipts == {1, 2}
    assert not owed_back(after)
    assert bills.check_ledger().is_whole


def test_the_time_begun_anew_by_a_completion_waits_for_the_difference(
    asked, complete, pay, happen, now
):
    due_at = complete(asked, minutes=2 * HOURS, copies=5).clock.due_at
    assert due_at == now.replace(hour=10)  # five in the afternoon, of that day
    pay(asked, at=now + timedelta(hours=2) + LATER)
    happen()

    assert again(asked, now + LATER).clock.due_at == due_at + LATER


def test_a_completion_that_costs_the_same_bills_nothing(asked, complete):
    completed = complete(asked, requester_phone="0900000002")

    assert completed.status is Status.IN_PROGRESS
    assert len(bills.bills_for(subject_id=completed.id, actor=SYSTEM)) == 1
    assert not owed_back(completed)
    assert not journaled(completed)


def test_a_completion_that_costs_less_is_owed_back_until_two_people_decide(
    asked, complete, clerk, leader, now
):
    completed = complete(asked, copies=1)

    assert completed.status is Status.IN_PROGRESS
    assert not open_bills(completed)
    assert owed_back(completed) == 16_000
    assert journaled(completed) == ["16000"]
    [bill] = bills.bills_for(subject_id=completed.id, actor=SYSTEM)
    assert not bills.refunds_for(reference=bill.reference, actor=SYSTEM)

    proposed = payments.propose_refund(
        reference=bill.reference,
        amount=16_000,
        reason="Chỉ cần một bản.",
        actor=clerk,
        at=now,
    )
    payments.make_refund(
        refund_id=proposed.id, method=Method.CASH, actor=leader, at=now
    )

    assert not owed_back(completed)
    assert bills.check_ledger().is_whole


def test_a_difference_that_is_not_paid_lapses_and_what_was_paid_stays(
    asked, complete, now
):
    completed = complete(asked, copies=5)

    assert actions.take_tacit_actions(at=now + timedelta(days=40)) == 1

    assert again(completed, now + timedelta(days=40)).status is Status.STOPPED
    states = [b.state for b in bills.bills_for(subject_id=asked.id, actor=SYSTEM)]
    assert states == [BillState.PAID, BillState.WITHDRAWN]


def test_a_completion_before_the_receipt_is_billed_once_it_is_received(
    collector, dossier, act, clerk, complete
):
    returned = act(dossier, "ask_supplement", clerk, reasons=REASONS)
    completed = complete(returned, copies=5)
    assert not bills.bills_for(subject_id=dossier.id, actor=SYSTEM)

    act(completed, "receive", clerk, minutes=4 * HOURS)

    [bill] = open_bills(dossier)
    assert bill.amount == 40_000


def test_a_fee_that_is_taken_outside_is_not_billed_after_a_completion(
    dossier, act, clerk, officer, complete
):
    returned = ask(act(dossier, "receive", clerk), act, officer)

    completed = complete(returned, copies=5)

    assert completed.status is Status.IN_PROGRESS
    assert not bills.bills_for(subject_id=completed.id, actor=SYSTEM)


def test_a_bill_that_the_desk_took_back_is_not_issued_anew_by_a_completion(
    received, happen, act, clerk, officer, complete, now
):
    [bill] = open_bills(received)
    payments.withdraw_bill(
        reference=bill.reference, reason="Thu tại nơi khác.", actor=clerk, at=now
    )
    happen()

    completed = complete(ask(again(received, now), act, officer), copies=5)

    assert completed.status is Status.IN_PROGRESS
    assert not open_bills(completed)
