"""Returns of agencies: each version of each, with evidence and what was done to it."""

from django.db import models
from django.db.models import F, Q

from tinhso.indicators.types import ReturnRemarkKind, ReturnState
from tinhso.kernel.records import Record

OPEN = (ReturnState.DRAFT, ReturnState.SENT, ReturnState.SENT_BACK)
STORED = [state for state in ReturnState if state is not ReturnState.OWED]
DECIDED = (ReturnState.ACCEPTED, ReturnState.REPLACED)


class ReturnRow(Record):
    """What an agency reports of an indicator for a period; corrections are versions.

    is_late: the first version was sent after due_on.

    PII: filled_by, decided_by, names of officers in office — as long as the figures
    """

    indicator = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    agency = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    approver = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    due_on = models.DateField()
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    filled_by = models.CharField(max_length=200)
    filled_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "agency", "period", "version"],
                name="indicators_one_return_a_version",
            ),
            models.UniqueConstraint(
                fields=["indicator", "agency", "period"],
                condition=Q(state__in=OPEN),
                name="indicators_one_return_at_work",
            ),
            models.UniqueConstraint(
                fields=["indicator", "agency", "period"],
                condition=Q(state=ReturnState.ACCEPTED),
                name="indicators_one_return_in_force",
            ),
            models.CheckConstraint(
                name="indicators_known_return_state", condition=Q(state__in=STORED)
            ),
            models.CheckConstraint(
                name="indicators_nobody_approves_themselves",
                condition=~Q(agency=F("approver")),
            ),
            models.CheckConstraint(
                name="indicators_returns_count_up",
                condition=(Q(numerator=None) | Q(numerator__gte=0))
                & (Q(denominator=None) | Q(denominator__gte=0)),
            ),
            models.CheckConstraint(
                name="indicators_a_part_is_no_more_than_the_whole",
                condition=Q(numerator=None)
                | Q(denominator=None)
                | Q(numerator__lte=F("denominator")),
            ),
            models.CheckConstraint(
                name="indicators_sent_with_a_figure",
                condition=Q(state__in=[ReturnState.DRAFT, ReturnState.SENT_BACK])
                | Q(sent_at__isnull=False, numerator__isnull=False),
            ),
            models.CheckConstraint(
                name="indicators_accepted_by_somebody",
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["period", "indicator"], name="indicators_returns"),
            models.Index(fields=["approver", "state"], name="indicators_to_approve"),
        ]


class ReturnEvidenceRow(Record):
    """A file that shows what an agency reports; dropped ones stay, and count no more.

    PII: added_by, name of an officer in office — as long as the return
    """

    of = models.ForeignKey(ReturnRow, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(
        "documents.FileRow", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=255)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)


class ReturnRemarkRow(Record):
    """What was done to a return, and why; nothing is taken back.

    PII: by_name, name of an officer in office — as long as the return
    """

    of = models.ForeignKey(ReturnRow, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=2000, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="indicators_known_return_remark",
                condition=Q(kind__in=list(ReturnRemarkKind)),
            ),
            models.CheckConstraint(
                name="indicators_sent_back_for_a_reason",
                condition=~Q(kind=ReturnRemarkKind.SENT_BACK) | ~Q(text=""),
            ),
        ]


class ReturnReminderRow(Record):
    """That an agency was reminded of a return; once of each kind.

    kind: `late`, or `before-5` for five working days before its day.

    PII: none
    """

    indicator = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    agency = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "agency", "period", "kind"],
                name="indicators_reminded_once",
            )
        ]
