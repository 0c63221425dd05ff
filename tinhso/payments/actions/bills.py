"""Issue bills, and take them back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import new_id
from tinhso.kernel.text import clean
from tinhso.payments import queries
from tinhso.payments.actions.ledger import post
from tinhso.payments.actions.locking import alone, lock_bill, note
from tinhso.payments.models import BillRow
from tinhso.payments.rules import fees as fee_rules
from tinhso.payments.rules import posting
from tinhso.payments.rules.references import reference_of
from tinhso.payments.types import (
    Bill,
    BillAlreadyPaid,
    BillExpired,
    BillIssued,
    BillState,
    BillTakenBack,
    BillWaived,
    BillWithdrawn,
    Collector,
    Entries,
    Fee,
    FeeWrong,
    GroundUnknown,
    KeyUsedForOtherBill,
    Line,
    Payer,
    ReasonMissing,
)
from tinhso.people import queries as people
from tinhso.security import queries as security
from tinhso.security.types import Deed


def issue_bill(
    *,
    key: str,
    organization_id: UUID,
    subject: str,
    subject_id: UUID,
    payer: Payer,
    fees: Sequence[Fee],
    grounds: Sequence[str],
    due_at: datetime,
    actor: Actor,
    at: datetime,
) -> Bill:
    """Issue a bill for a thing; the same key again answers the same bill.

    subject, subject_id: what it is for, `procedures.Dossier`. grounds: of exemptions
    the payer is entitled to, by their keys; of several the largest counts.

    :raises CollectorUnknown: if the agency has not said how it collects.
    :raises NotAllowed: if the actor does not collect for it.
    :raises FeeWrong: if a fee or the day cannot be; GroundUnknown likewise.
    :raises KeyUsedForOtherBill: if the key came with something else.
    """
    collector = queries.get_collector(organization_id=organization_id)
    with transaction.atomic():
        alone(f"payments.bill:{key}")
        security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=collector)
        lines = _lines(fees, grounds, payer, due_at, at)
        asked = _digest(organization_id, subject, subject_id, payer, lines)
        known = BillRow.objects.filter(key=key).first()
        if known is not None:
            return _same(known, asked)
        values = _payer(payer, collector, actor)
        row = _row(lines, values, issued_at=at, due_at=due_at)
        row.key, row.digest, row.organization_id = key, asked, organization_id
        row.subject, row.subject_id = subject, subject_id
        return _save(row, grounds, actor, at)


def withdraw_bill(*, reference: str, reason: str, actor: Actor, at: datetime) -> Bill:
    """Take a bill back that nobody has paid.

    :raises BillNotFound: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises BillAlreadyPaid: if it is paid; BillWithdrawn, BillWaived likewise.
    :raises ReasonMissing: if no reason is given.
    """
    with transaction.atomic():
        row, bill = lock_bill(reference, actor=actor, deed=Deed.COLLECT_FEES)
        _take_back(bill, reason, actor, at)
    row.refresh_from_db()
    return queries.bill_of(row=row)


def exempt_bill(
    *,
    reference: str,
    grounds: Sequence[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Bill:
    """Put a bill with exemptions in the place of one that nobody has paid.

    grounds: by their keys; of several the largest counts. reason: what the payer
    showed for them. The day until which it can be paid stays.

    :raises BillNotFound: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises BillAlreadyPaid: if it is paid; BillWithdrawn, BillWaived, BillExpired
        likewise.
    :raises GroundUnknown: if a ground is in force for none of the fees, or none given.
    :raises ReasonMissing: if no reason is given.
    """
    with transaction.atomic():
        _, bill = lock_bill(reference, actor=actor, deed=Deed.COLLECT_FEES)
        if bill.is_expired(at=at):
            raise BillExpired
        if not grounds or bill.organization_id is None:
            raise GroundUnknown(ground="")
        _take_back(bill, reason, actor, at)
        return issue_bill(
            key=f"exempt:{bill.reference}",
            organization_id=bill.organization_id,
            subject=bill.subject,
            subject_id=bill.subject_id,
            payer=bill.payer,
            fees=[
                Fee(line.fee, line.title, line.chapter, line.full)
                for line in bill.lines
            ],
            grounds=grounds,
            due_at=bill.due_at,
            actor=actor,
            at=at,
        )


def adjust_bills(
    *,
    subject_id: UUID,
    fee: int,
    reason: str,
    due_at: datetime,
    actor: Actor,
    at: datetime,
) -> Bill | None:
    """Bring the bills of a thing to what its fee has become; fee: VND, not reduced.

    What nobody has paid is taken back, with the reason, and billed anew. What was paid
    stays, and what is missing is billed; what is too much, `queries.overpaid` tells.
    Exemptions stay as they were granted, whatever is in force by now. Answers the bill
    that was issued, None if none was needed: once more with the same fee does nothing,
    nor does it for a thing that has no bill, or whose bills were all taken back.

    :raises NotAllowed: if the actor does not collect for the agency.
    :raises FeeWrong: if the day until which to pay cannot be.
    :raises ReasonMissing: if something is to be taken back and no reason is given.
    """
    with transaction.atomic():
        alone(f"payments.adjust:{subject_id}")
        standing = _lock_standing(subject_id, actor)
        waiting = [bill for bill in standing if bill.state is BillState.OPEN]
        settled = _full(standing) - _full(waiting)
        missing = max(0, fee - settled)
        if not standing or missing == _full(waiting):
            return None
        for bill in waiting:
            _take_back(bill, reason, actor, at)
        if not missing:
            return None
        return _issue_like(standing[-1], missing, due_at, actor, at)


def _lock_standing(subject_id: UUID, actor: Actor) -> list[Bill]:
    """Lock the bills of a thing that were not taken back, the oldest first."""
    rows = BillRow.objects.select_for_update(of=("self",)).filter(subject_id=subject_id)
    every = [queries.bill_of(row=row) for row in rows.order_by("id")]
    for bill in every:
        security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=bill)
    return [bill for bill in every if bill.state is not BillState.WITHDRAWN]


def _full(bills: Sequence[Bill]) -> int:
    return sum(fee_rules.full_of(bill) for bill in bills)


def _issue_like(
    model: Bill, full: int, due_at: datetime, actor: Actor, at: datetime
) -> Bill:
    """Issue a bill to the same payer, for the same fee, with the same exemption."""
    line, payer, organization_id = model.lines[0], model.payer, model.organization_id
    assert organization_id is not None  # noqa: S101 - bills are an agency's
    _refuse_wrong(payer, due_at, at)
    amount = fee_rules.reduced(full, percent=line.percent)
    lines = [replace(line, full=full, amount=amount)]
    values = {
        "owner_id": model.owner_id,
        "payer_name": payer.name,
        "payer_address": payer.address,
        "is_synthetic": model.is_synthetic,
    }
    row = _row(lines, values, issued_at=at, due_at=due_at)
    row.key = f"adjust:{row.id}"
    row.digest = _digest(organization_id, model.subject, model.subject_id, payer, lines)
    row.organization_id = organization_id
    row.subject, row.subject_id = model.subject, model.subject_id
    return _save(row, (line.ground,) if line.ground else (), actor, at)


def _save(row: BillRow, grounds: Sequence[str], actor: Actor, at: datetime) -> Bill:
    """Enter a new bill into the ledger, and tell of it."""
    row.save(force_insert=True)
    bill = queries.bill_of(row=row)
    if bill.amount:
        _enter("owed", bill, posting.owed(bill), at)
    _note("issue_bill", bill, actor, at, amount=bill.amount, grounds=[*grounds])
    events.record(_issued(bill), actor=actor, at=at)
    return bill


def _take_back(bill: Bill, reason: str, actor: Actor, at: datetime) -> None:
    reason = clean(reason)[:500]
    _refuse_closed(bill)
    if not reason:
        raise ReasonMissing({"reason": [Phrase(ReasonMissing.message)]})
    BillRow.objects.filter(pk=bill.id).update(state=BillState.WITHDRAWN)
    _enter("taken_back", bill, posting.taken_back(bill), at)
    _note("withdraw_bill", bill, actor, at, reason=reason)
    events.record(_taken_back(bill), actor=actor, at=at)


CLOSED = {
    BillState.PAID: BillAlreadyPaid,
    BillState.WITHDRAWN: BillWithdrawn,
    BillState.WAIVED: BillWaived,
}


def _refuse_closed(bill: Bill) -> None:
    refusal = CLOSED.get(bill.state)
    if refusal is not None:
        raise refusal


def _lines(
    fees: Sequence[Fee],
    grounds: Sequence[str],
    payer: Payer,
    due_at: datetime,
    at: datetime,
) -> tuple[Line, ...]:
    _refuse_wrong(payer, due_at, at)
    today = local(at).date()
    return fee_rules.lines_of(
        fees=fees, reductions=queries.reductions(on=today), grounds=grounds, on=today
    )


def _refuse_wrong(payer: Payer, due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        said = N_("Hạn thanh toán phải sau thời điểm lập.")
        raise FeeWrong({"due_at": [Phrase(said)]})
    if not clean(payer.name):
        raise FeeWrong({"payer": [Phrase(N_("Hãy nêu tên người nộp."))]})


def _same(known: BillRow, asked: str) -> Bill:
    if known.digest != asked:
        raise KeyUsedForOtherBill
    return queries.bill_of(row=known)


def _digest(
    organization_id: UUID,
    subject: str,
    subject_id: UUID,
    payer: Payer,
    lines: Sequence[Line],
) -> str:
    told = [organization_id, subject, subject_id, asdict(payer), *map(asdict, lines)]
    return sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def _payer(payer: Payer, collector: Collector, actor: Actor) -> dict[str, Any]:
    """Tell who pays; what anybody made up of these makes is made up."""
    made_up = actor.is_synthetic
    if payer.person_id is not None:
        made_up |= people.get_person(person_id=payer.person_id).is_synthetic
    if collector.organization_id is not None:
        found = people.get_organization(organization_id=collector.organization_id)
        made_up |= found.is_synthetic
    return {
        "owner_id": payer.person_id,
        "payer_name": clean(payer.name)[:200],
        "payer_address": clean(payer.address)[:300],
        "is_synthetic": made_up,
    }


def _row(
    lines: Sequence[Line],
    values: Mapping[str, Any],
    *,
    issued_at: datetime,
    due_at: datetime,
) -> BillRow:
    bill_id, amount = new_id(), sum(line.amount for line in lines)
    return BillRow(
        id=bill_id,
        reference=reference_of(bill_id),
        lines=[asdict(line) for line in lines],
        amount=amount,
        state=BillState.OPEN if amount else BillState.WAIVED,
        issued_at=issued_at,
        due_at=due_at,
        **values,
    )


def _enter(deed: str, bill: Bill, entries: Entries, at: datetime) -> None:
    made_up = bill.is_synthetic
    post(f"{deed}:{bill.id}", entries, bill_id=bill.id, made_up=made_up, at=at)


def _note(deed: str, bill: Bill, actor: Actor, at: datetime, **details: object) -> None:
    note(deed, subject="Bill", subject_id=bill.id, actor=actor, at=at, details=details)


def _issued(bill: Bill) -> BillIssued:
    return BillIssued(
        **_common(bill),
        amount=bill.amount,
        due_at=bill.due_at,
        is_due=bill.state is BillState.OPEN,
    )


def _taken_back(bill: Bill) -> BillTakenBack:
    return BillTakenBack(**_common(bill))


def _common(bill: Bill) -> dict[str, Any]:
    return {
        "subject_id": bill.id,
        "organization_id": bill.organization_id,
        "owner_id": bill.owner_id,
        "reference": bill.reference,
        "thing": bill.subject,
        "thing_id": bill.subject_id,
    }
