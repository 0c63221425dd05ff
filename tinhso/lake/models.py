"""What waits to be written into the lake, in the transaction of what it tells of."""

from django.db import models
from django.db.models import Q


class BatchRow(models.Model):
    """Rows that go into a table together; number: their position, without gaps.

    The table's own snapshot says up to which number it has them; this row only says
    that it was noticed.

    PII: none
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.CharField(max_length=100)
    number = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    appended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="lake_batches_have_an_order"
            ),
            # The next is made once the one before is in the table.
            models.UniqueConstraint(
                fields=["dataset"],
                name="lake_one_open_batch",
                condition=Q(appended_at__isnull=True),
            ),
        ]


class LoadRow(models.Model):
    """Rows of a file that stand on the disk until they are in their table.

    number: their position, without gaps; digest: of the file they came in.

    PII: none — sources name no person.
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.CharField(max_length=100)
    number = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    set_aside = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    appended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="lake_loads_have_an_order"
            ),
            models.UniqueConstraint(
                fields=["dataset", "digest"], name="lake_a_file_is_loaded_once"
            ),
            models.UniqueConstraint(
                fields=["dataset"],
                name="lake_one_open_load",
                condition=Q(appended_at__isnull=True),
            ),
        ]


class QualityRow(models.Model):
    """What a table was worth in a state; formula: SHA-256 of what was asked of it.

    PII: none — examples are keys, and datasets name no person.
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.CharField(max_length=100)
    uuid = models.CharField(max_length=36)
    snapshot_id = models.BigIntegerField(null=True)
    formula = models.CharField(max_length=64)
    measured_at = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    set_aside = models.PositiveBigIntegerField()
    scores = models.JSONField()
    expectations = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "-id"], name="lake_quality_newest"),
        ]


class WaitingRow(models.Model):
    """A row on its way; gone once it is in its table. fault: why it cannot go there.

    PII: none — datasets name no person; what is wrong stays until somebody looks.
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.CharField(max_length=100)
    values = models.JSONField()
    is_correction = models.BooleanField(default=False)
    handed_at = models.DateTimeField()
    fault = models.CharField(max_length=300, blank=True)
    batch = models.ForeignKey(BatchRow, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [
            models.Index(
                fields=["dataset", "id"],
                name="lake_waiting",
                condition=Q(batch__isnull=True, fault=""),
            ),
            models.Index(
                fields=["dataset"], name="lake_set_aside", condition=~Q(fault="")
            ),
        ]
