"""Tables of operations."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record


class DirectiveRow(Record):
    """The number a directive stands on; all else stands in its dossier.

    issuer: the organization on whose behalf it was issued. agency: who is to answer.

    PII: issued_by — the officer who issued it, kept as long as the dossier.
    """

    dossier = models.OneToOneField("procedures.DossierRow", on_delete=models.PROTECT)
    issuer = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    indicator = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200)
    value = models.CharField(max_length=100)
    issued_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["indicator", "-id"], name="operations_of_number"),
        ]
        constraints = [
            models.CheckConstraint(
                name="operations_a_period_is_of_a_number",
                condition=~Q(indicator="") | Q(period="", value=""),
            ),
        ]
