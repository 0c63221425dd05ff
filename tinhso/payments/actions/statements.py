"""Enter what a bank's statement shows: each line once, whatever was entered before."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Phrase
from tinhso.payments import queries
from tinhso.payments.actions.locking import note
from tinhso.payments.actions.paying import take_transfer
from tinhso.payments.providers import statements
from tinhso.payments.types import (
    Collector,
    Reconciled,
    Statement,
    StatementForm,
    StatementIncomplete,
    StatementOfAnother,
    Verdict,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def take_statement(
    *,
    organization_id: UUID,
    content: bytes,
    form: StatementForm,
    actor: Actor,
    at: datetime,
) -> Reconciled:
    """Enter the money that a statement of the agency's account shows.

    Each line is entered by itself: one that fits a bill settles it, any other waits
    for a person. The same statement again changes nothing.

    :raises CollectorUnknown: if the agency has no account.
    :raises NotAllowed: if the actor does not collect for the agency.
    :raises StatementUnreadable: if it is not in this form.
    :raises StatementOfAnother: if it is of another account.
    :raises StatementIncomplete: if it does not add up.
    """
    collector = queries.get_collector(organization_id=organization_id)
    security.require(actor=actor, deed=Deed.COLLECT_FEES, thing=collector)
    found = statements.read(content, form)
    _refuse(found, collector)
    became: Counter[Verdict] = Counter()
    contradicting: list[str] = []
    coming = [line for line in found.lines if line.amount > 0]
    for line in coming:
        taken = take_transfer(
            organization_id=organization_id,
            transaction_key=line.key,
            amount=line.amount,
            purpose=line.purpose,
            actor=actor,
            at=at,
        )
        became[taken.verdict] += 1
        if taken.verdict is Verdict.CONTRADICTS:
            contradicting.append(line.key)
    reconciled = Reconciled(
        paid=became[Verdict.PAID],
        queued=became[Verdict.QUEUED],
        repeated=became[Verdict.REPEATED],
        outgoing=len(found.lines) - len(coming),
        contradicting=tuple(contradicting),
    )
    _note(reconciled, collector, actor, at)
    return reconciled


def _refuse(found: Statement, collector: Collector) -> None:
    if found.account not in {"", collector.account}:
        said = Phrase(StatementOfAnother.message, account=found.account[:34])
        raise StatementOfAnother({"file": [said]})
    if found.opening is None or found.closing is None:
        return
    moved = sum(line.amount for line in found.lines)
    difference = found.closing - found.opening - moved
    if difference:
        said = Phrase(StatementIncomplete.message, difference=difference)
        raise StatementIncomplete({"file": [said]})


def _note(
    reconciled: Reconciled, collector: Collector, actor: Actor, at: datetime
) -> None:
    note(
        "take_statement",
        subject="Collector",
        subject_id=collector.organization_id,
        actor=actor,
        at=at,
        details={
            "lines": reconciled.lines,
            "paid": reconciled.paid,
            "queued": reconciled.queued,
            "contradicting": list(reconciled.contradicting)[:50],
        },
    )
