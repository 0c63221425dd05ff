"""Gateways call: honestly, again, out of order, forged, changed; money comes once."""

import json
import random
from dataclasses import asdict, replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payments.conftest import (
    FEE,
    RESIDENCE,
    balance_of,
    is_whole,
)
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, Refused
from tinhso.payments import actions, queries
from tinhso.payments.models import CallbackRow, PaymentRow, ReceiptRow, SeriesRow
from tinhso.payments.rules import callbacks
from tinhso.payments.types import (
    AccountKind,
    AmountDiffers,
    BillState,
    CallbackContradicts,
    CallbackUnreadable,
    GatewayOff,
    Method,
    MoneyNotWaiting,
    SignatureWrong,
    Taken,
    Verdict,
    Why,
)
from torture.callbacks import MERCHANT, SECRET, Owed, hostile, true_money
from torture.callbacks import told as written

HOSTILE = 3000
PAID = Taken(Verdict.PAID)


def told(reference, amount, transaction="14226112", **more):
    return written(reference, amount, transaction, **more)


@pytest.fixture
def call(gateway, now):
    def do(raw, at=now):
        return actions.take_callback(raw=raw, actor=SYSTEM, at=at)

    return do


def test_a_callback_pays_a_bill_and_again_changes_nothing(issue, call):
    bill = issue()
    raw = told(bill.reference, bill.amount)

    assert call(raw) == PAID
    assert {call(raw).verdict for _ in range(100)} == {Verdict.REPEATED}

    receipt = queries.receipt_for(reference=bill.reference, actor=SYSTEM)
    assert receipt.method is Method.GATEWAY
    assert balance_of(AccountKind.GATEWAY) == bill.amount
    assert ReceiptRow.objects.count() == PaymentRow.objects.count() == 1
    assert CallbackRow.objects.count() == 101
    assert is_whole()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"secret": "another"}, SignatureWrong),
        ({"vnp_TmnCode": "ANOTHER1"}, CallbackUnreadable),
        ({"vnp_Amount": "800050"}, CallbackUnreadable),
        ({"vnp_Amount": "-800000"}, CallbackUnreadable),
        ({"vnp_Amount": "0"}, CallbackUnreadable),
        ({"vnp_Amount": "٨٠٠٠٠٠"}, CallbackUnreadable),
        ({"vnp_Amount": "9" * 20 + "00"}, CallbackUnreadable),
        ({"vnp_TransactionNo": ""}, CallbackUnreadable),
        ({"vnp_TransactionNo": "1\n"}, CallbackUnreadable),
        ({"vnp_TxnRef": "' OR 1=1 --"}, CallbackUnreadable),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_kept(issue, call, more, refusal):
    bill = issue()
    raw = told(bill.reference, bill.amount, **more)

    with pytest.raises(refusal):
        call(raw)

    [kept] = CallbackRow.objects.all()
    assert kept.digest == sha256(raw.encode()).hexdigest()
    entry = JournalEntry.objects.get(subject_id=kept.id)
    assert entry.details == {"verdict": kept.verdict, "digest": kept.digest}
    assert balance_of(AccountKind.GATEWAY) == 0


@pytest.mark.parametrize(
    "raw", ["", "&", "a", "\ud800=1", "vnp_TxnRef=%ED%A0%80", "a=1&" * 50, "x" * 5000]
)
def test_what_is_no_callback_at_all_is_kept_too(db, call, raw):
    with pytest.raises(SignatureWrong):
        call(raw)

    assert CallbackRow.objects.count() == 1


def test_a_field_that_stands_twice_is_no_callback(issue, call):
    raw = told(issue().reference, 8000)

    with pytest.raises(SignatureWrong):
        call(f"vnp_Amount=100&{raw}")


def test_nothing_is_paid_where_the_gateway_says_so(issue, call):
    bill = issue()
    for code, status in (("24", "02"), ("00", "02"), ("24", "00")):
        answers = {"vnp_ResponseCode": code, "vnp_TransactionStatus": status}
        taken = call(told(bill.reference, bill.amount, **answers))
        assert taken.verdict is Verdict.NOT_PAID

    assert call(told(bill.reference, bill.amount)) == PAID


