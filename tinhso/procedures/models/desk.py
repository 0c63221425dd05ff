"""What officers keep for their desk: filters under a name, workbooks to be applied."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record


class SavedViewRow(Record):
    """A filter of the desk under a name.

    shared_with: the organization whose officers see it, too.

    PII: wanted — a name may be looked for; kept until its owner drops it.
    """

    account_id = models.UUIDField()
    name = models.CharField(max_length=60)
    wanted = models.JSONField()
    shared_with = models.ForeignKey(
        "people.OrganizationRow", null=True, on_delete=models.PROTECT
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "name"], name="procedures_one_view_a_name"
            ),
            models.CheckConstraint(
                name="procedures_views_have_names", condition=~Q(name="")
            ),
        ]
        indexes = [models.Index(fields=["shared_with"], name="procedures_shared_views")]


class ReturnedSheetRow(Record):
    """A workbook that came back from Excel: what it would change, what is wrong in it.

    One a person waits to be applied; the next takes its place. What was applied keeps
    no content: the journal has each change.

    PII: changes — names of officers and codes of dossiers, until applied or replaced.
    """

    account_id = models.UUIDField()
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    changes = models.JSONField()
    faults = models.JSONField()
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"],
                name="procedures_one_sheet_waits",
                condition=Q(applied_at__isnull=True),
            ),
            models.CheckConstraint(
                name="procedures_applied_sheets_are_empty",
                condition=Q(applied_at__isnull=True) | Q(changes=[]),
            ),
        ]
