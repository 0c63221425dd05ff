"""Questions to other agencies about a dossier."""

from django.db import models
from django.db.models import F, Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow
from tinhso.procedures.types import Opinion


class ConsultationRow(Record):
    """A question to another agency, with its deadline and answer (NĐ 61/2018 Đ19.5).

    PII: asked_by, answered_by, question, answer — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="consultations"
    )
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    asked_by = models.CharField(max_length=200)
    question = models.TextField()
    place = models.PositiveSmallIntegerField()
    limit = models.JSONField()
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    opinion = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)
    files = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_opened_consultation_is_due",
                condition=Q(opened_at=None, due_at=None)
                | Q(opened_at__isnull=False, due_at__gt=F("opened_at")),
            ),
            models.CheckConstraint(
                name="procedures_answer_is_whole",
                condition=Q(answered_at=None, opinion="")
                | Q(
                    answered_at__isnull=False,
                    opened_at__isnull=False,
                    ended_at__isnull=False,
                    opinion__in=list(Opinion),
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"],
                name="procedures_to_be_answered",
                condition=Q(ended_at__isnull=True, opened_at__isnull=False),
            ),
            models.Index(fields=["dossier", "place"], name="procedures_consulted"),
        ]