def test_one_transaction_cannot_say_two_things(issue, call):
    bill, other = issue(), issue()
    call(told(bill.reference, 8000))

    for raw in (told(bill.reference, 9000), told(other.reference, 8000)):
        with pytest.raises(CallbackContradicts):
            call(raw)
    assert balance_of(AccountKind.GATEWAY) == 8000
    assert is_whole()


def test_without_a_gateway_nothing_is_taken(issue, now):
    with pytest.raises(GatewayOff):
        actions.take_callback(raw=told("TS", 8000), actor=SYSTEM, at=now)


def test_money_that_fits_no_bill_waits_for_a_person(issue, call, pay, clerk, now):
    cash, short, late, gone = issue(), issue(), issue(days=1), issue()
    waived = issue(RESIDENCE, grounds=["child"])
    pay(cash)
    actions.withdraw_bill(reference=gone.reference, reason="Nhầm", actor=clerk, at=now)
    tomorrow = now + timedelta(days=2)

    why = [
        call(told(cash.reference, 8000, "1")).why,
        call(told(short.reference, 7000, "2")).why,
        call(told(late.reference, 8000, "3"), at=tomorrow).why,
        call(told(gone.reference, 8000, "4")).why,
        call(told("KHONGCOMA", 8000, "5")).why,
        call(told(waived.reference, 8000, "6")).why,
    ]

    assert why == [
        Why.PAID_ALREADY,
        Why.AMOUNT_DIFFERS,
        Why.EXPIRED,
        Why.WITHDRAWN,
        Why.UNKNOWN,
        Why.NOTHING_OWED,
    ]
    assert balance_of(AccountKind.UNKNOWN) == -39_000
    assert balance_of(AccountKind.UNKNOWN, made_up=False) == -8000
    assert is_whole()


def test_money_is_kept_where_no_receipt_can_be_given(issue, call, collector, now):
    call(told(issue().reference, 8000, "1"))
    SeriesRow.objects.update(last=10**8 - 1)
    bill = issue()

    assert call(told(bill.reference, 8000, "2")).why is Why.NO_RECEIPT
    assert is_whole()
    declared = asdict(replace(collector, symbol="QN26F"))
    del declared["name"], declared["owner_id"]
    actions.set_up_collecting(**declared, actor=SYSTEM, at=now)
    [money] = queries.waiting_money(actor=SYSTEM).items
    receipt = actions.assign_money(
        payment_id=money.id, reference=bill.reference, actor=SYSTEM, at=now
    )

    assert (receipt.symbol, receipt.number) == ("QN26F", 1)
    assert is_whole()


def test_a_person_assigns_money_or_sends_it_back(issue, call, leader, clerk, now):
    late, other = issue(days=1), issue(RESIDENCE)
    then = now + timedelta(days=2)
    call(told(late.reference, 8000, "1"), at=then)
    call(told(other.reference, 8000, "2"), at=then)
    for_late, too_little = queries.waiting_money(actor=leader).items

    def assign(money, bill, actor=leader):
        return actions.assign_money(
            payment_id=money.id, reference=bill.reference, actor=actor, at=then
        )

    with pytest.raises(NotAllowed):
        assign(for_late, late, actor=clerk)
    with pytest.raises(AmountDiffers):
        assign(too_little, other)
    receipt = assign(for_late, late)
    returned = actions.return_money(
        payment_id=too_little.id, reason="Thiếu tiền", actor=leader, at=then
    )

    assert receipt.bill == late.reference
    assert returned.state == "returned"
    for money in (for_late, too_little):
        with pytest.raises(MoneyNotWaiting):
            assign(money, other)
    assert queries.waiting_money(actor=leader).items == ()
    assert balance_of(AccountKind.GATEWAY) == 8000
    assert balance_of(AccountKind.UNKNOWN) == 0
    assert is_whole()


