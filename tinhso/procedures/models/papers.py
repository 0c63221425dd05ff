"""Papers whose validity ends."""

from django.db import models
from django.db.models import F, Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow


class PaperRow(Record):
    """A result that expires, and when its holder is reminded next.

    valid_until: its last day. next_reminder_on: None once nothing is to be said any
    more, or if its holder wants no reminders.

    PII: none — the document holds them.
    """

    document = models.OneToOneField(
        "documents.DocumentRow", on_delete=models.PROTECT, related_name="+"
    )
    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="papers"
    )
    owner = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    valid_until = models.DateField()
    wants_reminders = models.BooleanField(default=True)
    next_reminder_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_reminded_only_if_wanted",
                condition=Q(wants_reminders=True) | Q(next_reminder_on=None),
            ),
            models.CheckConstraint(
                name="procedures_reminded_before_it_expires",
                condition=Q(next_reminder_on=None)
                | Q(next_reminder_on__lt=F("valid_until")),
            ),
        ]
        indexes = [
            # The daily job reads what is due, and nothing else.
            models.Index(
                fields=["next_reminder_on"],
                name="procedures_reminders_due",
                condition=Q(next_reminder_on__isnull=False),
            )
        ]
