"""What was forecast of measures, each time their values changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class VintageRow(models.Model):
    """A forecast as it was made once; another one never changes it.

    digest: SHA-256 of what it stands on: measure, formula, values, method and version.
    values, since: one a period of the kind from the first that counts, None where there
    was none. mean, low, high: (horizon,), spread: (horizon, levels), quantiles of the
    absolute error in the unit of the measure. errors, mase, naive_mase, coverage: of
    the back-test, none where nothing could be tried.

    PII: none — forecasts of counts and shares that name nobody.
    """

    id = models.BigAutoField(primary_key=True)
    indicator = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    made_up = models.BooleanField()
    made_at = models.DateTimeField()
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    formula = models.CharField(max_length=64, blank=True)
    since = models.CharField(max_length=10)
    values = ArrayField(models.FloatField(null=True))
    level = models.PositiveSmallIntegerField()
    mean = ArrayField(models.FloatField())
    low = ArrayField(models.FloatField())
    high = ArrayField(models.FloatField())
    spread = ArrayField(ArrayField(models.FloatField()))
    errors = models.PositiveIntegerField()
    mase = models.FloatField(null=True)
    naive_mase = models.FloatField(null=True)
    coverage = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["indicator", "made_up", "-id"], name="foresight_of_measure"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=50, level__lte=99), name="foresight_a_level"
            ),
            models.CheckConstraint(
                condition=Q(
                    mean__len=F("low__len"),
                    high__len=F("low__len"),
                    spread__len=F("low__len"),
                ),
                name="foresight_whole_forecasts",
            ),
            models.CheckConstraint(
                condition=Q(errors=0) | Q(mase__isnull=False, coverage__isnull=False),
                name="foresight_back_tests_are_told",
            ),
        ]
