"""Units as they were and are. Codes are reused, so (code, valid_from) is the key."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.kernel.records import Dated, Record


class Unit(Record, Dated):
    """A province, district or commune during one period.

    PII: none
    """

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    level = models.SmallIntegerField()
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children"
    )
    folded = models.CharField(max_length=100)
    area_km2 = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    source = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["level", "code", "valid_from"], name="places_code_and_day"
            ),
            models.CheckConstraint(
                name="places_known_level", condition=Q(level__in=[1, 2, 3])
            ),
            # All 54 codes of 2025 are reused old codes; one code never means two
            # units on the same day.
            ExclusionConstraint(
                name="places_one_unit_a_code_a_day",
                expressions=[
                    (F("level"), RangeOperators.EQUAL),
                    (F("code"), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["folded"], name="places_by_folded_name")]
