"""What applicants say after their dossiers ended."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow
from tinhso.procedures.types import Satisfaction


class EvaluationRow(Record):
    """The one evaluation of a dossier (TT 01/2018/TT-VPCP Đ13).

    scores: points 0 to 2 by number of the index, answered and computed ones alike.
    officers: the accounts of those who worked on the dossier.

    PII: comment, officers — kept with the dossier.
    """

    dossier = models.OneToOneField(
        DossierRow, on_delete=models.PROTECT, related_name="evaluation"
    )
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    satisfaction = models.CharField(max_length=20)
    comment = models.TextField(blank=True)
    scores = models.JSONField()
    officers = models.JSONField(default=list)
    at = models.DateTimeField()
    is_synthetic = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_known_satisfaction",
                condition=Q(satisfaction__in=list(Satisfaction)),
            )
        ]
        indexes = [
            models.Index(fields=["organization", "at"], name="procedures_evaluated")
        ]
