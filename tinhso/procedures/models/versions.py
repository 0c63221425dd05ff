"""What packs and the national catalogue published; a version is never changed."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Dated, Record


class Published(Record):
    """A content of a pack as it was published; the newest number of a key holds."""

    key = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        abstract = True


class FormVersion(Published):
    """A form as it was published.

    PII: none
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="procedures_one_form_a_number"
            )
        ]


class WorkflowVersion(Published):
    """A workflow as it was published.

    PII: none
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="procedures_one_workflow_a_number"
            )
        ]


class CalendarVersion(Published):
    """A working calendar as it was published.

    PII: none
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="procedures_one_calendar_a_number"
            )
        ]


class ProcedureVersion(Record, Dated):
    """A procedure as it was published, with the versions of all it uses.

    is_adopted: made from the national catalogue, for the counter only; no pack has it.

    PII: none
    """

    code = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    folded = models.TextField()
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT)
    officer_form = models.ForeignKey(
        FormVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    workflow = models.ForeignKey(WorkflowVersion, on_delete=models.PROTECT)
    template_version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    is_adopted = models.BooleanField(default=False, db_default=False)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["code", "number"], name="procedures_one_procedure_a_number"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["folded"],
                opclasses=["gin_trgm_ops"],
                name="procedures_by_words",
            )
        ]


class LifeEventsVersion(Published):
    """A set of life events as it was published.

    PII: none
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="procedures_one_life_events_a_number"
            )
        ]


class ServiceRulesVersion(Published):
    """A set of the rules of service as it was published.

    PII: none
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="procedures_one_rules_a_number"
            )
        ]


class NationalVersion(Record):
    """A procedure of the national catalogue, as it was imported.

    body: a `NationalProcedure`. The newest number of a code holds.

    PII: none
    """

    code = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    folded = models.TextField()
    imported_at = models.DateTimeField()
    is_newest = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="procedures_one_national_a_number"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(is_newest=True),
                name="procedures_one_newest_national",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["folded"],
                opclasses=["gin_trgm_ops"],
                name="procedures_national_by_words",
                condition=Q(is_newest=True),
            )
        ]
