"""What applicants and the units that hold their dossiers say to each other."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow
from tinhso.procedures.types import Party


class DossierMessageRow(Record):
    """A message on a dossier; never changed, only read.

    key: chosen by the sender, the same for each try of one message. organization: for
    which unit an officer wrote. files: ids of what came with it; they are no part of
    the dossier, which only its supplement completes.

    PII: text, author_name, read_by — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="messages"
    )
    party = models.CharField(max_length=10)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    organization = models.ForeignKey(
        "people.OrganizationRow", null=True, on_delete=models.PROTECT
    )
    text = models.TextField()
    files = models.JSONField(default=list)
    key = models.CharField(max_length=100)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "key"], name="procedures_one_message_a_key"
            ),
            models.CheckConstraint(
                name="procedures_message_has_a_party",
                condition=Q(party=Party.APPLICANT, organization=None)
                | Q(party=Party.DESK, organization__isnull=False),
            ),
            models.CheckConstraint(
                name="procedures_message_says_something",
                condition=~Q(text="") | ~Q(files=[]),
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "id"], name="procedures_conversation")
        ]
