"""What the database itself refuses, and what the check of the ledger finds."""

import json
import threading
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.payments.conftest import FEE, is_whole
from tinhso.cli.main import main
from tinhso.kernel.errors import Refused
from tinhso.kernel.ids import new_id
from tinhso.payments import queries
from tinhso.payments.actions import ledger
from tinhso.payments.models import (
    AccountRow,
    BillRow,
    EntryRow,
    PostingRow,
    ReceiptRow,
    RefundRow,
)
from tinhso.payments.rules.fees import reduced
from tinhso.payments.rules.posting import by_chapter, spread
from tinhso.payments.rules.words import DIGITS, in_words
from tinhso.payments.types import Account, AccountKind, Line

NOW = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)
CASH, REVENUE = Account(AccountKind.CASH), Account(AccountKind.REVENUE, detail="805")


def ask_now():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def enter(amounts, *, made_up=False):
    accounts = (CASH, REVENUE)
    entries = dict(zip(accounts, amounts, strict=False))
    ledger.post(str(new_id()), entries, bill_id=None, made_up=made_up, at=NOW)


@pytest.mark.parametrize("amounts", [(8000,), (8000, -7999), (8000, 8000), ()])
def test_a_posting_that_does_not_balance_is_refused(db, amounts):
    with pytest.raises(IntegrityError), transaction.atomic():
        enter(amounts)
        ask_now()


def test_a_posting_that_balances_is_taken(db):
    enter((8000, -8000))
    ask_now()

    found = queries.check_ledger()
    assert (found.postings, found.unbalanced, found.total) == (1, 0, 0)
    assert found.differences["cash"] == 8000  # nobody paid anything


def test_a_late_entry_may_not_unbalance_what_was_balanced(db):
    enter((8000, -8000))
    ask_now()

    with pytest.raises(IntegrityError), transaction.atomic():
        EntryRow.objects.create(
            posting=PostingRow.objects.get(),
            account=AccountRow.objects.get(kind="cash"),
            amount=1,
        )
        ask_now()


def test_made_up_and_real_money_never_meet(db):
    real = ledger.account_row(CASH, made_up=False)
    made_up = ledger.account_row(REVENUE, made_up=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        posting = PostingRow.objects.create(key="mixed", at=NOW)
        EntryRow.objects.create(posting=posting, account=real, amount=8000)
        EntryRow.objects.create(posting=posting, account=made_up, amount=-8000)
        ask_now()


def test_a_key_is_entered_once(db):
    def enter_as(key, amount):
        entries = {CASH: amount, REVENUE: -amount}
        return ledger.post(key, entries, bill_id=None, made_up=False, at=NOW)

    assert enter_as("paid:1", 8000)
    assert not enter_as("paid:1", 8000)
    with pytest.raises(RuntimeError):
        enter_as("paid:1", 9000)
    assert EntryRow.objects.count() == 2


@pytest.mark.parametrize("table", [PostingRow, EntryRow, AccountRow, ReceiptRow])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_nothing_in_it_is_changed(issue, pay, table, deed):
    pay(issue())
    assert table.objects.exists()
    name = table._meta.db_table
    sql = {"update": f"UPDATE {name} SET id = id", "delete": f"DELETE FROM {name}"}

    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql[deed])


def test_the_database_asks_for_two_people(issue, pay):
    bill = issue()
    pay(bill)
    who = new_id()

    with pytest.raises(IntegrityError), transaction.atomic():
        RefundRow.objects.create(
            bill_id=bill.id,
            amount=1,
            reason="x",
            state="made",
            proposed_by=who,
            proposed_at=NOW,
            made_by=who,
            made_at=NOW,
        )


def test_the_check_finds_what_the_ledger_does_not_know(issue, pay):
    pay(issue())
    assert is_whole()
    bill = issue()

    BillRow.objects.filter(pk=bill.id).update(state="paid")

    found = queries.check_ledger()
    assert not found.is_whole
    assert found.differences["receivable (made up)"] == 8000


def test_the_command_tells_what_differs(issue, pay):
    pay(issue())
    whole = CliRunner().invoke(main, ["payments", "check", "--json"])
    BillRow.objects.filter(pk=issue().id).update(state="paid")
    broken = CliRunner().invoke(main, ["payments", "check", "--json"])

    assert (whole.exit_code, broken.exit_code) == (0, 1)
    told = json.loads(whole.output)
    assert (told["total"], told["unbalanced"], told["is_whole"]) == (0, 0, True)
    assert told["postings"] == 2
    assert json.loads(broken.output)["differences"]["receivable (made up)"] == 8000


class TestAtOnce:
    """Many counters at the same moment, each with a connection of its own."""

    @pytest.fixture
    def db(self, committed_db):
        """Commit, so that threads see what others did."""

    def test_many_take_the_same_money_once_and_no_number_is_missing(
        self, db, issue, pay
    ):
        bills = [issue(FEE) for _ in range(6)]
        works = [lambda bill=bill: pay(bill) for bill in bills for _ in range(2)]

        failures = at_once(works)

        assert sorted(failures) == ["BillAlreadyPaid"] * 6
        numbers = ReceiptRow.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == [1, 2, 3, 4, 5, 6]
        assert queries.check_ledger().is_whole


def at_once(works):
    ready = threading.Barrier(len(works))
    failures = []

    def run(work):
        try:
            ready.wait(10)
            work()
        except Refused as refusal:
            failures.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


LINES = st.lists(
    st.tuples(st.sampled_from(["805", "414", "599"]), st.integers(0, 10**6)),
    min_size=1,
    max_size=5,
).map(
    lambda parts: tuple(
        Line("f", "t", chapter, amount, 0, amount, "", "") for chapter, amount in parts
    )
)


@given(lines=LINES, cuts=st.lists(st.integers(1, 10**6), max_size=6))
def test_refunds_take_from_each_chapter_what_it_has_and_no_more(lines, cuts):
    left, given_back = sum(line.amount for line in lines), {}
    for cut in (min(cut, left) for cut in cuts):
        parts = spread(lines, cut, given_back)
        assert sum(parts.values()) == cut
        given_back = {
            key: given_back.get(key, 0) + parts.get(key, 0)
            for key in {*given_back, *parts}
        }
        left -= cut

        had = dict(by_chapter(lines))
        assert all(given_back[one] <= had[one] for one in given_back)
        if not left:
            break


@given(st.integers(1, 10**13), st.integers(1, 100))
def test_a_reduction_never_asks_for_a_part_of_a_dong_more(amount, percent):
    paid = reduced(amount, percent=percent)

    assert 0 <= amount * (100 - percent) - paid * 100 < 100


VALUES = {word: value for value, word in enumerate(DIGITS)} | {
    "mốt": 1,
    "lăm": 5,
    "linh": 0,
}


def read_back(words):
    """Read an amount in words, by another way than it was written."""
    whole = part = digit = 0
    for word in words.removesuffix(" đồng").lower().split():
        if word in VALUES:
            digit = VALUES[word]
            part += digit
        elif word == "mười":
            part, digit = part + 10, 0
        elif word == "mươi":
            part += digit * 9
        elif word == "trăm":
            part += digit * 99
        elif word == "tỷ":
            whole, part = (whole + part) * 10**9, 0
        else:
            whole, part = whole + part * {"nghìn": 10**3, "triệu": 10**6}[word], 0
    return whole + part


@given(st.integers(0, 10**15) | st.integers(0, 10**4))
def test_an_amount_in_words_is_read_back(amount):
    assert read_back(in_words(amount)) == amount
