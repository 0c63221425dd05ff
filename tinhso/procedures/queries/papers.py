"""How long the papers hold that this platform issued."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from tinhso.procedures.models import PaperRow
from tinhso.procedures.types import PaperValidity


def validities_of(
    *, document_ids: Collection[UUID], on: date
) -> Mapping[UUID, PaperValidity]:
    """Tell how long issued documents hold; those that never expire are left out."""
    rows = PaperRow.objects.filter(document_id__in=document_ids)
    return {
        row.document_id: PaperValidity(
            valid_until=row.valid_until,
            is_over=row.valid_until < on,
            wants_reminders=row.wants_reminders,
        )
        for row in rows
    }


def valid_until(*, code: str) -> date | None:
    """Tell the last day of an issued document by its code; None if it never expires."""
    rows = PaperRow.objects.filter(document__code=code)
    return rows.values_list("valid_until", flat=True).first()
