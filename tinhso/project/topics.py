"""What other systems may subscribe to: every topic of the house is on this page.

Nobody's name or number leaves here; who needs more asks a service by an agreement.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.exchange import actions as exchange
from tinhso.exchange import queries as offered
from tinhso.exchange.types import Topic
from tinhso.kernel.events.actions import on
from tinhso.kernel.events.types import EventContext
from tinhso.payments.types import BillPaid
from tinhso.procedures.types import DossierMoved, DossierSubmitted, ResultIssued

SUBMITTED, MOVED = "dossier.submitted", "dossier.moved"
RESULT, PAID = "dossier.result", "fee.paid"


def publish_submitted(
    event: DossierSubmitted, context: EventContext, at: datetime
) -> None:
    """Tell that a dossier was handed in."""
    told = {
        "code": event.code,
        "procedure": event.procedure_code,
        "due_at": event.due_at.isoformat(),
    }
    _publish(SUBMITTED, context.event_id, told, context)


def publish_moved(event: DossierMoved, context: EventContext, at: datetime) -> None:
    """Tell where a dossier stands, by the ten statuses of the nation."""
    told = {
        "code": event.code,
        "procedure": event.procedure_code,
        "action": event.action,
        "status": event.status,
        "due_at": event.due_at.isoformat(),
    }
    _publish(MOVED, context.event_id, told, context)


def publish_result(event: ResultIssued, context: EventContext, at: datetime) -> None:
    """Tell that the result of a dossier is signed and sealed."""
    _publish(RESULT, context.event_id, {"code": event.code}, context)


def publish_paid(event: BillPaid, context: EventContext, at: datetime) -> None:
    """Tell that a fee was paid."""
    told = {"reference": event.reference, "amount": event.amount}
    _publish(PAID, context.event_id, told, context)


def _publish(
    topic: str, key: UUID, body: dict[str, Any], context: EventContext
) -> None:
    exchange.publish(topic=topic, key=key, body=body, at=context.recorded_at)


offered.offer(topic=Topic(SUBMITTED, "Hồ sơ được nộp", ("code", "procedure", "due_at")))
offered.offer(
    topic=Topic(
        MOVED,
        "Hồ sơ chuyển bước",
        ("code", "procedure", "action", "status", "due_at"),
    )
)
offered.offer(topic=Topic(RESULT, "Hồ sơ có kết quả", ("code",)))
offered.offer(topic=Topic(PAID, "Phí, lệ phí được nộp", ("reference", "amount")))

on(DossierSubmitted, publish_submitted)
on(DossierMoved, publish_moved)
on(ResultIssued, publish_result)
on(BillPaid, publish_paid)
