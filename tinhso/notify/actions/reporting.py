"""Take what services tell of deliveries: each report is kept, and counts once."""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from tinhso.notify import providers
from tinhso.notify.actions.sending import queue_next
from tinhso.notify.models import DeliveryReportRow, DeliveryRow, MessageRow
from tinhso.notify.providers.base import Outcome, Told
from tinhso.notify.types import (
    DeliveryState,
    ReportSignatureWrong,
    ReportUnreadable,
    Verdict,
)


def take_report(
    *, channel: str, raw: bytes, moment: str, signed: str, at: datetime
) -> Verdict:
    """Take a report as it came; one that comes again, whenever, changes nothing.

    moment, signed: as the service's headers say. What nobody knows of is kept as such,
    and nothing is said of it.

    :raises ReportSignatureWrong: if it is not the service's, was changed or is old.
    :raises ReportUnreadable: if it says nothing that can be used; that is kept, too.
    """
    read = providers.READERS.get(channel)
    if read is None:
        raise ReportSignatureWrong
    digest = sha256(raw).hexdigest()
    try:
        told = read(raw=raw, moment=moment, signed=signed, at=at)
    except ReportUnreadable:
        _keep(channel, None, Verdict.UNREADABLE, digest, at)
        raise
    return take_told(channel=channel, told=told, at=at, digest=digest)


def take_told(*, channel: str, told: Told, at: datetime, digest: str = "") -> Verdict:
    """Take a report that is known to be the service's."""
    with transaction.atomic():
        row = _find(channel, told)
        verdict = _apply(row, told, at) if row else Verdict.UNKNOWN
        _keep(channel, told, verdict, digest, at, row)
    return verdict


def _find(channel: str, told: Told) -> DeliveryRow | None:
    """Find and lock the delivery; by our key, or where there is none by theirs."""
    rows = DeliveryRow.objects.select_for_update().filter(channel=channel)
    with suppress(ValueError):
        return rows.filter(pk=UUID(told.key)).first()
    if not told.reference:
        return None
    return rows.filter(reference=told.reference).order_by("-id").first()


def _apply(row: DeliveryRow, told: Told, at: datetime) -> Verdict:
    is_good = told.outcome is Outcome.DELIVERED
    if row.state == DeliveryState.DELIVERED:
        return Verdict.REPEATED if is_good else Verdict.CONTRADICTS
    if is_good:
        row.state, row.delivered_at, row.since = DeliveryState.DELIVERED, at, None
        row.save(update_fields=["state", "delivered_at", "since"])
        return Verdict.TAKEN
    if row.state == DeliveryState.FAILED:
        return Verdict.REPEATED
    was_waited_for = row.state in (DeliveryState.QUEUED, DeliveryState.SENT)
    row.state, row.since = DeliveryState.FAILED, None
    row.last_error = f"told: {told.reason}"[:300]
    row.save(update_fields=["state", "since", "last_error"])
    if was_waited_for:
        message = MessageRow.objects.select_for_update().get(pk=row.message_id)
        queue_next(message=message, at=at)
    return Verdict.TAKEN


def _keep(
    channel: str,
    told: Told | None,
    verdict: Verdict,
    digest: str,
    at: datetime,
    row: DeliveryRow | None = None,
) -> None:
    DeliveryReportRow.objects.create(
        received_at=at,
        channel=channel,
        reference=(told.reference or told.key) if told else "",
        told=told.outcome if told else "",
        verdict=verdict,
        digest=digest,
        delivery=row,
    )
