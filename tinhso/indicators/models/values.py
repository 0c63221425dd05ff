"""What was computed: each number of each month, and from which state of which table."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class RunRow(models.Model):
    """A time that numbers were computed. counts: {month: [rows, corrections]} then.

    upto: no longer written; it goes with the next release.

    PII: none
    """

    dataset = models.CharField(max_length=100)
    uuid = models.CharField(max_length=36)
    snapshot_id = models.BigIntegerField()
    upto = models.BigIntegerField(default=0, db_default=0)
    counts = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField()
    seconds = models.FloatField()
    months = ArrayField(models.CharField(max_length=7))
    changed = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["dataset", "-id"], name="indicators_runs")]


class SeriesRow(models.Model):
    """How an indicator was computed last; digest: "" if it could not be.

    run: after which all its numbers hold.

    PII: none
    """

    indicator = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64)
    run = models.ForeignKey(RunRow, on_delete=models.PROTECT, related_name="+")


class FaultRow(models.Model):
    """Why an indicator could not be computed; what it was before stays, and is told.

    PII: none
    """

    indicator = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()


class ValueRow(models.Model):
    """A number of a month, as counted in a run; quarters and years are added up.

    Another one replaces it and it stays. digest: of how it was computed. denominator:
    None where the indicator is no share.

    PII: none — counts of rows that name nobody.
    """

    id = models.BigAutoField(primary_key=True)
    indicator = models.CharField(max_length=60)
    month = models.DateField()
    made_up = models.BooleanField()
    dimension = models.CharField(max_length=10, blank=True)
    part = models.CharField(max_length=60, blank=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    run = models.ForeignKey(RunRow, on_delete=models.PROTECT, related_name="values")
    replaced_by = models.ForeignKey(
        RunRow, null=True, on_delete=models.PROTECT, related_name="replaced"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "dimension", "made_up", "month", "part"],
                condition=Q(replaced_by=None),
                name="indicators_one_number_a_month",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="indicators_month_by_its_first_day"
            ),
            models.CheckConstraint(
                condition=Q(dimension="", part="") | (~Q(dimension="") & ~Q(part="")),
                name="indicators_part_of_a_dimension",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(replaced_by__gte=F("run")),
                name="indicators_replaced_later",
            ),
        ]
