"""Money arrives: it settles a bill, or waits for a person; and it arrives once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import new_id
from tinhso.payments.actions.ledger import account_row, post
from tinhso.payments.actions.locking import alone, find_and_lock, note
from tinhso.payments.actions.receipts import issue_receipt
from tinhso.payments.models import BillRow, PaymentRow, ReceiptRow
from tinhso.payments.rules import callbacks, posting
from tinhso.payments.types import (
    Account,
    Bill,
    BillPaid,
    BillState,
    CollectorUnknown,
    Entries,
    Method,
    PaymentState,
    SeriesFull,
    Taken,
    Verdict,
    Why,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that is there: told: the reference that came with it; amount: VND.

    detail: of the account that holds it. made_up: unless a bill says so.
    """

    method: Method
    transaction: str
    amount: int
    told: str
    detail: str
    made_up: bool


def take(arrival: Arrival, *, actor: Actor, at: datetime) -> Taken:
    """Settle the bill that money names, or let it wait; needs a transaction.

    A transaction that came before is not entered again, whatever came in between.
    """
    alone(f"payments.money:{arrival.method}:{arrival.transaction}")
    known = PaymentRow.objects.filter(
        method=arrival.method, transaction=arrival.transaction
    ).first()
    if known is not None:
        return Taken(_again(known, arrival))
    found = find_and_lock(arrival.told) if arrival.told else None
    bill = found[1] if found else None
    why = posting.why_not(bill, arrival.amount, at)
    if bill is not None and why is None:
        why = _settled(arrival, bill, actor, at)
    if why is None:
        return Taken(Verdict.PAID)
    _let_wait(arrival, bill, why, actor, at)
    return Taken(Verdict.QUEUED, why)


def _settled(arrival: Arrival, bill: Bill, actor: Actor, at: datetime) -> Why | None:
    """Settle a bill with money that fits; None if that went well."""
    into = into_of(arrival, bill)
    try:
        # What was begun is undone, and the money is here all the same.
        with transaction.atomic():
            payment = money_of(arrival, into, bill.is_synthetic, None, at)
            entries = posting.paid(bill, into)
            settle(bill, payment, entries, actor=actor, at=at)
    except (CollectorUnknown, SeriesFull):
        return Why.NO_RECEIPT
    return None


def _again(known: PaymentRow, arrival: Arrival) -> Verdict:
    is_same = callbacks.is_same(str(known.amount), str(arrival.amount))
    is_same &= callbacks.is_same(known.told, arrival.told)
    return Verdict.REPEATED if is_same else Verdict.CONTRADICTS


def _let_wait(
    arrival: Arrival, bill: Bill | None, why: Why, actor: Actor, at: datetime
) -> None:
    made_up = bill.is_synthetic if bill else arrival.made_up
    into = Account(posting.OF_METHOD[arrival.method], None, arrival.detail)
    payment = money_of(arrival, into, made_up, why, at)
    payment.save(force_insert=True)
    entries = posting.queued(arrival.amount, into)
    post(f"queued:{payment.id}", entries, bill_id=None, made_up=made_up, at=at)
    note(
        "queue_money",
        subject="Payment",
        subject_id=payment.id,
        actor=actor,
        at=at,
        details={"why": why, "amount": arrival.amount},
    )


def into_of(arrival: Arrival, bill: Bill) -> Account:
    """Name the account that holds the money of a bill: a cash desk is an agency's."""
    is_cash = arrival.method is Method.CASH
    organization = bill.organization_id if is_cash else None
    return Account(posting.OF_METHOD[arrival.method], organization, arrival.detail)


def money_of(
    arrival: Arrival, into: Account, made_up: bool, why: Why | None, at: datetime
) -> PaymentRow:
    """Make the row of money that arrived, not kept yet: it waits, or settles a bill."""
    return PaymentRow(
        id=new_id(),
        method=arrival.method,
        transaction=arrival.transaction,
        amount=arrival.amount,
        told=arrival.told,
        account=account_row(into, made_up=made_up),
        state=PaymentState.WAITING,
        why=why or "",
        received_at=at,
        is_synthetic=made_up,
    )


def settle(
    bill: Bill,
    payment: PaymentRow,
    entries: Entries,
    *,
    actor: Actor,
    at: datetime,
) -> ReceiptRow:
    """Mark a locked bill as paid by some money, and issue its receipt."""
    payment.bill_id, payment.state = bill.id, PaymentState.SETTLED
    payment.save()
    BillRow.objects.filter(pk=bill.id).update(state=BillState.PAID)
    made_up = bill.is_synthetic
    post(f"paid:{bill.id}", entries, bill_id=bill.id, made_up=made_up, at=at)
    receipt = issue_receipt(bill, Method(payment.method), actor=actor, at=at)
    note(
        "record_payment",
        subject="Bill",
        subject_id=bill.id,
        actor=actor,
        at=at,
        details={
            "method": payment.method,
            "receipt": receipt.number,
            # The journal is sealed, so it vouches for the receipt as it was issued.
            "digest": receipt.digest,
        },
    )
    events.record(_paid(bill, receipt), actor=actor, at=at)
    return receipt


def _paid(bill: Bill, receipt: ReceiptRow) -> BillPaid:
    assert bill.organization_id is not None  # noqa: S101 - bills are an agency's
    return BillPaid(
        subject_id=bill.id,
        organization_id=bill.organization_id,
        owner_id=bill.owner_id,
        reference=bill.reference,
        thing=bill.subject,
        thing_id=bill.subject_id,
        amount=bill.amount,
        receipt_id=receipt.id,
        receipt_number=receipt.number,
    )
