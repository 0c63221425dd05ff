"""Tables of documents."""

from django.db import models
from django.db.models import F, Q

from tinhso.documents.types import (
    DocumentState,
    FileState,
    MeansKind,
    SignatureRole,
)
from tinhso.kernel.records import Record


class FileRow(Record):
    """A file somebody stored; its bytes lie in the store under their SHA-256.

    removed_at: since when the bytes of an erased file lie in the store no more.

    PII: name and content as the sender chose them — kept as long as the dossier.
    """

    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=12)
    owner = models.ForeignKey("people.PersonRow", null=True, on_delete=models.PROTECT)
    organization_id = models.UUIDField(null=True)
    stored_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["erased_at", "id"],
                name="documents_to_be_removed",
                condition=Q(erased_at__isnull=False, removed_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="documents_known_file_state",
                condition=Q(state=FileState.QUARANTINED, checked_at=None)
                | Q(state=FileState.CHECKED, checked_at__isnull=False)
                | Q(state=FileState.RELEASED, released_at__isnull=False)
                | Q(state=FileState.ERASED, erased_at__isnull=False, name=""),
            ),
            models.CheckConstraint(
                name="documents_file_digest_is_sha256",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="documents_file_has_bytes", condition=Q(size__gt=0)
            ),
        ]


class TemplateVersion(Record):
    """A template as it was published; documents keep the version they were made by.

    PII: none
    """

    key = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    title = models.JSONField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    data_schema = models.JSONField()
    source = models.TextField()
    valid_from = models.DateField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="documents_one_template_a_version"
            )
        ]


class NumberRegister(Record):
    """The last number given of one organization, kind and year.

    PII: none
    """

    organization_id = models.UUIDField()
    kind = models.CharField(max_length=50)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "kind", "year"],
                name="documents_one_register_a_year",
            )
        ]


class DocumentRow(Record):
    """A document from draft to issue, and its revocation.

    PII: title, data_digest of personal data, owner — kept as the archive law asks
    for the result of the procedure (Luật Lưu trữ 33/2024/QH15).
    """

    code = models.CharField(max_length=19, unique=True)
    number = models.CharField(max_length=60, blank=True)
    register_kind = models.CharField(max_length=50, blank=True)
    register_year = models.PositiveSmallIntegerField(null=True)
    register_number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    data_digest = models.CharField(max_length=64)
    places = models.JSONField(default=list)
    file = models.ForeignKey(FileRow, on_delete=models.PROTECT, related_name="+")
    organization_id = models.UUIDField()
    owner = models.ForeignKey("people.PersonRow", null=True, on_delete=models.PROTECT)
    is_synthetic = models.BooleanField()
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documents_known_state",
                condition=Q(
                    state__in=[
                        DocumentState.DRAFT,
                        DocumentState.SIGNED,
                        DocumentState.REPLACED,
                    ],
                    issued_at=None,
                )
                | Q(state=DocumentState.ISSUED, issued_at__isnull=False)
                | Q(state=DocumentState.REVOKED, revoked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="documents_revoked_with_reason",
                condition=Q(revoked_at=None) | ~Q(revoked_reason=""),
            ),
            models.CheckConstraint(
                name="documents_revoked_after_issue",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("issued_at")),
            ),
            models.UniqueConstraint(
                fields=[
                    "organization_id",
                    "register_kind",
                    "register_year",
                    "register_number",
                ],
                name="documents_one_document_a_number",
            ),
        ]


class StageRow(Record):
    """Each file a document was, from the draft to the sealed one.

    PII: none of its own; the file holds what the document says.
    """

    document = models.ForeignKey(DocumentRow, on_delete=models.PROTECT)
    state = models.CharField(max_length=10)
    file = models.ForeignKey(FileRow, on_delete=models.PROTECT)
    at = models.DateTimeField()


class SignatureRow(Record):
    """Who signed a document in which role.

    PII: name, title of officers in their office — kept with the document.
    """

    document = models.ForeignKey(DocumentRow, on_delete=models.PROTECT)
    role = models.CharField(max_length=10)
    person_id = models.UUIDField(null=True)
    organization_id = models.UUIDField()
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    organization_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "role"], name="documents_one_signature_a_role"
            ),
            models.CheckConstraint(
                name="documents_known_signature_role",
                condition=Q(role__in=list(SignatureRole)),
            ),
            models.CheckConstraint(
                name="documents_a_person_signs_personally",
                condition=~Q(role=SignatureRole.PERSONAL) | Q(person_id__isnull=False),
            ),
        ]


class SigningMeansRow(Record):
    """With what a person or an agency signs, and until when it was so declared.

    is_own: with which a person signs for themselves; it never signs for an agency.
    There is no column for a PIN or a code, and there shall be none.

    PII: key_label, credential_id of a person — kept as long as what they signed, for
    it tells by which key (Luật Giao dịch điện tử 20/2023/QH15).
    """

    kind = models.CharField(max_length=10)
    is_own = models.BooleanField(default=False)
    person = models.ForeignKey("people.PersonRow", null=True, on_delete=models.PROTECT)
    organization = models.ForeignKey(
        "people.OrganizationRow", null=True, on_delete=models.PROTECT
    )
    token_label = models.CharField(max_length=32, blank=True)
    key_label = models.CharField(max_length=100, blank=True)
    credential_id = models.CharField(max_length=200, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documents_means_of_one_signer",
                condition=Q(person=None, organization__isnull=False)
                | Q(person__isnull=False, organization=None),
            ),
            models.CheckConstraint(
                name="documents_means_has_a_key",
                condition=(
                    Q(kind=MeansKind.TOKEN, credential_id="")
                    & ~Q(token_label="")
                    & ~Q(key_label="")
                )
                | (
                    Q(kind=MeansKind.REMOTE, token_label="", key_label="")
                    & ~Q(credential_id="")
                ),
            ),
            # One's own is not declared: the personal number in it tells whose it is.
            models.CheckConstraint(
                name="documents_means_has_a_certificate",
                condition=Q(is_own=False, certificate_sha256__regex=r"^[0-9a-f]{64}$")
                | Q(
                    is_own=True,
                    kind=MeansKind.REMOTE,
                    person__isnull=False,
                    certificate_sha256="",
                ),
            ),
            models.UniqueConstraint(
                fields=["person", "is_own"],
                name="documents_one_means_a_person",
                condition=Q(ended_at=None),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                name="documents_one_means_an_organization",
                condition=Q(ended_at=None),
            ),
        ]
