"""Tables of procedures. Versions are never changed; a dossier keeps the one it had."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Dated, Record
from tinhso.procedures.types import Channel, Status


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


class DossierCounter(Record):
    """The running number of an agency and day; locked while a code is issued.

    PII: none
    """

    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "day"], name="procedures_one_counter_a_day"
            )
        ]


class DossierRow(Record):
    """A dossier; complete from its first moment on, there is no empty one.

    organization: who decides; receiver: who took it in, if that is somebody else.
    filed_by: the account of the clerk who wrote it for the applicant. stated_limit:
    the time limit where the catalogue has none.

    PII: answers, applicant_name, result_data, filed_by_name — kept as long as the
    dossier must be (NĐ 30/2020 Đ28; the period follows its retention schedule).
    """

    code = models.CharField(max_length=60, unique=True)
    owner = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    applicant_name = models.CharField(max_length=200)
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    receiver = models.ForeignKey(
        "people.OrganizationRow",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    case = models.CharField(max_length=50, blank=True, db_default="")
    filed_by = models.UUIDField(null=True)
    filed_by_name = models.CharField(max_length=200, blank=True, db_default="")
    confirmed_at = models.DateTimeField(null=True)
    stated_limit = models.JSONField(null=True)
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT)
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)
    fee = models.PositiveIntegerField()
    answers = models.JSONField()
    status = models.SmallIntegerField()
    step = models.CharField(max_length=50)
    came_from = models.CharField(max_length=50, blank=True)
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    original_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    result_data = models.JSONField(default=dict)
    result_document = models.ForeignKey(
        "documents.DocumentRow", null=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt_document = models.ForeignKey(
        "documents.DocumentRow", null=True, on_delete=models.PROTECT, related_name="+"
    )
    idempotency_key = models.CharField(max_length=100)
    content_digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"], name="procedures_submitted_once"
            ),
            models.CheckConstraint(
                name="procedures_known_status", condition=Q(status__in=list(Status))
            ),
            models.CheckConstraint(
                name="procedures_known_channel", condition=Q(channel__in=list(Channel))
            ),
            models.CheckConstraint(
                name="procedures_dossier_has_a_way",
                condition=~Q(step="") & ~Q(code=""),
            ),
            models.CheckConstraint(
                name="procedures_only_filed_for_another_is_confirmed",
                condition=Q(confirmed_at=None) | Q(filed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="procedures_by_owner"),
            models.Index(
                fields=["organization", "due_at", "id"],
                name="procedures_open_by_clock",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["receiver", "due_at", "id"],
                name="procedures_open_at_receiver",
                condition=Q(ended_at__isnull=True, receiver__isnull=False),
            ),
        ]


class DossierFileRow(Record):
    """A file of a dossier, under the form field it answers.

    PII: none — the name of the file stands in documents.
    """

    dossier = models.ForeignKey(
        DossierRow, on_delete=models.PROTECT, related_name="file_rows"
    )
    field = models.CharField(max_length=100)
    file = models.ForeignKey("documents.FileRow", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "file"], name="procedures_file_once_a_dossier"
            )
        ]


class DraftRow(Record):
    """An application being written, by the applicant or at a desk for them.

    desk: the unit whose clerk writes it. stated: the time limit and fee the clerk
    states where the catalogue does not.

    PII: answers — deleted 90 days after the last change (configuration; no source).
    """

    owner = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT)
    organization = models.ForeignKey(
        "people.OrganizationRow", null=True, on_delete=models.PROTECT
    )
    case = models.CharField(max_length=50, blank=True, db_default="")
    desk = models.ForeignKey(
        "people.OrganizationRow",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    stated = models.JSONField(default=dict, db_default={})
    answers = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    dossier = models.OneToOneField(DossierRow, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="procedures_drafts")
        ]


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
                name="procedures_open_tasks",
                condition=Q(closed_at__isnull=True),
            )
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
