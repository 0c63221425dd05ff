"""What happens to a dossier: moves, tasks, the one supplement, the one apology."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow


class MoveRow(Record):
    """One thing that happened to a dossier.

    PII: actor_name, note — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="moves"
    )
    at = models.DateTimeField()
    action = models.CharField(max_length=50)
    step = models.CharField(max_length=50)
    status = models.SmallIntegerField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="procedures_moves")]


class TaskRow(Record):
    """What somebody must do; one open task a dossier.

    PII: assignee_name — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="tasks"
    )
    step = models.CharField(max_length=50)
    role = models.CharField(max_length=30)
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    assignee_id = models.UUIDField(null=True)
    assignee_name = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                name="procedures_one_open_task",
                condition=Q(closed_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "role", "due_at"],
                include=["dossier"],
                name="procedures_waiting_tasks",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["organization", "closed_at"],
                name="procedures_closed_tasks",
                condition=Q(closed_at__isnull=False),
            ),
        ]


class SupplementRow(Record):
    """The one request to complete a dossier (NĐ 61/2018 Đ15.3).

    PII: reasons — kept with the dossier.
    """

    dossier = models.OneToOneField(
        DossierRow, on_delete=models.PROTECT, related_name="supplement"
    )
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    reasons = models.JSONField()
    answered_at = models.DateTimeField(null=True)


class FormerAnswersRow(Record):
    """What an applicant had answered before a supplement took its place.

    since: from when on it held; until: when it was replaced; by_name: by whom. The
    files they name stay with the dossier.

    PII: answers — kept with the dossier.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="former_answers"
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    answers = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "until"], name="procedures_answers_replaced_once"
            ),
            models.CheckConstraint(
                name="procedures_former_answers_held_a_while",
                condition=Q(until__gte=models.F("since")),
            ),
        ]


class ExtensionRow(Record):
    """The one apology with its new due date (NĐ 61/2018 Đ19.9).

    PII: none
    """

    dossier = models.OneToOneField(
        DossierRow, on_delete=models.PROTECT, related_name="extension"
    )
    at = models.DateTimeField()
    reason = models.TextField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_extension_is_later",
                condition=Q(new_due_at__gt=models.F("old_due_at")),
            )
        ]