def test_the_code_of_a_bill_leads_its_money_back_to_it(issue, collector, clerk, now):
    bill = issue()
    ways = queries.ways_to_pay(bill=bill, address="127.0.0.1", back="", at=now)
    [text] = [way.text for way in ways if way.method is Method.TRANSFER]
    transfer = queries.read_vietqr(text=text)

    def arrives(key, purpose):
        return actions.take_transfer(
            organization_id=collector.organization_id,
            transaction_key=key,
            amount=transfer.amount,
            purpose=purpose,
            actor=clerk,
            at=now,
        )

    taken = arrives("FT1", f"NGUYEN THI HOA {transfer.purpose.lower()} nop tien")

    assert taken == PAID
    assert arrives("FT1", transfer.purpose).verdict is Verdict.REPEATED
    assert arrives("FT2", "khong ghi gi").why is Why.UNKNOWN
    assert balance_of(AccountKind.BANK) == 16_000
    assert is_whole()
    paid = queries.get_bill(reference=bill.reference, actor=clerk)
    assert paid.state is BillState.PAID
    assert queries.ways_to_pay(bill=paid, address="", back="", at=now) == ()


def test_the_gateway_is_sent_a_signed_order(issue, gateway, now):
    bill = issue()

    ways = queries.ways_to_pay(
        bill=bill, address="127.0.0.1", back="https://so.example/tra-ve", at=now
    )

    [url] = [way.url for way in ways if way.method is Method.GATEWAY]
    fields = dict(parse_qsl(urlsplit(url).query))
    signed = fields.pop("vnp_SecureHash")
    assert callbacks.signature(fields, secret=SECRET) == signed
    assert fields["vnp_Amount"] == "800000"
    assert fields["vnp_TxnRef"] == bill.reference
    assert fields["vnp_CreateDate"] == "20260616090000"


def test_the_commands_set_up_and_list(content, call):
    def run(*words):
        answer = CliRunner().invoke(main, ["payments", *words, "--json"])
        return answer.exit_code, json.loads(answer.output)

    words = ("--bank", "970418", "--account", "1", "--form", "01BLP", "--symbol", "QN")
    words += ("--chapter", "805")
    code, made = run("set-up", "xa_06688", "--tax-code", "0100109106", *words)
    wrong, refused = run("set-up", "xa_06688", "--tax-code", "1", *words)
    call(told("KHONGCO", 8000))
    listed, found = run("waiting")

    assert (code, made["account"]) == (0, "1")
    assert (wrong, refused["refused"]) == (1, "CollectorWrong")
    [money] = found["items"]
    assert (listed, money["amount"], money["why"]) == (0, 8000, "unknown")
    assert found["next_after"] is None


@given(data=st.data())
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
def test_a_byte_that_changed_is_found(data):
    raw = told("TS7K3M2222222X", 8000)
    place = data.draw(st.integers(0, len(raw) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda c: c != raw[place]))
    changed = raw[:place] + letter + raw[place + 1 :]
    # `%2f` is `%2F`: other bytes, and the same callback.
    if parse_qsl(changed, keep_blank_values=True) == parse_qsl(raw):
        return

    with pytest.raises(SignatureWrong):
        callbacks.read(changed, merchant=MERCHANT, secret=SECRET)


@given(
    st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin1"))
)
def test_any_text_is_refused_by_name(raw):
    with pytest.raises((SignatureWrong, CallbackUnreadable)):
        callbacks.read(raw, merchant=MERCHANT, secret=SECRET)


def test_thousands_of_hostile_callbacks_leave_no_dong_between(issue, call, now):
    dice = random.Random(20261127)
    bills = [issue(dice.choice([FEE, RESIDENCE])) for _ in range(60)]
    owed = [Owed(bill.reference, bill.amount) for bill in bills]
    calls = hostile(dice, owed, HOSTILE)
    money, verdicts = true_money(calls), []
    for raw in calls:
        try:
            verdicts.append(call(raw).verdict)
        except Refused as refusal:
            verdicts.append(refusal.code)

    # What the gateway says it took is what the ledger says it holds, to the đồng.
    held = sum(balance_of(AccountKind.GATEWAY, made_up=one) for one in (True, False))
    assert held == sum(money.values()) > 0
    assert is_whole()
    paid = [
        queries.get_bill(reference=bill.reference, actor=SYSTEM).state is BillState.PAID
        for bill in bills
    ]
    assert paid.count(True) == ReceiptRow.objects.count() == verdicts.count("paid")
    assert CallbackRow.objects.count() == HOSTILE
    others = {"paid", "queued", "repeated", "not_paid", "SignatureWrong"}
    assert set(verdicts) == others
