"""Dossiers of the national portal, and what is still to be told to it."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow


class PortalDossierRow(Record):
    """A dossier that came from the national portal, under the portal's own code.

    digest: of all that was sent, so that a repetition is known from a change. told: the
    number of the last message queued for the portal; messages are sent in that order.

    PII: none
    """

    dossier = models.OneToOneField(
        DossierRow, on_delete=models.PROTECT, related_name="portal"
    )
    national_code = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)


class PortalMessageRow(Record):
    """Something to tell the portal; tried again until it has been taken.

    PII: body — what the applicant is told, too; kept with the dossier.
    """

    portal = models.ForeignKey(
        PortalDossierRow, on_delete=models.PROTECT, related_name="messages"
    )
    number = models.PositiveIntegerField()
    body = models.JSONField()
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "number"], name="procedures_one_message_a_number"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="procedures_portal_waiting",
                condition=Q(delivered_at__isnull=True),
            )
        ]
