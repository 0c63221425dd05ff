"""Give money back: one person proposes it, another makes it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.payments import queries
from tinhso.payments.actions.callbacks import DETAIL
from tinhso.payments.actions.ledger import post
from tinhso.payments.actions.locking import lock_bill, note
from tinhso.payments.models import BillRow, RefundRow
from tinhso.payments.rules import posting
from tinhso.payments.types import (
    Account,
    AmountWrong,
    Bill,
    BillNotPaid,
    BillState,
    Method,
    ReasonMissing,
    Refund,
    RefundMade,
    RefundNeedsSecond,
    RefundOver,
    RefundState,
    RefundTooLarge,
)
from tinhso.security.types import Deed


def propose_refund(
    *, reference: str, amount: int, reason: str, actor: Actor, at: datetime
) -> Refund:
    """Propose to give back so much of a paid bill; no money moves yet. VND.

    :raises BillNotFound: if there is no bill the actor may know of.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises BillNotPaid: if nothing was paid.
    :raises RefundTooLarge: if it is more than is left, other proposals counted.
    :raises ReasonMissing: if no reason is given; AmountWrong: if it is no amount.
    """
    reason = clean(reason)[:500]
    with transaction.atomic():
        row, bill = lock_bill(reference, actor=actor, deed=Deed.COLLECT_FEES)
        _refuse_impossible(row, bill, amount, reason)
        refund = RefundRow.objects.create(
            bill=row,
            amount=amount,
            reason=reason,
            state=RefundState.PROPOSED,
            proposed_by=_person(actor),
            proposed_at=at,
        )
        _note("propose_refund", refund, actor, at)
    return queries.refund_of(row=refund)


def make_refund(
    *, refund_id: UUID, method: Method, actor: Actor, at: datetime
) -> Refund:
    """Approve a proposal and enter that the money went back.

    :raises NotFound: if there is no such proposal the actor may know of.
    :raises NotAllowed: if the actor does not head the agency.
    :raises RefundOver: if it was made or dropped.
    :raises RefundNeedsSecond: if the actor proposed it.
    """
    with transaction.atomic():
        row, bill = _lock(refund_id, actor)
        if row.proposed_by == _person(actor):
            raise RefundNeedsSecond
        already = _given(bill.id)
        row.parts = posting.spread(bill.lines, row.amount, already)
        row.state, row.method = RefundState.MADE, method
        row.made_by, row.made_at = _person(actor), at
        row.save()
        _enter(row, bill, method, at)
        _note("make_refund", row, actor, at, method=method)
        events.record(_made(row, bill), actor=actor, at=at)
    return queries.refund_of(row=row)


def drop_refund(*, refund_id: UUID, reason: str, actor: Actor, at: datetime) -> Refund:
    """Turn a proposal down; what it would have given back is free again.

    :raises NotFound: if there is no such proposal the actor may know of.
    :raises NotAllowed: if the actor does not head the agency.
    :raises RefundOver: if it was made or dropped.
    :raises ReasonMissing: if no reason is given.
    """
    reason = clean(reason)[:500]
    with transaction.atomic():
        row, _ = _lock(refund_id, actor)
        if not reason:
            raise ReasonMissing
        row.state = RefundState.DROPPED
        row.save(update_fields=["state"])
        _note("drop_refund", row, actor, at, reason=reason)
    return queries.refund_of(row=row)


def _refuse_impossible(row: BillRow, bill: Bill, amount: int, reason: str) -> None:
    if bill.state is not BillState.PAID:
        raise BillNotPaid
    if not reason:
        raise ReasonMissing
    if amount <= 0:
        raise AmountWrong
    counted = row.refunds.exclude(state=RefundState.DROPPED)
    left = bill.amount - (counted.aggregate(all=Sum("amount"))["all"] or 0)
    if amount > left:
        raise RefundTooLarge(left=left)


def _person(actor: Actor) -> UUID:
    """Name who acts: two people make a refund, and the system is none."""
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def _lock(refund_id: UUID, actor: Actor) -> tuple[RefundRow, Bill]:
    known = RefundRow.objects.filter(pk=refund_id).select_related("bill").first()
    if known is None:
        raise NotFound
    _, bill = lock_bill(known.bill.reference, actor=actor, deed=Deed.GIVE_FEES_BACK)
    # Read again under the lock of its bill.
    row = RefundRow.objects.select_related("bill").get(pk=refund_id)
    if row.state != RefundState.PROPOSED:
        raise RefundOver
    return row, bill


def _given(bill_id: UUID) -> Counter[str]:
    """Add up by chapter what was given back before; VND."""
    made = RefundRow.objects.filter(bill_id=bill_id, state=RefundState.MADE)
    sums: Counter[str] = Counter()
    for parts in made.values_list("parts", flat=True):
        sums.update(parts)
    return sums


def _enter(row: RefundRow, bill: Bill, method: Method, at: datetime) -> None:
    entries = posting.given_back(bill, row.parts, _out_of(bill, method))
    made_up = bill.is_synthetic
    post(f"refund:{row.id}", entries, bill_id=bill.id, made_up=made_up, at=at)


def _out_of(bill: Bill, method: Method) -> Account:
    """Name the account the money leaves."""
    assert bill.organization_id is not None  # noqa: S101 - bills are an agency's
    kind = posting.OF_METHOD[method]
    if method is Method.CASH:
        return Account(kind, bill.organization_id)
    if method is Method.GATEWAY:
        return Account(kind, detail=DETAIL)
    collector = queries.get_collector(organization_id=bill.organization_id)
    return Account(kind, detail=f"{collector.bank}:{collector.account}")


def _note(
    deed: str, row: RefundRow, actor: Actor, at: datetime, **details: object
) -> None:
    note(
        deed,
        subject="Refund",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"bill": row.bill.reference, "amount": row.amount, **details},
    )


def _made(row: RefundRow, bill: Bill) -> RefundMade:
    assert bill.organization_id is not None  # noqa: S101 - bills are an agency's
    return RefundMade(
        subject_id=bill.id,
        organization_id=bill.organization_id,
        owner_id=bill.owner_id,
        reference=bill.reference,
        amount=row.amount,
        reason=row.reason,
    )
