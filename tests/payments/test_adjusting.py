"""The fee of a thing changes after it was billed."""

from datetime import timedelta

import pytest

from tests.payments.conftest import FEE, RESIDENCE, balance_of, is_whole
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.ids import new_id
from tinhso.payments import actions, queries
from tinhso.payments.rules import fees
from tinhso.payments.types import (
    AccountKind,
    BillState,
    Fee,
    Method,
    Reduction,
)

HALVED = Fee("0.000002", "Phí thử", "805", 15_000)
HALF = 50


@pytest.fixture
def adjust(now):
    def do(bill, fee, *, actor=SYSTEM, at=now):
        return actions.adjust_bills(
            subject_id=bill.subject_id,
            fee=fee,
            reason="Phí được tính lại.",
            due_at=at + timedelta(days=30),
            actor=actor,
            at=at,
        )

    return do


@pytest.fixture
def half(monkeypatch, now):
    """A rule that halves every fee, until it is no longer in force."""
    rule = Reduction(
        ground="half",
        title={"vi": "Giảm một nửa"},
        basis="",
        fees=(),
        percent=HALF,
        valid_from=now.date() - timedelta(days=9),
        valid_to=None,
        source="Nghị quyết thử",
        is_certain=True,
    )
    monkeypatch.setattr(queries, "reductions", lambda *, on: (rule,))
    return lambda: monkeypatch.setattr(queries, "reductions", lambda *, on: ())


def states(bill):
    found = queries.bills_for(subject_id=bill.subject_id, actor=SYSTEM)
    return [(one.amount, one.state) for one in found]


def too_much(bill, fee):
    found = queries.overpaid(subject_id=bill.subject_id, fee=fee, actor=SYSTEM)
    return {one.reference: one.amount for one in found}


@pytest.mark.parametrize("fee", [5_000, 24_000])
def test_a_bill_nobody_paid_is_replaced_by_one_of_the_new_fee(issue, adjust, fee):
    bill = issue(FEE)

    replaced = adjust(bill, fee)

    assert states(bill) == [(8_000, BillState.WITHDRAWN), (fee, BillState.OPEN)]
    assert replaced.payer == bill.payer
    assert replaced.reference != bill.reference
    assert balance_of(AccountKind.RECEIVABLE) == fee
    assert is_whole()


def test_a_bill_nobody_paid_is_taken_back_if_there_is_no_fee_any_more(issue, adjust):
    bill = issue(FEE)

    assert adjust(bill, 0) is None

    assert states(bill) == [(8_000, BillState.WITHDRAWN)]
    assert is_whole()


def test_adjusting_again_to_the_same_fee_changes_nothing(issue, adjust, pay):
    bill = issue(FEE)
    assert adjust(bill, 8_000) is None

    pay(bill)
    difference = adjust(bill, 24_000)
    assert adjust(bill, 24_000) is None
    pay(difference)
    assert adjust(bill, 24_000) is None

    assert states(bill) == [(8_000, BillState.PAID), (16_000, BillState.PAID)]
    assert not too_much(bill, 24_000)
    assert balance_of(AccountKind.CASH) == 24_000
    assert is_whole()


def test_a_difference_nobody_paid_follows_the_fee_down_to_what_was_paid(
    issue, adjust, pay
):
    bill = issue(FEE)
    pay(bill)
    adjust(bill, 24_000)

    assert adjust(bill, 10_000).amount == 2_000
    assert adjust(bill, 8_000) is None

    withdrawn = BillState.WITHDRAWN
    assert states(bill) == [
        (8_000, BillState.PAID),
        (16_000, withdrawn),
        (2_000, withdrawn),
    ]
    assert is_whole()


def test_what_was_paid_too_much_is_told_and_not_given_back(
    issue, adjust, pay, clerk, leader, now
):
    bill = issue(FEE)
    pay(bill)

    assert adjust(bill, 3_000) is None

    assert states(bill) == [(8_000, BillState.PAID)]
    assert too_much(bill, 3_000) == {bill.reference: 5_000}
    proposed = actions.propose_refund(
        reference=bill.reference, amount=5_000, reason="Thừa.", actor=clerk, at=now
    )
    assert not too_much(bill, 3_000)
    actions.drop_refund(refund_id=proposed.id, reason="Không.", actor=leader, at=now)
    assert too_much(bill, 3_000) == {bill.reference: 5_000}
    assert balance_of(AccountKind.CASH) == 8_000


def test_what_goes_back_in_part_leaves_the_rest_owed_back(
    issue, pay, clerk, leader, now
):
    bill = issue(FEE)
    pay(bill)
    proposed = actions.propose_refund(
        reference=bill.reference, amount=1_000, reason="Thừa.", actor=clerk, at=now
    )
    actions.make_refund(refund_id=proposed.id, method=Method.CASH, actor=leader, at=now)

    assert too_much(bill, 3_000) == {bill.reference: 4_000}
    assert is_whole()


def test_of_several_bills_the_last_is_too_much_first(issue, adjust, pay):
    bill = issue(FEE)
    pay(bill)
    second = adjust(bill, 24_000)
    pay(second)

    assert too_much(bill, 20_000) == {second.reference: 4_000}
    assert too_much(bill, 6_000) == {bill.reference: 2_000, second.reference: 16_000}


def test_an_exemption_stays_though_it_is_no_longer_in_force(issue, adjust, half, pay):
    bill = issue(HALVED, grounds=["half"])
    assert bill.amount == 7_500
    half()

    replaced = adjust(bill, 20_000)
    pay(replaced)
    difference = adjust(bill, 30_000)

    assert (replaced.amount, difference.amount) == (10_000, 5_000)
    [line] = difference.lines
    assert (line.ground, line.percent, line.full) == ("half", HALF, 10_000)
    assert too_much(bill, 4_000) == {replaced.reference: 8_000}
    assert is_whole()


def test_who_is_exempt_altogether_owes_no_difference_either(issue, adjust):
    bill = issue(RESIDENCE, grounds=["poor_household"])

    adjust(bill, 30_000)

    assert states(bill) == [(0, BillState.WAIVED), (0, BillState.WAIVED)]
    assert not too_much(bill, 10_000)


def test_bills_that_were_all_taken_back_stay_so(issue, adjust, clerk, now):
    bill = issue(FEE)
    actions.withdraw_bill(
        reference=bill.reference, reason="Thu nhầm.", actor=clerk, at=now
    )

    assert adjust(bill, 24_000) is None
    assert states(bill) == [(8_000, BillState.WITHDRAWN)]


def test_a_thing_without_bills_is_not_billed(adjust, issue, now):
    bill = issue(FEE)
    made = actions.adjust_bills(
        subject_id=new_id(),
        fee=8_000,
        reason="",
        due_at=now + timedelta(days=1),
        actor=SYSTEM,
        at=now,
    )

    assert made is None
    assert states(bill) == [(8_000, BillState.OPEN)]


def test_only_who_collects_adjusts(issue, adjust, citizen):
    bill = issue(FEE)

    with pytest.raises(NotAllowed):
        adjust(bill, 24_000, actor=citizen)

    assert states(bill) == [(8_000, BillState.OPEN)]


def test_no_fee_is_too_much_of_a_bill_that_waits(issue):
    bill = issue(FEE)

    assert list(fees.too_much([bill], fee=0, given={})) == []
