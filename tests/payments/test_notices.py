"""A bank tells at once what came, and a bank for trying plays its side over HTTP."""

import hmac
import json
import threading
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tinhso.cli import bank as banks
from tinhso.cli.bank import Deed
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.payments import actions, queries
from tinhso.payments.models import CallbackRow
from tinhso.payments.types import (
    BillState,
    CallbackContradicts,
    CallbackUnreadable,
    GatewayOff,
    Method,
    SignatureWrong,
    StatementForm,
    Verdict,
    Why,
)
from torture.callbacks import MERCHANT, SECRET

KEY = "a key of notices"


@pytest.fixture
def bank_key(settings):
    settings.TINHSO_BANK_NOTICE_KEY = KEY


@pytest.fixture
def tell(bank_key, now):
    def do(key=KEY, **changes):
        told = {
            "bank": "970418",
            "account": "1234567890",
            "transaction": "FT1",
            "amount": 8000,
            "words": "",
            **changes,
        }
        body = json.dumps(told).encode()
        signature = hmac.new(key.encode(), body, "sha256").hexdigest()
        return actions.take_notice(body=body, signature=signature, actor=SYSTEM, at=now)

    return do


def state(bill):
    return queries.get_bill(reference=bill.reference, actor=SYSTEM).state


def test_a_notice_settles_the_bill_its_words_name(issue, tell):
    bill = issue()

    assert tell(words=f"NGUYEN THI HOA {bill.reference}").verdict is Verdict.PAID

    assert state(bill) is BillState.PAID
    assert queries.check_ledger().is_whole


def test_a_statement_that_shows_the_same_transfer_enters_nothing(issue, tell, now):
    bill = issue()
    tell(words=bill.reference)

    again = actions.take_transfer(
        organization_id=bill.organization_id,
        transaction_key="FT1",
        amount=8000,
        purpose=bill.reference,
        actor=SYSTEM,
        at=now,
    )

    assert again.verdict is Verdict.REPEATED
    assert queries.check_ledger().is_whole


def test_a_notice_that_comes_again_changes_nothing(issue, tell):
    bill = issue()
    tell(words=bill.reference)

    assert tell(words=bill.reference).verdict is Verdict.REPEATED
    with pytest.raises(CallbackContradicts):
        tell(words=bill.reference, amount=9000)
    assert CallbackRow.objects.filter(method=Method.TRANSFER).count() == 3


def test_money_without_words_waits_for_a_person(issue, tell):
    issue()

    assert tell().why is Why.UNKNOWN


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "8000"},
        {"amount": 0},
        {"amount": True},
        {"amount": 10**13},
        {"bank": None},
        {"account": "9" * 20},
        {"account": "999"},
        {"transaction": "../etc"},
        {"words": "x" * 501},
    ],
)
def test_what_cannot_be_is_kept_and_refused(collector, tell, wrong):
    with pytest.raises(CallbackUnreadable):
        tell(**wrong)

    assert CallbackRow.objects.get().verdict == Verdict.UNREADABLE


def test_a_notice_of_a_stranger_is_kept_and_refused(issue, tell):
    bill = issue()

    with pytest.raises(SignatureWrong):
        tell(key="guess", words=bill.reference)

    assert state(bill) is BillState.OPEN
    assert CallbackRow.objects.get().verdict == Verdict.SIGNATURE_WRONG


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 3000, b"null"])
def test_what_is_no_json_of_ours_is_refused(collector, bank_key, now, body):
    signature = hmac.new(KEY.encode(), body, "sha256").hexdigest()

    with pytest.raises(CallbackUnreadable):
        actions.take_notice(body=body, signature=signature, actor=SYSTEM, at=now)


def test_without_a_key_no_notice_is_taken(collector, settings, now):
    settings.TINHSO_BANK_NOTICE_KEY = ""

    with pytest.raises(GatewayOff):
        actions.take_notice(body=b"{}", signature="", actor=SYSTEM, at=now)


@pytest.fixture
def today():
    """The moment at which the door asks the clock."""
    return clock.now()


