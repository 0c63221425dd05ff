"""Assessments by index sets; the three scores of a criterion stand side by side."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from tinhso.indicators.types import AssessmentState, RemarkKind
from tinhso.kernel.records import Record

HANDED_IN = (
    AssessmentState.HANDED_IN,
    AssessmentState.APPRAISED,
    AssessmentState.PUBLISHED,
)
APPRAISED = (AssessmentState.APPRAISED, AssessmentState.PUBLISHED)


def points() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """Keep points, four digits after the point."""
    return models.DecimalField(max_digits=12, decimal_places=4, null=True)


def within(name: str) -> Q:
    """Tell that points are none, or from 0 to the maximum."""
    there = Q(**{f"{name}__gte": 0, f"{name}__lte": F("maximum")})
    return Q(**{f"{name}__isnull": True}) | there


class AssessmentRow(Record):
    """A unit assessed by a version of an index set for a period.

    maximum: points of the whole set. published_on: when the score came out.

    PII: none
    """

    set_key = models.CharField(max_length=50)
    set_version = models.PositiveIntegerField()
    period = models.CharField(max_length=7)
    unit = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    appraiser = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10)
    due_on = models.DateField()
    explain_by = models.DateField()
    maximum = models.DecimalField(max_digits=12, decimal_places=4)
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    appraised_at = models.DateTimeField(null=True)
    published_points = points()
    published_on = models.DateField(null=True)
    published_source = models.CharField(max_length=300, blank=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["set_key", "unit", "period"],
                name="indicators_one_assessment_a_period",
            ),
            models.CheckConstraint(
                name="indicators_known_assessment_state",
                condition=Q(state__in=list(AssessmentState)),
            ),
            models.CheckConstraint(
                name="indicators_nobody_appraises_themselves",
                condition=~Q(unit=F("appraiser")),
            ),
            models.CheckConstraint(
                name="indicators_explained_after_due",
                condition=Q(explain_by__gte=F("due_on")),
            ),
            models.CheckConstraint(
                name="indicators_handed_in_once_and_then",
                condition=Q(state__in=HANDED_IN, handed_in_at__isnull=False)
                | Q(state=AssessmentState.OPEN, handed_in_at__isnull=True),
            ),
            models.CheckConstraint(
                name="indicators_appraised_once_and_then",
                condition=Q(state__in=APPRAISED, appraised_at__isnull=False)
                | (~Q(state__in=APPRAISED) & Q(appraised_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="indicators_published_with_its_source",
                condition=Q(published_points__isnull=True, published_source="")
                | (
                    Q(state=AssessmentState.PUBLISHED, published_on__isnull=False)
                    & ~Q(published_source="")
                ),
            ),
            models.CheckConstraint(
                name="indicators_published_within", condition=within("published_points")
            ),
        ]
        indexes = [
            models.Index(fields=["set_key", "period"], name="indicators_league"),
            models.Index(fields=["appraiser", "state"], name="indicators_to_appraise"),
        ]


class ScoreRow(Record):
    """A criterion of an assessment: what the unit says, what the appraiser finds.

    PII: said_by, appraised_by, names of officers in office — as long as the assessment
    """

    assessment = models.ForeignKey(
        AssessmentRow, on_delete=models.PROTECT, related_name="scores"
    )
    item = models.CharField(max_length=60)
    maximum = models.DecimalField(max_digits=12, decimal_places=4)
    figure_a = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    figure_b = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    note = models.CharField(max_length=1000, blank=True)
    said_points = points()
    said_by = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField(null=True)
    appraised_points = points()
    appraised_by = models.CharField(max_length=200, blank=True)
    appraised_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)
    explained_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    published_points = points()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item"], name="indicators_one_score_a_criterion"
            ),
            models.CheckConstraint(
                name="indicators_said_within", condition=within("said_points")
            ),
            models.CheckConstraint(
                name="indicators_appraised_within",
                condition=within("appraised_points"),
            ),
            models.CheckConstraint(
                name="indicators_score_published_within",
                condition=within("published_points"),
            ),
            models.CheckConstraint(
                name="indicators_other_points_are_a_dispute",
                condition=Q(appraised_points__isnull=True)
                | Q(disputed_at__isnull=False)
                | Q(
                    said_points__isnull=False,
                    appraised_points=F("said_points"),
                ),
            ),
            models.CheckConstraint(
                name="indicators_only_disputes_are_settled",
                condition=Q(disputed_at__isnull=False)
                | Q(explained_at__isnull=True, settled_at__isnull=True),
            ),
        ]


class EvidenceRow(Record):
    """A file that shows what a unit says; dropped ones stay, and count no more.

    PII: added_by, name of an officer in office — as long as the assessment
    """

    score = models.ForeignKey(
        ScoreRow, on_delete=models.PROTECT, related_name="evidence"
    )
    file = models.ForeignKey(
        "documents.FileRow", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=255)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)


class RemarkRow(Record):
    """What was said about a criterion; nothing is taken back.

    PII: by_name, name of an officer in office — as long as the assessment
    """

    score = models.ForeignKey(
        ScoreRow, on_delete=models.PROTECT, related_name="remarks"
    )
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=2000)
    points = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="indicators_known_remark", condition=Q(kind__in=list(RemarkKind))
            ),
            models.CheckConstraint(
                name="indicators_remarks_say_something", condition=~Q(text="")
            ),
        ]
