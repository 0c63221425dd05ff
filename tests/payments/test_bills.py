"""From the bill to the receipt, and back again."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.payments.conftest import FEE, RESIDENCE, balance_of, is_whole
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.ids import new_id
from tinhso.payments import actions, queries
from tinhso.payments.models import SeriesRow
from tinhso.payments.types import (
    AccountKind,
    AmountDiffers,
    BillAlreadyPaid,
    BillExpired,
    BillNotFound,
    BillNotPaid,
    BillState,
    BillWaived,
    BillWithdrawn,
    CollectorUnknown,
    CollectorWrong,
    FeeWrong,
    GroundUnknown,
    KeyUsedForOtherBill,
    Method,
    ReasonMissing,
    RefundNeedsSecond,
    RefundOver,
    RefundTooLarge,
    SeriesFull,
    TransactionUsed,
    TransactionWrong,
)


def test_a_bill_that_is_paid_answers_with_its_receipt(issue, pay, citizen, ward):
    bill = issue(FEE, RESIDENCE)
    assert (bill.amount, bill.state) == (28_000, BillState.OPEN)
    assert balance_of(AccountKind.RECEIVABLE) == 28_000

    receipt = pay(bill)

    assert (receipt.form, receipt.symbol) == ("01BLP", "QN26E")
    assert (receipt.year, receipt.number) == (2026, 1)
    assert receipt.collector_name == ward.name
    assert receipt.words == "Hai mươi tám nghìn đồng"
    assert [line.amount for line in receipt.lines] == [8000, 20_000]
    assert receipt.is_synthetic
    assert queries.receipt_for(reference=bill.reference, actor=citizen) == receipt
    paid = queries.get_bill(reference=bill.reference, actor=citizen)
    assert paid.state is BillState.PAID
    assert balance_of(AccountKind.RECEIVABLE) == 0
    assert balance_of(AccountKind.CASH) == 28_000
    assert balance_of(AccountKind.REVENUE) == -28_000
    assert balance_of(AccountKind.CASH, made_up=False) == 0
    assert is_whole()


def test_a_payment_is_told_and_in_the_journal(issue, pay):
    bill = issue()
    receipt = pay(bill)

    names = OutboxEvent.objects.filter(subject_id=bill.id).values_list("name", "body")
    told = dict(names)
    entries = JournalEntry.objects.filter(subject_id=bill.id)
    deeds = entries.values_list("deed")
    assert set(told) == {"payments.BillIssued", "payments.BillPaid"}
    assert told["payments.BillPaid"]["thing"] == "procedures.Dossier"
    noted = entries.get(deed="payments.record_payment").details
    assert noted["digest"] == receipt.digest
    assert {deed for (deed,) in deeds} == {
        "payments.issue_bill",
        "payments.record_payment",
    }


def test_a_paid_bill_cannot_be_paid_again(issue, pay):
    bill = issue()
    pay(bill)

    with pytest.raises(BillAlreadyPaid):
        pay(bill)
    assert balance_of(AccountKind.CASH) == 8000


@pytest.mark.parametrize("key", [" ", "x" * 51, "a\x00b"])
def test_a_transaction_has_a_number(issue, pay, key):
    with pytest.raises(TransactionWrong):
        pay(issue(), key=key)


@pytest.mark.parametrize("amount", [7999, 8001, 0, -8000])
def test_a_bill_is_paid_in_full(issue, pay, amount):
    with pytest.raises(AmountDiffers):
        pay(issue(), amount=amount)


def test_what_is_entered_twice_answers_the_same_receipt(issue, pay):
    bill = issue()

    assert pay(bill, key="one") == pay(bill, key="one")
    with pytest.raises(TransactionUsed):
        pay(issue(), key="one", amount=8000)
    assert is_whole()


def test_a_bill_holds_until_its_day(issue, pay, now):
    bill = issue(days=10)

    with pytest.raises(BillExpired):
        pay(bill, at=now + timedelta(days=10, seconds=1))
    assert pay(bill, at=now + timedelta(days=10))


def test_a_withdrawn_bill_is_owed_no_longer(issue, pay, clerk, now):
    bill = issue()

    with pytest.raises(ReasonMissing):
        withdraw(bill, clerk, now, reason=" ")
    withdrawn = withdraw(bill, clerk, now)

    assert withdrawn.state is BillState.WITHDRAWN
    assert balance_of(AccountKind.RECEIVABLE) == balance_of(AccountKind.REVENUE) == 0
    with pytest.raises(BillWithdrawn):
        pay(bill)
    with pytest.raises(BillWithdrawn):
        withdraw(bill, clerk, now)
    assert is_whole()


def withdraw(bill, actor, now, reason="Lập nhầm"):
    return actions.withdraw_bill(
        reference=bill.reference, reason=reason, actor=actor, at=now
    )


def test_what_is_paid_is_not_withdrawn(issue, pay, clerk, now):
    bill = issue()
    pay(bill)

    with pytest.raises(BillAlreadyPaid):
        withdraw(bill, clerk, now)


def test_one_key_makes_one_bill(issue):
    thing = new_id()
    first = issue(key="dossier:1", subject_id=thing)

    assert issue(key="dossier:1", subject_id=thing) == first
    with pytest.raises(KeyUsedForOtherBill):
        issue(RESIDENCE, key="dossier:1", subject_id=thing)
    assert balance_of(AccountKind.RECEIVABLE) == 8000


def test_who_is_exempt_pays_nothing_and_the_bill_says_why(issue, pay):
    bill = issue(RESIDENCE, grounds=["poor_household"])

    [line] = bill.lines
    assert (line.full, line.percent, line.amount) == (20_000, 100, 0)
    assert line.ground == "poor_household"
    assert "75/2022" in line.source
    assert not line.is_certain  # nobody has read the number there
    assert bill.state is BillState.WAIVED
    with pytest.raises(BillWaived):
        pay(bill)
    assert is_whole()


def test_an_exemption_holds_for_the_fees_it_names(issue):
    bill = issue(FEE, RESIDENCE, grounds=["child"])

    assert bill.amount == 8000
    with pytest.raises(GroundUnknown):
        issue(FEE, grounds=["child"])
    with pytest.raises(GroundUnknown):
        issue(RESIDENCE, grounds=["unheard_of"])


def test_an_exemption_holds_from_its_day(content):
    def grounds(on):
        return {one.ground for one in queries.reductions(on=on)}

    assert "elderly" not in grounds(date(2023, 2, 4))
    assert "elderly" in grounds(date(2023, 2, 5))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "fees.0.amount"),
        ({"amount": -1}, "fees.0.amount"),
        ({"amount": 10**13}, "fees.0.amount"),
        ({"chapter": "80"}, "fees.0.chapter"),
        ({"chapter": "80५"}, "fees.0.chapter"),
        ({"title": ""}, "fees.0.title"),
    ],
)
def test_a_fee_that_cannot_be_is_refused(issue, change, field):
    with pytest.raises(FeeWrong) as refusal:
        issue(replace(FEE, **change))

    assert list(refusal.value.fields) == [field]


def test_a_bill_is_not_due_before_it_is_issued(issue):
    with pytest.raises(FeeWrong):
        issue(days=0)


def test_an_agency_that_said_nothing_cannot_collect(issue, department):
    with pytest.raises(CollectorUnknown):
        issue(organization_id=department.id)


def test_strangers_know_of_no_bill(issue, pay, sign_in, jurist):
    bill = issue()

    assert queries.bills_for(subject_id=bill.subject_id, actor=SYSTEM) == (bill,)
    for stranger in (sign_in("Trần Quốc Hưng"), jurist):
        with pytest.raises(BillNotFound):
            queries.get_bill(reference=bill.reference, actor=stranger)
        with pytest.raises(BillNotFound):
            pay(bill, actor=stranger)
        assert queries.bills_for(subject_id=bill.subject_id, actor=stranger) == ()


def test_who_owes_enters_no_cash(issue, pay, citizen):
    with pytest.raises(NotAllowed):
        pay(issue(), actor=citizen)


def test_numbers_of_receipts_begin_anew_each_year_and_miss_none(issue, pay, now):
    last_day = datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM)
    new_year = datetime(2027, 1, 1, 0, 0, tzinfo=VIETNAM)
    bills = [issue(days=400) for _ in range(5)]

    numbers = [pay(bill, at=last_day).number for bill in bills[:2]]
    with pytest.raises(BillAlreadyPaid):
        pay(bills[0], at=last_day)
    numbers += [pay(bills[2], at=last_day).number]
    others = [(r.year, r.number) for r in (pay(one, at=new_year) for one in bills[3:])]

    assert numbers == [1, 2, 3]
    assert others == [(2027, 1), (2027, 2)]


def test_a_full_series_takes_no_money(issue, pay):
    pay(issue())
    SeriesRow.objects.update(last=10**8 - 1)

    with pytest.raises(SeriesFull):
        pay(issue())
    assert balance_of(AccountKind.CASH) == 8000


@pytest.fixture
def propose(clerk, now):
    def do(bill, amount=8000, reason="Rút hồ sơ", actor=clerk):
        return actions.propose_refund(
            reference=bill.reference, amount=amount, reason=reason, actor=actor, at=now
        )

    return do


@pytest.fixture
def give_back(leader, now):
    def do(refund, actor=leader, method=Method.CASH):
        return actions.make_refund(
            refund_id=refund.id, method=method, actor=actor, at=now
        )

    return do


def test_a_refund_takes_two_people(issue, pay, propose, give_back, clerk, leader, now):
    bill = issue(FEE, replace(RESIDENCE, chapter="414"))
    pay(bill)
    refund = propose(bill, amount=10_000)
    assert balance_of(AccountKind.CASH) == 28_000

    with pytest.raises(NotAllowed):
        give_back(refund, actor=clerk)
    made = give_back(refund)

    assert made.made_by == leader.person_id
    assert queries.refunds_for(reference=bill.reference, actor=clerk) == (made,)
    assert balance_of(AccountKind.CASH) == 18_000
    assert balance_of(AccountKind.REFUNDS) == 10_000
    by_chapter = {
        one.account.detail: one.amount
        for one in queries.balances(made_up=True)
        if one.account.kind is AccountKind.REFUNDS
    }
    assert by_chapter == {"805": 8000, "414": 2000}
    assert OutboxEvent.objects.filter(name="payments.RefundMade").count() == 1
    with pytest.raises(RefundOver):
        give_back(refund)
    assert is_whole()


def test_whoever_proposed_does_not_make_it(issue, pay, propose, give_back, sign_in):
    head = sign_in(HEAD)
    bill = issue()
    pay(bill)

    with pytest.raises(RefundNeedsSecond):
        give_back(propose(bill, actor=head), actor=head)


HEAD = "Đặng Thị Hạnh"


def test_no_more_goes_back_than_was_paid(issue, pay, propose, give_back, leader, now):
    bill = issue()
    with pytest.raises(BillNotPaid):
        propose(bill)
    pay(bill)
    first = propose(bill, amount=5000)

    with pytest.raises(RefundTooLarge) as refusal:
        propose(bill, amount=3001)
    assert refusal.value.params == {"left": 3000}
    second = propose(bill, amount=3000)
    actions.drop_refund(refund_id=second.id, reason="Trùng", actor=leader, at=now)
    give_back(first)
    give_back(propose(bill, amount=3000), method=Method.TRANSFER)

    with pytest.raises(RefundTooLarge):
        propose(bill, amount=1)
    assert balance_of(AccountKind.CASH) == 3000
    assert balance_of(AccountKind.BANK) == -3000
    assert is_whole()


def test_an_agency_says_how_it_collects(ward, collector, sign_in, clerk, now):
    given = {"organization_id": ward.id, "bank": "97041", "account": "1", "at": now}
    head = {"form": "x" * 21, "symbol": "", "tax_code": "0100109107", "chapter": "8"}

    with pytest.raises(CollectorWrong) as refusal:
        actions.set_up_collecting(**given, **head, actor=SYSTEM)
    assert set(refusal.value.fields) == {
        "tax_code",
        "form",
        "symbol",
        "account",
        "chapter",
    }
    with pytest.raises(NotAllowed):
        actions.set_up_collecting(**given, **head, actor=clerk)
    assert queries.get_collector(organization_id=ward.id) == collector
