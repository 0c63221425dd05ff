"""Plans and tasks; what is done about a task is added, never changed."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.plans.types import StepKind, TaskState


class PlanRow(Record):
    """A plan that a pack declares; its words stand in the pack.

    PII: none
    """

    key = models.CharField(max_length=50, unique=True)
    first_day = models.DateField()
    last_day = models.DateField()
    owner = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    report_every = models.PositiveIntegerField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=500, blank=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_closed_with_a_reason",
                condition=Q(closed_at__isnull=True, closed_why="")
                | (Q(closed_at__isnull=False) & ~Q(closed_why="")),
            ),
        ]


class TaskRow(Record):
    """A task as it stands now; how it came there, its steps tell.

    keeper: who accepts it. is_own: an agency added it. begins_on: since when the agency
    has it. cooperating: keys of organizations. reminded_at, warned_at: when the agency
    was told that the day comes, or is over; empty again once the day was moved.

    PII: none
    """

    plan = models.ForeignKey(PlanRow, on_delete=models.PROTECT, related_name="tasks")
    number = models.CharField(max_length=20)
    group = models.CharField(max_length=50)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children"
    )
    is_own = models.BooleanField(default=False)
    text = models.JSONField()
    product = models.JSONField()
    responsible = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(
        "people.OrganizationRow",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    cooperating = models.JSONField(default=list)
    keeper = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    target = models.CharField(max_length=60, blank=True)
    indicator = models.CharField(max_length=60, blank=True)
    begins_on = models.DateField()
    due_on = models.DateField()
    source = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, default=TaskState.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(default=0)
    reported_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="plans_one_task_a_number"
            ),
            models.CheckConstraint(
                name="plans_known_task_state",
                condition=Q(state__in=list(TaskState)),
            ),
            models.CheckConstraint(
                name="plans_percent_up_to_100", condition=Q(percent__lte=100)
            ),
            models.CheckConstraint(
                name="plans_done_is_all_of_it",
                condition=Q(state=TaskState.DONE, percent=100, done_on__isnull=False)
                | (~Q(state=TaskState.DONE) & Q(done_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="plans_only_done_is_accepted",
                condition=Q(accepted_on__isnull=True) | Q(state=TaskState.DONE),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], name="plans_of_agency"),
            models.Index(fields=["state", "due_on"], name="plans_by_day"),
        ]


class StepRow(Record):
    """What was done about a task; nothing is taken back.

    PII: by_name, name of an officer in office — as long as the plan
    """

    task = models.ForeignKey(TaskRow, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    percent = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=2000, blank=True)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_known_step", condition=Q(kind__in=list(StepKind))
            ),
            models.CheckConstraint(
                name="plans_changes_have_reasons",
                condition=~Q(
                    kind__in=[
                        StepKind.SEND_BACK,
                        StepKind.MOVE_DAY,
                        StepKind.MOVE_AGENCY,
                    ]
                )
                | ~Q(note=""),
            ),
        ]


class TaskFileRow(Record):
    """A file that came with a report.

    PII: none
    """

    step = models.ForeignKey(StepRow, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(
        "documents.FileRow", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=255)
