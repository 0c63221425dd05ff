"""A fee stops the clock of a dossier, and paying it starts it again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.notify import queries as messages
from tinhso.payments import actions as payments
from tinhso.payments import queries as bills
from tinhso.payments.types import BillState
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
