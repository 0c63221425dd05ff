"""What a victim owes and has paid, and money that nobody knows, for the walk of access.

Needs Django set up, on the database of a run of its own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.payments import actions, queries
from tinhso.payments.types import Bill, Fee, Payer
from torture.access_answers import BIRTH

ACCOUNTS = {"A": "991", "B": "992"}


def make(
    *,
    of: str,
    unit: UUID,
    dossier_id: UUID,
    owner: Actor,
    clerk: Actor,
    told: Mapping[str, str],
    at: datetime,
) -> dict[str, str]:
    """Let a unit collect, bill twice, take one payment and let other money wait.

    Answers the names by which addresses ask for them.
    """
    actions.set_up_collecting(
        organization_id=unit,
        tax_code="0100109106",
        bank="970418",
        account=ACCOUNTS[of],
        form="01BLP",
        symbol="WALK",
        chapter="805",
        actor=SYSTEM,
        at=at,
    )
    payer = Payer(owner.person_id, told["name"])
    owed, paid = (
        _bill(f"walk:{of}:{name}", unit, dossier_id, payer, at)
        for name in ("owed", "paid")
    )
    actions.record_payment(
        reference=paid.reference,
        amount=paid.amount,
        transaction_key=f"walk-{of}",
        actor=SYSTEM,
        at=at,
    )
    refund = actions.propose_refund(
        reference=paid.reference, amount=1, reason=told["message"], actor=clerk, at=at
    )
    return {
        "owed.reference": owed.reference,
        "owed_reference": owed.reference,
        "paid.reference": paid.reference,
        "paid.refund_id": str(refund.id),
        "money_id": str(_waiting(of, unit, at)),
    }


def _bill(key: str, unit: UUID, dossier_id: UUID, payer: Payer, at: datetime) -> Bill:
    return actions.issue_bill(
        key=key,
        organization_id=unit,
        subject="procedures.Dossier",
        subject_id=dossier_id,
        payer=payer,
        fees=[Fee(BIRTH, "Lệ phí", "805", 8000)],
        grounds=(),
        due_at=at + timedelta(days=30),
        actor=SYSTEM,
        at=at,
    )


def _waiting(of: str, unit: UUID, at: datetime) -> UUID:
    actions.take_transfer(
        organization_id=unit,
        transaction_key=f"walk{of}",
        amount=5000,
        purpose="",
        actor=SYSTEM,
        at=at,
    )
    return queries.waiting_money(actor=SYSTEM).items[-1].id
