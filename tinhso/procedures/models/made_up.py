"""Batches of made-up dossiers."""

from django.db import models
from django.db.models import F, Q

from tinhso.kernel.records import Record


class MadeUpBatchRow(Record):
    """Made-up dossiers that were written together.

    first_id, last_id: of the dossiers, whose ids go with their moments; between them
    real ones may lie. number: in the order of writing, without gaps.

    PII: none
    """

    number = models.PositiveIntegerField(unique=True)
    dossiers = models.PositiveIntegerField()
    first_id = models.UUIDField()
    last_id = models.UUIDField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_a_batch_holds_dossiers",
                condition=Q(dossiers__gte=1, last_id__gte=F("first_id")),
            )
        ]
