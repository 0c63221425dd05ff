"""Ask payments: bills and how to pay them, receipts, money that waits, the ledger."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from tinhso.kernel.actor import Actor
from tinhso.kernel.records import Page, read_place
from tinhso.payments.models import (
    AccountRow,
    BillRow,
    CollectorRow,
    EntryRow,
    FeeRulesVersion,
    PaymentRow,
    PostingRow,
    ReceiptRow,
    RefundRow,
)
from tinhso.payments.providers import PROVIDERS, Order
from tinhso.payments.rules import fees, posting, vietqr
from tinhso.payments.types import (
    Account,
    AccountKind,
    Balance,
    Bill,
    BillNotFound,
    BillState,
    Collector,
    CollectorUnknown,
    LedgerCheck,
    Line,
    Method,
    Overpaid,
    Payer,
    Payment,
    PaymentState,
    Receipt,
    Reduction,
    Refund,
    RefundState,
    TakenIn,
    Transfer,
    Way,
    Why,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

PAGE = 50
UNBALANCED = f"""
SELECT count(*) FROM (
    SELECT posting.id FROM {PostingRow._meta.db_table} posting
    LEFT JOIN {EntryRow._meta.db_table} entry ON entry.posting_id = posting.id
    GROUP BY posting.id
    HAVING count(entry.id) < 2 OR sum(entry.amount) <> 0
) wrong"""  # noqa: S608 - the names are our own


def vietqr_text(*, transfer: Transfer) -> str:
    """Write a transfer as the text of a VietQR code.

    :raises BankWrong: if the BIN cannot be; AccountWrong, AmountWrong, PurposeWrong
        likewise.
    """
    return vietqr.payload(transfer)


def read_vietqr(*, text: str) -> Transfer:
    """Read the transfer a VietQR code asks for.

    :raises TransferWrong: if it is no such code, or was damaged.
    """
    return vietqr.read(text)


def get_bill(*, reference: str, actor: Actor) -> Bill:
    """Get a bill of one's own, or of the agency one serves.

    :raises BillNotFound: if there is none the actor may know of.
    """
    row = BillRow.objects.filter(reference=reference).first()
    if row is None:
        raise BillNotFound
    bill = bill_of(row=row)
    if not security.may(actor=actor, deed=Deed.READ_BILL, thing=bill):
        raise BillNotFound
    return bill


def bills_for(*, subject_id: UUID, actor: Actor) -> tuple[Bill, ...]:
    """List the bills for a thing that the actor may read, the oldest first."""
    rows = BillRow.objects.filter(subject_id=subject_id).order_by("id")
    return tuple(
        bill
        for bill in (bill_of(row=row) for row in rows)
        if security.may(actor=actor, deed=Deed.READ_BILL, thing=bill)
    )


def ways_to_pay(
    *, bill: Bill, address: str, back: str, at: datetime
) -> tuple[Way, ...]:
    """List the ways to pay a bill; none if there is nothing to pay any more.

    address: of the payer's machine; back: where a gateway sends them afterwards.
    """
    if bill.state is not BillState.OPEN or bill.is_expired(at=at):
        return ()
    order = Order(bill, _collector_of_bill(bill), address, back, at)
    ways = (provider.way(order) for provider in PROVIDERS)
    return tuple(way for way in ways if way is not None)


def _collector_of_bill(bill: Bill) -> Collector:
    if bill.organization_id is None:
        raise CollectorUnknown
    return get_collector(organization_id=bill.organization_id)


def get_collector(*, organization_id: UUID) -> Collector:
    """Tell how an agency collects fees.

    :raises CollectorUnknown: if it has not said so.
    """
    row = CollectorRow.objects.filter(organization_id=organization_id).first()
    if row is None:
        raise CollectorUnknown
    return collector_of(row=row)


def collectors_of(*, actor: Actor) -> tuple[Collector, ...]:
    """List the agencies for which the actor collects, by name."""
    served = {duty.organization_id for duty in actor.duties}
    rows = CollectorRow.objects.filter(organization_id__in=served).order_by("name")
    found = (collector_of(row=row) for row in rows)
    return tuple(
        one
        for one in found
        if security.may(actor=actor, deed=Deed.COLLECT_FEES, thing=one)
    )


def bills_at(
    *,
    organization_id: UUID,
    state: BillState,
    actor: Actor,
    after: str | None = None,
) -> Page[Bill]:
    """List the bills of an agency that stand so, the newest first.

    :raises CollectorUnknown: if it collects nothing here.
    :raises NotAllowed: if the actor does not collect for it.
    """
    collector = get_collector(organization_id=organization_id)
    security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=collector)
    rows = BillRow.objects.filter(organization_id=organization_id, state=state)
    if after:
        rows = rows.filter(id__lt=read_place(after))
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = tuple(bill_of(row=row) for row in found[:PAGE])
    return Page(shown, str(shown[-1].id) if len(found) > PAGE else None)


def taken_in(
    *, organization_id: UUID, since: datetime, until: datetime, actor: Actor
) -> tuple[TakenIn, ...]:
    """Add up what settled the bills of an agency between two moments, by method.

    :raises CollectorUnknown: if it collects nothing here.
    :raises NotAllowed: if the actor does not collect for it.
    """
    collector = get_collector(organization_id=organization_id)
    security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=collector)
    rows = (
        PaymentRow.objects.filter(
            bill__organization_id=organization_id,
            received_at__gte=since,
            received_at__lt=until,
            state=PaymentState.SETTLED,
        )
        .values("method", "is_synthetic")
        .annotate(count=Count("id"), sum=Sum("amount"))
        .order_by("method", "is_synthetic")
    )
    return tuple(
        TakenIn(
            Method(row["method"]), row["count"], int(row["sum"]), row["is_synthetic"]
        )
        for row in rows
    )


def is_collected_at(*, bank: str, account: str) -> bool:
    """Tell whether an agency collects to an account."""
    return CollectorRow.objects.filter(bank=bank, account=account).exists()


def reductions(*, on: date) -> tuple[Reduction, ...]:
    """List the exemptions in force on a day, by the newest version of each file."""
    rows = FeeRulesVersion.objects.order_by("key", "-number").distinct("key")
    read = (one for row in rows for one in fees.read_reductions(row.body))
    return tuple(
        one
        for one in read
        if one.valid_from <= on and (one.valid_to is None or on < one.valid_to)
    )


def receipt_for(*, reference: str, actor: Actor) -> Receipt | None:
    """Get the receipt of a bill, None if it is not paid.

    :raises BillNotFound: if there is no bill the actor may know of.
    """
    bill = get_bill(reference=reference, actor=actor)
    row = ReceiptRow.objects.filter(bill_id=bill.id).first()
    return receipt_of(row=row) if row else None


def refunds_for(*, reference: str, actor: Actor) -> tuple[Refund, ...]:
    """List what was given back of a bill, or is proposed to be.

    :raises BillNotFound: if there is no bill the actor may know of.
    """
    bill = get_bill(reference=reference, actor=actor)
    rows = RefundRow.objects.filter(bill_id=bill.id).select_related("bill")
    return tuple(refund_of(row=row) for row in rows.order_by("id"))


def overpaid(*, subject_id: UUID, fee: int, actor: Actor) -> tuple[Overpaid, ...]:
    """Tell what was paid for a thing above what its fee has become, by bill.

    fee: VND, before exemptions, which stay as they were granted. What a refund gives
    back already, or is proposed to, counts no more.
    """
    found = bills_for(subject_id=subject_id, actor=actor)
    if not found:
        return ()
    rows = RefundRow.objects.filter(bill__in=[bill.id for bill in found])
    counted = rows.exclude(state=RefundState.DROPPED).values_list("bill__reference")
    given = dict(counted.annotate(sum=Sum("amount")))
    return tuple(fees.too_much(found, fee=fee, given=given))


def waiting_money(*, actor: Actor, after: str | None = None) -> Page[Payment]:
    """List money that fits no bill, the oldest first.

    :raises NotAllowed: if the actor does not sort it.
    """
    security.require(actor=actor, deed=Deed.SORT_MONEY)
    rows = PaymentRow.objects.filter(state=PaymentState.WAITING).order_by("id")
    if after:
        rows = rows.filter(id__gt=read_place(after))
    found = list(rows.select_related("bill")[: PAGE + 1])
    shown = tuple(payment_of(row=row) for row in found[:PAGE])
    return Page(shown, str(shown[-1].id) if len(found) > PAGE else None)


def balances(*, made_up: bool = False) -> tuple[Balance, ...]:
    """Tell what stands on each account of the ledger; VND."""
    rows = AccountRow.objects.filter(is_synthetic=made_up)
    summed = rows.annotate(sum=Sum("entryrow__amount")).order_by("kind", "detail", "id")
    return tuple(Balance(_account_of(row), int(row.sum or 0)) for row in summed)


def check_ledger() -> LedgerCheck:
    """Compare debit with credit, and the ledger with the money and the bills."""
    with connection.cursor() as cursor:
        cursor.execute(UNBALANCED)
        [unbalanced] = cursor.fetchone()
    return LedgerCheck(
        postings=PostingRow.objects.count(),
        unbalanced=unbalanced,
        total=_sum(EntryRow.objects.all()),
        differences={
            name: difference
            for made_up in (False, True)
            for name, difference in _differences(made_up)
        },
    )


def _differences(made_up: bool) -> Iterable[tuple[str, int]]:
    on = dict.fromkeys(AccountKind, 0)
    for balance in balances(made_up=made_up):
        on[balance.account.kind] += balance.amount
    added = " (made up)" if made_up else ""
    for method, kind in posting.OF_METHOD.items():
        yield f"{method}{added}", on[kind] - _held(method, made_up)
    bills = BillRow.objects.filter(state=BillState.OPEN, is_synthetic=made_up)
    owed = _sum(bills)
    yield f"receivable{added}", on[AccountKind.RECEIVABLE] - owed
    waits = PaymentRow.objects.filter(state=PaymentState.WAITING, is_synthetic=made_up)
    yield f"unknown{added}", -on[AccountKind.UNKNOWN] - _sum(waits)


def _held(method: Method, made_up: bool) -> int:
    """Add up what came in one way and was not given back; VND."""
    came = PaymentRow.objects.filter(method=method, is_synthetic=made_up)
    went = RefundRow.objects.filter(
        state=RefundState.MADE, method=method, bill__is_synthetic=made_up
    )
    kept = came.exclude(state=PaymentState.RETURNED)
    return _sum(kept) - _sum(went)


def _sum(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(all=Sum("amount"))["all"] or 0)


def bill_of(*, row: BillRow) -> Bill:
    """Hand out a bill."""
    return Bill(
        id=row.id,
        reference=row.reference,
        organization_id=row.organization_id,
        owner_id=row.owner_id,
        payer=Payer(row.owner_id, row.payer_name, row.payer_address),
        subject=row.subject,
        subject_id=row.subject_id,
        lines=tuple(Line(**line) for line in row.lines),
        amount=row.amount,
        state=BillState(row.state),
        issued_at=row.issued_at,
        due_at=row.due_at,
        is_synthetic=row.is_synthetic,
    )


def collector_of(*, row: CollectorRow) -> Collector:
    """Hand out how an agency collects."""
    return Collector(
        organization_id=row.organization_id,
        name=row.name,
        tax_code=row.tax_code,
        bank=row.bank,
        account=row.account,
        form=row.form,
        symbol=row.symbol,
        chapter=row.chapter,
    )


def receipt_of(*, row: ReceiptRow) -> Receipt:
    """Hand out a receipt as it was issued."""
    body = {
        **row.body,
        "lines": tuple(Line(**line) for line in row.body["lines"]),
        "method": Method(row.body["method"]),
        "issued_at": row.issued_at,
    }
    known = {field.name for field in fields(Receipt)} & body.keys()
    given = {name: body[name] for name in known}
    return Receipt(id=row.id, digest=row.digest, **given)


def refund_of(*, row: RefundRow) -> Refund:
    """Hand out a refund."""
    return Refund(
        id=row.id,
        bill=row.bill.reference,
        amount=row.amount,
        reason=row.reason,
        state=RefundState(row.state),
        proposed_by=row.proposed_by,
        made_by=row.made_by,
    )


def payment_of(*, row: PaymentRow) -> Payment:
    """Hand out money that came in."""
    return Payment(
        id=row.id,
        method=Method(row.method),
        transaction=row.transaction,
        amount=row.amount,
        told=row.told,
        bill=row.bill.reference if row.bill else None,
        state=PaymentState(row.state),
        why=Why(row.why) if row.why else None,
        received_at=row.received_at,
        is_synthetic=row.is_synthetic,
    )


def _account_of(row: AccountRow) -> Account:
    return Account(AccountKind(row.kind), row.organization_id, row.detail)
