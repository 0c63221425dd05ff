"""The fee of a dossier: billed when it is received, and the clock waits for it.

Bills, money and receipts are those of `payments`; here stands what a fee does to a
dossier.
"""

from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import SYSTEM
from tinhso.payments import actions as payments
from tinhso.payments import queries as bills
from tinhso.payments.types import BillState, CollectorUnknown, Fee, Payer
from tinhso.procedures.actions.tasks import journal
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import Procedure

SUBJECT = "procedures.Dossier"
FEE_CHANGED = "Phí, lệ phí được tính lại theo phần bổ sung."
NO_LONGER_OWED = "Hồ sơ đã kết thúc nên không còn phải nộp."


def bill_fee(
    row: DossierRow, procedure: Procedure, *, due_at: datetime, at: datetime
) -> bool:
    """Issue the bill of a dossier's fee; tell whether there is something to pay.

    due_at: until when; no rule says so, but the step that waits for the fee does.
    Nothing where the fee is zero, or where neither the unit that took the dossier in
    nor the one that decides has said how it collects: they take fees outside.
    """
    found = _collecting(row)
    if not row.fee or found is None:
        return False
    organization_id, chapter = found
    bill = payments.issue_bill(
        key=f"dossier:{row.id}",
        organization_id=organization_id,
        subject=SUBJECT,
        subject_id=row.id,
        payer=Payer(row.owner_id, row.applicant_name),
        fees=[Fee(procedure.code, procedure.title.vi, chapter, row.fee)],
        grounds=(),
        due_at=due_at,
        # The rule bills, not the clerk; who received the dossier stands in its moves.
        actor=SYSTEM,
        at=at,
    )
    return bill.state is BillState.OPEN


def bill_difference(
    row: DossierRow,
    procedure: Procedure,
    *,
    former_fee: int,
    due_at: datetime,
    at: datetime,
) -> bool:
    """Bring the bills to the fee after a completion; tell if there is some to pay.

    former_fee: VND before. Nothing before the receipt, which bills the fee as it then
    is; nor for a dossier whose fee is taken outside, or whose bills the desk took back.
    What was paid too much is journaled, and goes back only if two people decide so.
    """
    if row.received_at is None:
        return False
    if not bills.bills_for(subject_id=row.id, actor=SYSTEM):
        return not former_fee and bill_fee(row, procedure, due_at=due_at, at=at)
    payments.adjust_bills(
        subject_id=row.id,
        fee=row.fee,
        reason=FEE_CHANGED,
        due_at=due_at,
        actor=SYSTEM,
        at=at,
    )
    if row.fee < former_fee:
        _note_overpaid(row, at)
    return is_owing(row)


def _note_overpaid(row: DossierRow, at: datetime) -> None:
    for one in bills.overpaid(subject_id=row.id, fee=row.fee, actor=SYSTEM):
        told = {"bill": one.reference, "amount": str(one.amount)}
        journal("note_overpaid", row, SYSTEM, at, **told)


def _collecting(row: DossierRow) -> tuple[UUID, str] | None:
    for organization_id in (row.receiver_id, row.organization_id):
        try:
            if organization_id is not None:
                found = bills.get_collector(organization_id=organization_id)
                return organization_id, found.chapter
        except CollectorUnknown:
            continue
    return None


def is_owing(row: DossierRow) -> bool:
    """Tell whether a bill of the dossier waits to be paid."""
    found = bills.bills_for(subject_id=row.id, actor=SYSTEM)
    return any(bill.state is BillState.OPEN for bill in found)


def drop_bills(row: DossierRow, at: datetime) -> None:
    """Take back what a dossier still owes that ended without a result."""
    if not row.fee:
        return
    for bill in bills.bills_for(subject_id=row.id, actor=SYSTEM):
        if bill.state is BillState.OPEN:
            payments.withdraw_bill(
                reference=bill.reference, reason=NO_LONGER_OWED, actor=SYSTEM, at=at
            )
