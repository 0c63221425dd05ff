"""The words of money that came, went, or waits for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.payments.types.bills import Line


class Method(StrEnum):
    """How money moves."""

    CASH = "cash"
    TRANSFER = "transfer"
    GATEWAY = "gateway"


class PaymentState(StrEnum):
    """Where money stands that came in: on a bill, before a person, or sent back."""

    SETTLED = "settled"
    WAITING = "waiting"
    RETURNED = "returned"


class Why(StrEnum):
    """Why money fits no bill; NO_RECEIPT: it does, and no receipt can be given."""

    UNKNOWN = "unknown"
    PAID_ALREADY = "paid_already"
    AMOUNT_DIFFERS = "amount_differs"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NOTHING_OWED = "nothing_owed"
    NO_RECEIPT = "no_receipt"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in; transaction: its number at whoever brought it.

    told: the reference that came with it. bill: of the bill it settles, if any.
    """

    id: UUID
    method: Method
    transaction: str
    amount: int
    told: str
    bill: str | None
    state: PaymentState
    why: Why | None
    received_at: datetime
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """An e-receipt (NĐ 254/2026 Đ22–23); number: counts from 1 each year in a series.

    words: the amount in words. issued_by: who collected. digest: SHA-256 over all of
    it, what a signature of the collector is put to.
    """

    id: UUID
    title: str
    form: str
    symbol: str
    year: int
    number: int
    collector_name: str
    collector_tax_code: str
    payer_name: str
    payer_address: str
    lines: tuple[Line, ...]
    amount: int
    words: str
    method: Method
    issued_at: datetime
    issued_by: str
    bill: str
    digest: str
    is_synthetic: bool


class RefundState(StrEnum):
    """The steps of a refund; two people take them."""

    PROPOSED = "proposed"
    MADE = "made"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back to whoever paid a bill; amount: VND."""

    id: UUID
    bill: str
    amount: int
    reason: str
    state: RefundState
    proposed_by: UUID | None
    made_by: UUID | None


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay a bill; text: what a QR code of it says, url: where it is paid.

    bank, account: where a transfer goes.
    """

    method: Method
    text: str = ""
    url: str = ""
    bank: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway or bank told, its signature checked; amount: VND.

    detail: the account of an agency that the money came to, empty at a gateway.
    """

    reference: str
    transaction: str
    amount: int
    is_paid: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CreditNotice:
    """What a bank says of money that came: words: of the transfer; amount: VND."""

    bank: str
    account: str
    transaction: str
    amount: int
    words: str


class Verdict(StrEnum):
    """What became of a callback."""

    PAID = "paid"
    QUEUED = "queued"
    REPEATED = "repeated"
    NOT_PAID = "not_paid"
    SIGNATURE_WRONG = "signature_wrong"
    UNREADABLE = "unreadable"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Taken:
    """How a callback was taken; why: for money that fits no bill."""

    verdict: Verdict
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came in one way in some time: how many payments, VND together."""

    method: Method
    count: int
    amount: int
    is_synthetic: bool


class AccountKind(StrEnum):
    """The accounts of the ledger.

    RECEIVABLE: what payers owe an agency. BANK, CASH, GATEWAY: where money is.
    REVENUE: by chapter of the budget, REFUNDS: what was given back of it. UNKNOWN:
    money that fits no bill.
    """

    RECEIVABLE = "receivable"
    BANK = "bank"
    CASH = "cash"
    GATEWAY = "gateway"
    REVENUE = "revenue"
    REFUNDS = "refunds"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the ledger; detail: a chapter, a bank account, a gateway."""

    kind: AccountKind
    organization_id: UUID | None = None
    detail: str = ""


# What a posting writes: VND by account, debit above zero, credit below.
Entries = Mapping[Account, int]


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands on an account, debit above zero; VND."""

    account: Account
    amount: int


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What must be nothing: VND by which debit and credit, or ledger and money, differ.

    postings: how many there are; unbalanced: those that do not come to zero.
    differences: by method, what the ledger says came in less what the payments say.
    """

    postings: int
    unbalanced: int
    total: int
    differences: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing differs."""
        parts = (self.unbalanced, self.total, *self.differences.values())
        return not any(parts)
