"""How each deed is entered: every đồng once as debit, once as credit."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from tinhso.payments.types import (
    Account,
    AccountKind,
    Bill,
    BillState,
    Entries,
    Line,
    Method,
    Why,
)

OF_METHOD: Mapping[Method, AccountKind] = {
    Method.CASH: AccountKind.CASH,
    Method.TRANSFER: AccountKind.BANK,
    Method.GATEWAY: AccountKind.GATEWAY,
}

CLOSED: Mapping[BillState, Why] = {
    BillState.PAID: Why.PAID_ALREADY,
    BillState.WITHDRAWN: Why.WITHDRAWN,
    BillState.WAIVED: Why.NOTHING_OWED,
}


def owed(bill: Bill) -> Entries:
    """Enter what a bill asks for, as revenue of the chapters of its fees."""
    chapters = by_chapter(bill.lines)
    revenue = {_account(AccountKind.REVENUE, bill, one): -n for one, n in chapters}
    return {_account(AccountKind.RECEIVABLE, bill): bill.amount, **revenue}


def taken_back(bill: Bill) -> Entries:
    """Enter that a bill is owed no longer."""
    return {account: -amount for account, amount in owed(bill).items()}


def paid(bill: Bill, into: Account) -> Entries:
    """Enter that a bill was paid."""
    receivable = _account(AccountKind.RECEIVABLE, bill)
    return {into: bill.amount, receivable: -bill.amount}


def queued(amount: int, into: Account) -> Entries:
    """Enter money that fits no bill; it is nobody's until a person has looked."""
    return {into: amount, unknown(into): -amount}


def assigned(bill: Bill, into: Account) -> Entries:
    """Enter that money which waited settles a bill."""
    receivable = _account(AccountKind.RECEIVABLE, bill)
    return {unknown(into): bill.amount, receivable: -bill.amount}


def returned(amount: int, into: Account) -> Entries:
    """Enter that money which waited went back."""
    return {unknown(into): amount, into: -amount}


def given_back(bill: Bill, parts: Mapping[str, int], out_of: Account) -> Entries:
    """Enter a refund; parts: VND by chapter."""
    refunds = {_account(AccountKind.REFUNDS, bill, one): n for one, n in parts.items()}
    return {**refunds, out_of: -sum(parts.values())}


def unknown(into: Account) -> Account:
    """Name the account of unknown money beside the one that holds it."""
    return Account(AccountKind.UNKNOWN, detail=into.kind)


def spread(
    lines: tuple[Line, ...], amount: int, already: Mapping[str, int]
) -> dict[str, int]:
    """Take an amount from what is left of each chapter, one after the other. VND."""
    parts: dict[str, int] = {}
    for chapter, paid_in in by_chapter(lines):
        part = min(amount, paid_in - already.get(chapter, 0))
        if part > 0:
            parts[chapter] = part
            amount -= part
    return parts


def by_chapter(lines: tuple[Line, ...]) -> list[tuple[str, int]]:
    """Add up lines by chapter of the budget, those with nothing left out."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.chapter] += line.amount
    return [(chapter, amount) for chapter, amount in sums.items() if amount]


def why_not(bill: Bill | None, amount: int, at: datetime) -> Why | None:
    """Say why money does not settle a bill, None if it does."""
    if bill is None:
        return Why.UNKNOWN
    if bill.state is not BillState.OPEN:
        return CLOSED[bill.state]
    if bill.is_expired(at=at):
        return Why.EXPIRED
    return None if amount == bill.amount else Why.AMOUNT_DIFFERS


def _account(kind: AccountKind, bill: Bill, detail: str = "") -> Account:
    return Account(kind, bill.organization_id, detail)
