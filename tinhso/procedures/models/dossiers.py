"""Drafts and dossiers, with the number of the day and their files."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.versions import CalendarVersion, ProcedureVersion
from tinhso.procedures.types import Channel, Status


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
    the time limit where the catalogue has none. resolved_at: when the result was
    there, which may be long before it is fetched. search: name and code, folded; it
    stands in the indexes by which a desk searches, so that no row is fetched for it.
    erased_at: since when what people said of themselves is gone; `ErasureRow` says why.
    unread_at_desk, unread_by_applicant: messages this side has not read, counted here
    so that no list counts rows of another table.

    PII: answers, applicant_name, search, result_data, filed_by_name — kept as long as
    the dossier must be (NĐ 30/2020 Đ28; the period follows its retention schedule).
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
    search = models.CharField(max_length=300, blank=True, db_default="")
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
    resolved_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
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
    unread_at_desk = models.PositiveSmallIntegerField(default=0, db_default=0)
    unread_by_applicant = models.PositiveSmallIntegerField(default=0, db_default=0)

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
            models.CheckConstraint(
                name="procedures_an_erased_dossier_is_empty",
                condition=Q(erased_at=None)
                | Q(
                    answers={},
                    result_data={},
                    applicant_name="",
                    filed_by_name="",
                    content_digest="",
                    ended_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="procedures_by_owner"),
            # Between them an inbox lists and counts, and fetches no row for it.
            models.Index(
                fields=["organization", "due_at", "id"],
                include=["stopped_at", "resolved_at", "calendar"],
                name="procedures_open_at_agency",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["receiver", "due_at", "id"],
                include=["organization", "stopped_at", "resolved_at", "calendar"],
                name="procedures_open_at_desk",
                condition=Q(ended_at__isnull=True, receiver__isnull=False),
            ),
            models.Index(
                fields=["organization", "-id"],
                include=["search"],
                name="procedures_search_at_agency",
            ),
            models.Index(
                fields=["receiver", "-id"],
                include=["search"],
                name="procedures_search_at_receiver",
                condition=Q(receiver__isnull=False),
            ),
            models.Index(
                fields=["organization", "submitted_at"], name="procedures_reported"
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


class ApplicationSignatureRow(Record):
    """An applicant's own signature on their application, which nobody asks for.

    content_digest: of the answers as they were signed; the draft's signature is given
    up when they change. dossier: once it is submitted.

    PII: file, name — kept with the dossier; without one, as long as the draft.
    """

    dossier = models.OneToOneField(
        DossierRow,
        null=True,
        on_delete=models.PROTECT,
        related_name="application_signature",
    )
    file = models.ForeignKey(
        "documents.FileRow", on_delete=models.PROTECT, related_name="+"
    )
    content_digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_signed_content_is_sha256",
                condition=Q(content_digest__regex=r"^[0-9a-f]{64}$"),
            )
        ]


class DraftRow(Record):
    """An application being written, by the applicant or at a desk for them.

    desk: the unit whose clerk writes it. stated: the time limit and fee the clerk
    states where the catalogue does not. signature: of what it says now; it stands here
    so that submitting without one asks nothing more of the database.

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
    signature = models.OneToOneField(
        ApplicationSignatureRow, null=True, on_delete=models.PROTECT
    )

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="procedures_drafts")
        ]
