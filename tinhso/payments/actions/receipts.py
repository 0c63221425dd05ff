"""Issue e-receipts: numbers without gaps, each year from 1."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_
from tinhso.payments.models import CollectorRow, ReceiptRow, SeriesRow
from tinhso.payments.rules.words import in_words
from tinhso.payments.types import Bill, CollectorUnknown, Method, SeriesFull

TITLE = N_("Biên lai thu phí, lệ phí")
# NĐ 254/2026 Đ22: eight digits.
MOST = 10**8 - 1


def issue_receipt(
    bill: Bill, method: Method, *, actor: Actor, at: datetime
) -> ReceiptRow:
    """Issue the receipt of a bill that is being paid, in that transaction.

    The series stays locked until it ends, so a number that came to nothing is given
    again, and none is ever missing.

    :raises CollectorUnknown: if the agency no longer collects.
    :raises SeriesFull: if the year has no number left.
    """
    collector = CollectorRow.objects.filter(organization_id=bill.organization_id)
    found = collector.first()
    if found is None:
        raise CollectorUnknown
    series = _next(found, bill, at)
    body = _body(bill, found, series, method, actor, at)
    return ReceiptRow.objects.create(
        series=series,
        number=series.last,
        bill_id=bill.id,
        body=body,
        digest=digest_of(body),
        issued_at=at,
    )


def _next(collector: CollectorRow, bill: Bill, at: datetime) -> SeriesRow:
    of: dict[str, Any] = {
        "collector": collector,
        "form": collector.form,
        "symbol": collector.symbol,
        "year": local(at).year,
        "is_synthetic": bill.is_synthetic,
    }
    SeriesRow.objects.get_or_create(**of)
    series = SeriesRow.objects.select_for_update().get(**of)
    if series.last >= MOST:
        raise SeriesFull
    series.last += 1
    series.save(update_fields=["last"])
    return series


def _body(
    bill: Bill,
    collector: CollectorRow,
    series: SeriesRow,
    method: Method,
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    return {
        "title": TITLE,
        "form": series.form,
        "symbol": series.symbol,
        "year": series.year,
        "number": series.last,
        "collector_name": collector.name,
        "collector_tax_code": collector.tax_code,
        "payer_name": bill.payer.name,
        "payer_address": bill.payer.address,
        "lines": [asdict(line) for line in bill.lines],
        "amount": bill.amount,
        "words": in_words(bill.amount),
        "method": method.value,
        "issued_at": local(at).isoformat(),
        "issued_by": actor.name,
        "bill": bill.reference,
        "is_synthetic": bill.is_synthetic,
    }


def digest_of(body: dict[str, Any]) -> str:
    """Hash all that stands on a receipt."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
