"""Take cash at the counter and transfers to the account; sort money that waits."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound, Refused
from tinhso.kernel.text import clean
from tinhso.payments import queries
from tinhso.payments.actions.arriving import (
    Arrival,
    into_of,
    money_of,
    settle,
    take,
)
from tinhso.payments.actions.ledger import post
from tinhso.payments.actions.locking import alone, lock_bill, note
from tinhso.payments.models import PaymentRow, ReceiptRow
from tinhso.payments.rules import posting
from tinhso.payments.rules.references import find_reference
from tinhso.payments.rules.vietqr import MOST
from tinhso.payments.types import (
    Account,
    AccountKind,
    AmountDiffers,
    AmountWrong,
    Bill,
    BillAlreadyPaid,
    BillExpired,
    BillWaived,
    BillWithdrawn,
    Method,
    MoneyMadeUp,
    MoneyNotWaiting,
    Payment,
    PaymentState,
    ReasonMissing,
    Receipt,
    Taken,
    TransactionUsed,
    TransactionWrong,
    Why,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

# A bank's BIN and a sign are put before it.
LONGEST = 50
REFUSALS: Mapping[Why, type[Refused]] = {
    Why.PAID_ALREADY: BillAlreadyPaid,
    Why.EXPIRED: BillExpired,
    Why.WITHDRAWN: BillWithdrawn,
    Why.NOTHING_OWED: BillWaived,
}


def record_payment(
    *, reference: str, amount: int, transaction_key: str, actor: Actor, at: datetime
) -> Receipt:
    """Enter cash for a bill, and issue its receipt; the same key again answers it.

    :raises BillNotFound: if there is no bill the actor may know of.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises AmountDiffers: if it is not what the bill asks for.
    :raises BillAlreadyPaid: BillExpired, BillWithdrawn, BillWaived likewise.
    :raises TransactionUsed: if the key came with another payment.
    :raises TransactionWrong: if there is none, or it is too long.
    """
    with transaction.atomic():
        _refuse_wrong(transaction_key)
        alone(f"payments.money:{Method.CASH}:{transaction_key}")
        _, bill = lock_bill(reference, actor=actor, deed=Deed.COLLECT_FEES)
        arrival = Arrival(Method.CASH, transaction_key, amount, reference, "", False)
        known = _known(arrival)
        if known is not None:
            return _receipt_again(known, arrival)
        refuse_unpayable(bill, amount, at)
        into = into_of(arrival, bill)
        payment = money_of(arrival, into, bill.is_synthetic, None, at)
        receipt = settle(bill, payment, posting.paid(bill, into), actor=actor, at=at)
    return queries.receipt_of(row=receipt)


def _refuse_wrong(transaction_key: str) -> None:
    key = clean(transaction_key)
    if key != transaction_key or not 0 < len(key) <= LONGEST:
        raise TransactionWrong(most=LONGEST)


def refuse_unpayable(bill: Bill, amount: int, at: datetime) -> None:
    """Refuse by name money that does not settle a bill."""
    why = posting.why_not(bill, amount, at)
    if why is Why.AMOUNT_DIFFERS:
        raise AmountDiffers(due=bill.amount)
    if why is not None:
        raise REFUSALS[why]


def _known(arrival: Arrival) -> PaymentRow | None:
    return PaymentRow.objects.filter(
        method=arrival.method, transaction=arrival.transaction
    ).first()


def _receipt_again(known: PaymentRow, arrival: Arrival) -> Receipt:
    if (known.told, known.amount) != (arrival.told, arrival.amount):
        raise TransactionUsed
    return queries.receipt_of(row=ReceiptRow.objects.get(bill_id=known.bill_id))


def take_transfer(
    *,
    organization_id: UUID,
    transaction_key: str,
    amount: int,
    purpose: str,
    actor: Actor,
    at: datetime,
) -> Taken:
    """Enter a transfer that an account of an agency shows, by the words it came with.

    It settles the bill whose reference the words hold, or waits for a person. Of the
    words only the reference is kept.

    :raises CollectorUnknown: if the agency has no account.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises AmountWrong: if the amount cannot be; TransactionWrong likewise.
    """
    collector = queries.get_collector(organization_id=organization_id)
    arrival = Arrival(
        method=Method.TRANSFER,
        transaction=f"{collector.bank}:{transaction_key}",
        amount=amount,
        told=find_reference(purpose) or "",
        detail=f"{collector.bank}:{collector.account}",
        made_up=actor.is_synthetic or settings.TINHSO_DEMO,
    )
    with transaction.atomic():
        security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=collector)
        _refuse_wrong(transaction_key)
        if not 0 < amount <= MOST:
            raise AmountWrong
        return take(arrival, actor=actor, at=at)


def assign_money(
    *, payment_id: UUID, reference: str, actor: Actor, at: datetime
) -> Receipt:
    """Settle a bill with money that waited; a bill that has expired may be settled so.

    :raises BillNotFound: if there is no bill the actor may know of.
    :raises NotAllowed: if the actor does not head the agency.
    :raises MoneyNotWaiting: if it was sorted before.
    :raises MoneyMadeUp: if only one of both is made up.
    :raises AmountDiffers: if it is not what the bill asks for.
    :raises BillAlreadyPaid: BillWithdrawn, BillWaived likewise.
    """
    with transaction.atomic():
        payment = _lock_waiting(payment_id)
        _, bill = lock_bill(reference, actor=actor, deed=Deed.SORT_MONEY)
        refuse_unpayable(bill, payment.amount, min(at, bill.due_at))
        if payment.is_synthetic != bill.is_synthetic:
            raise MoneyMadeUp
        entries = posting.assigned(bill, _account_of(payment))
        receipt = settle(bill, payment, entries, actor=actor, at=at)
    return queries.receipt_of(row=receipt)


def return_money(
    *, payment_id: UUID, reason: str, actor: Actor, at: datetime
) -> Payment:
    """Enter that money which waited went back to where it came from.

    :raises NotAllowed: if the actor sorts no money.
    :raises MoneyNotWaiting: if it was sorted before.
    :raises ReasonMissing: if no reason is given.
    """
    reason = clean(reason)[:500]
    with transaction.atomic():
        security.require(actor=actor, deed=Deed.SORT_MONEY)
        payment = _lock_waiting(payment_id)
        if not reason:
            raise ReasonMissing
        payment.state = PaymentState.RETURNED
        payment.save(update_fields=["state"])
        entries = posting.returned(payment.amount, _account_of(payment))
        post(
            f"returned:{payment.id}",
            entries,
            bill_id=None,
            made_up=payment.is_synthetic,
            at=at,
        )
        note(
            "return_money",
            subject="Payment",
            subject_id=payment.id,
            actor=actor,
            at=at,
            details={"reason": reason, "amount": payment.amount},
        )
    return queries.payment_of(row=payment)


def _lock_waiting(payment_id: UUID) -> PaymentRow:
    rows = PaymentRow.objects.select_for_update(of=("self",)).select_related("account")
    row = rows.filter(pk=payment_id).first()
    if row is None:
        raise NotFound
    if row.state != PaymentState.WAITING:
        raise MoneyNotWaiting
    return row


def _account_of(payment: PaymentRow) -> Account:
    row = payment.account
    return Account(AccountKind(row.kind), row.organization_id, row.detail)
