"""What heads say of their year, and how they are rated."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.plans.types import Side


class ReviewEntryRow(Record):
    """A version of what one side said of an agency's year; kept for good.

    scale: of the level. figures: what was known then.

    PII: by_name, text, about the head of an agency in office — kept as records of
    rating officials are; the term stands with the province
    """

    agency = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    scale = models.CharField(max_length=50)
    level = models.CharField(max_length=50)
    text = models.CharField(max_length=4000)
    figures = models.JSONField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "side", "number"],
                name="plans_one_entry_a_version",
            ),
            models.CheckConstraint(
                name="plans_known_side", condition=Q(side__in=list(Side))
            ),
            models.CheckConstraint(
                name="plans_a_level_comes_with_words", condition=~Q(text="")
            ),
        ]
