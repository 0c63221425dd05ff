"""What the digital-economy account is worked out from, and what came of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foresight.types.account import InputKind, Method
from tinhso.kernel.records import Record

ESTIMATED = (Method.STATISTICS_OFFICE, Method.MINISTRY)


class AccountInputRow(Record):
    """A workbook that was taken in; a correction is another version.

    data: {code: number}, or a table; digest: SHA-256 of kind, place, period and data.

    PII: taken_by, name of an officer in office — as long as the figures
    """

    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=50)
    period = models.CharField(max_length=4)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    data = models.JSONField()
    source = models.CharField(max_length=500)
    taken_by = models.CharField(max_length=200)
    taken_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "place", "period", "is_synthetic", "version"],
                name="foresight_one_account_input_a_version",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(InputKind)),
                name="foresight_known_account_input",
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="foresight_account_inputs_have_a_source"
            ),
        ]


class AccountEstimateRow(Record):
    """A share that was worked out here; another one never changes it.

    share, low, middle, high: percent of GRDP; settings: how it was worked out; details:
    its parts; inputs: digests of all it stands on; digest: SHA-256 of those.

    PII: none — sums that name nobody.
    """

    method = models.CharField(max_length=20)
    place = models.CharField(max_length=50)
    period = models.CharField(max_length=4)
    share = models.FloatField()
    low = models.FloatField(null=True)
    middle = models.FloatField(null=True)
    high = models.FloatField(null=True)
    settings = models.JSONField()
    details = models.JSONField()
    inputs = ArrayField(models.CharField(max_length=64))
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=list(ESTIMATED)),
                name="foresight_estimates_have_a_method",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100),
                name="foresight_estimates_are_shares",
            ),
            models.CheckConstraint(
                condition=Q(low=None, middle=None, high=None)
                | Q(low__lte=F("middle"), middle__lte=F("high")),
                name="foresight_ranges_are_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(inputs__len=0), name="foresight_estimates_have_inputs"
            ),
        ]