@pytest.fixture
def bank(issue, gateway, bank_key, client):
    """The demo bank in a thread of its own; what it sends, the test hands in."""
    made = banks.DemoBank("http://platform.invalid", MERCHANT, SECRET, KEY)
    made.sent = []
    made._send = lambda calls, wait: made.sent.extend(calls)
    server = banks.serve(made, port=0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hand_in(client):
    """Hand the calls of the bank to the door for machines, as HTTP would."""

    def do(call):
        address = urlsplit(call.url)
        if call.method == "GET":
            return client.get(f"{address.path}?{address.query}")
        return client.post(
            address.path,
            call.content,
            content_type="application/json",
            headers={"X-Signature": call.headers["X-Signature"]},
        )

    return do


def order(bill, method, today):
    ways = queries.ways_to_pay(
        bill=bill, address="127.0.0.1", back="http://x/", at=today
    )
    return next(way for way in ways if way.method is method)


def press(bank, bill, method, deed, today):
    """Do at the bank what a payer does in their browser."""
    way = order(bill, method, today)
    if method is Method.TRANSFER:
        given, path = {"qr": way.text, "back": "http://x/"}, "/app"
    else:
        given, path = dict(parse_qsl(urlsplit(way.url).query)), "/gateway"
    answer = httpx.post(f"{bank.url}{path}", data={**given, "deed": deed.value})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", [Method.TRANSFER, Method.GATEWAY])
@pytest.mark.parametrize(
    ("deed", "ends"),
    [
        (Deed.PAY, BillState.PAID),
        (Deed.REPEAT, BillState.PAID),
        (Deed.FORGE, BillState.OPEN),
        (Deed.CHANGE, BillState.OPEN),
        (Deed.OTHER_AMOUNT, BillState.OPEN),
        (Deed.SILENT, BillState.OPEN),
        (Deed.CANCEL, BillState.OPEN),
    ],
)
def test_whatever_the_bank_does_the_ledger_is_whole(
    bank, issue, hand_in, today, method, deed, ends
):
    bill = issue(at=today)

    press(bank, bill, method, deed, today)
    for call in bank.sent:
        assert hand_in(call).status_code < 500

    assert state(bill) is ends
    assert queries.check_ledger().is_whole


def test_what_was_held_back_comes_after_what_is_newer(bank, issue, hand_in, today):
    first, second = issue(at=today), issue(at=today)
    press(bank, first, Method.TRANSFER, Deed.REORDER, today)
    press(bank, second, Method.GATEWAY, Deed.PAY, today)

    answers = [hand_in(call) for call in bank.sent]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert {state(first), state(second)} == {BillState.PAID}


def test_the_gateway_is_answered_in_its_own_codes(bank, issue, hand_in, today):
    bill = issue(at=today)
    press(bank, bill, Method.GATEWAY, Deed.REPEAT, today)
    press(bank, bill, Method.GATEWAY, Deed.FORGE, today)

    codes = [hand_in(call).json()["RspCode"] for call in bank.sent]

    assert codes == ["00", "02", "02", "02", "02", "97"]


def test_an_order_that_was_changed_is_not_paid(bank, issue, today):
    way = order(issue(at=today), Method.GATEWAY, today)
    given = dict(parse_qsl(urlsplit(way.url).query)) | {"vnp_Amount": "100"}

    answer = httpx.post(f"{bank.url}/gateway", data={**given, "deed": "pay"})

    assert answer.status_code == 400
    assert not bank.sent


def test_the_statement_of_the_bank_tells_what_it_kept_silent(bank, issue, today):
    bill = issue(at=today)
    press(bank, bill, Method.TRANSFER, Deed.SILENT, today)
    statement = httpx.get(f"{bank.url}/statement.csv?account=1234567890").content

    became = actions.take_statement(
        organization_id=bill.organization_id,
        content=statement,
        form=StatementForm.CSV,
        actor=SYSTEM,
        at=today,
    )

    assert became.paid == 1
    assert state(bill) is BillState.PAID
