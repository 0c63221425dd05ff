"""What is handed out on paper: each receipt, and each notice, as it was printed."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow
from tinhso.procedures.types import PrintedKind


class ReceiptRow(Record):
    """A receipt as it was printed; a corrected one replaces the one before.

    due_at: as printed. corrections: what was wrong, each with old, new and reason.
    seal_at: when the agency's seal is to be tried; None once it is there, or cannot be.

    PII: corrections, by_name — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="receipts"
    )
    number = models.PositiveSmallIntegerField()
    document = models.ForeignKey(
        "documents.DocumentRow", on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField()
    corrections = models.JSONField(default=list)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    seal_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["seal_at", "id"],
                name="procedures_receipts_to_seal",
                condition=Q(seal_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "number"], name="procedures_one_receipt_a_number"
            ),
            models.CheckConstraint(
                name="procedures_later_receipts_correct_something",
                condition=Q(number=1, corrections=[])
                | (Q(number__gt=1) & ~Q(corrections=[])),
            ),
        ]


class NoticeRow(Record):
    """A notice to the applicant: forms 02, 03 and 04, each once a dossier.

    PII: none — the document holds them.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(max_length=20)
    document = models.ForeignKey(
        "documents.DocumentRow", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind"], name="procedures_one_notice_a_kind"
            ),
            models.CheckConstraint(
                name="procedures_known_notice",
                condition=Q(
                    kind__in=[
                        PrintedKind.SUPPLEMENT,
                        PrintedKind.REFUSAL,
                        PrintedKind.APOLOGY,
                    ]
                ),
            ),
        ]
