"""Units as they were and are. Codes are reused, so (code, valid_from) is the key."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.kernel.records import Dated, Record
from tinhso.places.types import How, UnitKind


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
    # Codes that published data gives this unit by mistake.
    other_codes = ArrayField(models.CharField(max_length=10), default=list)
    source = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="places_known_kind", condition=Q(kind__in=list(UnitKind))
            ),
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


class Succession(Record):
    """How one unit passed into another, on the first day of the new state.

    PII: none
    """

    predecessor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="origins"
    )
    on = models.DateField()
    how = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)
    certain = models.BooleanField(default=True)
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="places_one_step_a_pair"
            ),
            models.CheckConstraint(
                name="places_known_how", condition=Q(how__in=list(How))
            ),
            models.CheckConstraint(
                name="places_no_unit_follows_itself",
                condition=~Q(predecessor=F("successor")),
            ),
        ]


class Boundary(Record):
    """The outline of a unit, GeoJSON in WGS 84 (RFC 7946).

    PII: none
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT)
    geometry = models.JSONField()
    source = models.CharField(max_length=300)
