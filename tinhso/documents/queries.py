"""Read files and documents, and verify signed PDFs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from asn1crypto import pem
from django.conf import settings

from tinhso.documents.models import (
    DocumentRow,
    FileRow,
    SignatureRow,
    SigningMeansRow,
    StageRow,
    TemplateVersion,
)
from tinhso.documents.providers import (
    certificates,
    csc,
    inspectors,
    scanner,
    space,
    store,
)
from tinhso.documents.providers.base import Signer
from tinhso.documents.providers.demo import DemoSigner
from tinhso.documents.providers.folder import FolderTrust
from tinhso.documents.rules import clean_file_name, masked_name, same_code
from tinhso.documents.types import (
    WHAT_PEOPLE_SEND,
    Ask,
    Certificate,
    Document,
    DocumentNotFound,
    DocumentState,
    File,
    FileErased,
    FileNotFound,
    FileState,
    FileTooDemanding,
    FileTruncated,
    FileTypeNotAccepted,
    Inspected,
    Means,
    MeansKind,
    PublicDocument,
    RemoteNotSetUp,
    Sheet,
    Signature,
    SignatureRole,
    StorageLevel,
    Template,
    TemplateNotFound,
    VerificationReport,
    WorkbookTooLarge,
)
from tinhso.kernel import plugins
from tinhso.kernel.errors import Invalid
from tinhso.kernel.records import Page, read_place
from tinhso.people import queries as people

PAGE_SIZE = 50
# What comes back from a form of a few hundred lines is no larger, all parts together.
MOST_UNPACKED = 50 * 2**20  # bytes
MOST_NAME = 150
NO_WORKBOOK = (FileTooDemanding, FileTruncated, FileTypeNotAccepted, WorkbookTooLarge)
_BUILT_IN = {"demo": DemoSigner, "folder": FolderTrust}
_PUBLIC = (DocumentState.ISSUED, DocumentState.REVOKED)


def get_file(*, file_id: UUID) -> File:
    """Find a file.

    :raises FileNotFound: if there is none.
    """
    return file_of(_file_row(file_id))


def read_file(*, file_id: UUID) -> bytes:
    """Read the bytes of a file and compare them with their SHA-256.

    :raises FileNotFound, FileErased: if there is none, or none any more.
    :raises FileDamaged: if the stored bytes are not those received.
    """
    return bytes_of(_file_row(file_id))


def file_path(*, file_id: UUID) -> Path:
    """Tell where the bytes of a file lie, for a server that sends files itself."""
    row = _file_row(file_id)
    if row.state == FileState.ERASED:
        raise FileErased
    return store.path_of(home=settings.TINHSO_HOME, digest=row.sha256)


def storage_level() -> StorageLevel:
    """Tell what the space left on the disks allows; cheap enough to ask often."""
    used = space.used(settings.TINHSO_DISKS)
    if used >= settings.TINHSO_WRITES_UNTIL_PERCENT:
        return StorageLevel.READ_ONLY
    if used >= settings.TINHSO_UPLOADS_UNTIL_PERCENT:
        return StorageLevel.NO_FILES
    return StorageLevel.ALL


def get_template(*, key: str, on: date, version: int | None = None) -> Template:
    """Find a version of a template; None is the newest that is valid on the day.

    :raises TemplateNotFound: if there is none.
    """
    versions = TemplateVersion.objects.filter(key=key)
    if version is None:
        versions = versions.filter(valid_from__lte=on)
    else:
        versions = versions.filter(number=version)
    row = versions.order_by("-number").first()
    if row is None:
        raise TemplateNotFound(key=key, version=version)
    return Template(
        id=row.id,
        key=row.key,
        version=row.number,
        title=row.title,
        kind=row.kind,
        data_schema=row.data_schema,
        source=row.source,
        valid_from=row.valid_from,
    )


def get_document(*, document_id: UUID) -> Document:
    """Find a document.

    :raises DocumentNotFound: if there is none.
    """
    row = (
        DocumentRow.objects.select_related("file", "template")
        .filter(pk=document_id)
        .first()
    )
    if row is None:
        raise DocumentNotFound()
    return document_of(row, signatures=_signatures(row))


def document_pdf(*, document_id: UUID) -> bytes:
    """Read the newest PDF of a document.

    :raises DocumentNotFound: if there is none.
    :raises FileDamaged: if the stored bytes are not those written.
    """
    row = DocumentRow.objects.select_related("file").filter(pk=document_id).first()
    if row is None:
        raise DocumentNotFound()
    return bytes_of(row.file)


def document_history(*, document_id: UUID) -> tuple[File, ...]:
    """List the files a document was, from draft to sealed."""
    stages = FileRow.objects.filter(stagerow__document_id=document_id)
    return tuple(file_of(row) for row in stages.order_by("id"))


def documents_of(
    *, person_id: UUID, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Document]:
    """List the documents issued to a person, the newest first."""
    rows = (
        DocumentRow.objects.filter(owner_id=person_id, state__in=_PUBLIC)
        .select_related("file", "template")
        .prefetch_related("signaturerow_set")
        .order_by("-id")
    )
    if after is not None:
        rows = rows.filter(id__lt=read_place(after))
    found = list(rows[: limit + 1])
    items = tuple(
        document_of(row, signatures=_signatures(row)) for row in found[:limit]
    )
    return Page(items, str(items[-1].id) if len(found) > limit else None)


def documents_of_kinds(
    *, person_id: UUID, kinds: Collection[str]
) -> tuple[Document, ...]:
    """List a person's documents of some kinds, issued or revoked, the newest first."""
    rows = (
        DocumentRow.objects.filter(
            owner_id=person_id, kind__in=kinds, state__in=_PUBLIC
        )
        .select_related("file", "template")
        .prefetch_related("signaturerow_set")
        .order_by("-id")
    )
    return tuple(
        document_of(row, signatures=_signatures(row)) for row in rows[:PAGE_SIZE]
    )


def documents_by_files(*, file_ids: Collection[UUID]) -> Mapping[UUID, Document]:
    """Tell which of some files are documents of this platform, drafts included."""
    stages = StageRow.objects.filter(file_id__in=file_ids).select_related(
        "document__file", "document__template"
    )
    return {
        stage.file_id: document_of(
            stage.document, signatures=_signatures(stage.document)
        )
        for stage in stages
    }


def document_by_code(*, code: str) -> PublicDocument:
    """Tell anybody who holds the code what the document is.

    :raises DocumentNotFound: if there is none that was issued; it says no more.
    """
    row = (
        DocumentRow.objects.filter(code=same_code(code), state__in=_PUBLIC)
        .select_related("file")
        .first()
    )
    if row is None:
        raise DocumentNotFound()
    signatures = _signatures(row)
    seal = next(s for s in signatures if s.role == SignatureRole.SEAL)
    assert row.issued_at is not None  # noqa: S101 - a constraint of the table
    return PublicDocument(
        code=row.code,
        kind=row.kind,
        title=row.title,
        organization_name=seal.organization_name,
        number=row.number,
        issued_at=row.issued_at,
        holder=_masked_holder(row),
        sha256=row.file.sha256,
        state=DocumentState(row.state),
        revoked_at=row.revoked_at,
        is_synthetic=row.is_synthetic,
        signatures=signatures,
    )


def verify_pdf(*, content: bytes, at: datetime) -> VerificationReport:
    """Verify the signatures of a PDF against the platform's trust anchors.

    Never raises on junk: the verdict says `not_a_pdf`.
    """
    verdict, signatures = inspectors.verified(content=content, signer=signer(), at=at)
    return VerificationReport(
        verdict=verdict,
        sha256=sha256(content).hexdigest(),
        signatures=signatures,
        is_demo=any(signature.is_demo for signature in signatures),
        checked_at=at,
    )


def stored_form(*, content: bytes, name: str) -> Inspected:
    """Tell what would be stored of a file; nothing is.

    :raises Invalid: as `actions.store_file` does, but for viruses.
    """
    return inspectors.begin(
        content=content,
        name=clean_file_name(name),
        accepted=WHAT_PEOPLE_SEND,
        max_bytes=settings.TINHSO_MAX_UPLOAD_BYTES,
    ).outcome()


def workbook_rows(
    *,
    content: bytes,
    name: str,
    sheet: str,
    columns: int,
    kept: Sequence[int],
    most_rows: int,
    most_unpacked: int,
) -> list[list[Any]]:
    """Read the first columns of a sheet, the head included; days come as text.

    kept: the columns of which the content is wanted; others tell whether they are
    filled. most_unpacked: bytes of all its parts together.
    :raises FileTypeNotAccepted, FileTruncated: if it is no workbook or lacks the sheet.
    :raises WorkbookTooLarge, FileTooDemanding: if it has or takes too much.
    :raises FileSecret: if it carries a mark of secrecy.
    """
    about = {
        "name": name,
        "sheet": sheet,
        "columns": columns,
        "kept": list(kept),
        "most_rows": most_rows,
        "most_unpacked": most_unpacked,
    }
    return inspectors.rows(content=content, about=about)


def first_sheet(
    *, content: bytes, name: str, most_rows: int, most_columns: int, most_unpacked: int
) -> Sheet:
    """Read all of the first sheet of a workbook; no formula is computed.

    most_unpacked: bytes of all its parts together.
    :raises FileTypeNotAccepted, FileTruncated: if it is no workbook.
    :raises WorkbookTooLarge, FileTooDemanding: if it has or takes too much.
    :raises FileSecret: if it carries a mark of secrecy.
    """
    about = {
        "name": name,
        "most_rows": most_rows,
        "most_columns": most_columns,
        "most_unpacked": most_unpacked,
    }
    return inspectors.first_sheet(content=content, about=about)


def sheet_that_came_back(
    *,
    content: bytes,
    name: str,
    most_rows: int,
    most_columns: int,
    unreadable: type[Invalid],
) -> Sheet:
    """Read a workbook that was handed out to be filled in.

    unreadable: what is raised, beside `sheet`, whatever keeps it from being read.
    :raises FileSecret: if it carries a mark of secrecy.
    """
    try:
        return first_sheet(
            content=content,
            name=name[:MOST_NAME],
            most_rows=most_rows,
            most_columns=most_columns,
            most_unpacked=MOST_UNPACKED,
        )
    except NO_WORKBOOK as refused:
        raise unreadable({"sheet": [unreadable.message]}) from refused


def inspection_state() -> Mapping[str, bool | str]:
    """Tell what files are inspected with.

    `network`: whether an inspector still sees a network, kept from it only by having
    no descriptor left; `ocr`: whether scans are read; `scanner`: ClamAV's version,
    empty where none is set up.
    :raises InspectionUnavailable, ScannerUnavailable: if one does not answer.
    """
    about = inspectors.pool().state()
    chosen = scanner.chosen(clamd=settings.TINHSO_CLAMD_SOCKET)
    version = chosen.version() if isinstance(chosen, scanner.Clamd) else ""
    return {**about, "scanner": version}


def trust_anchors() -> str:
    """Write the root certificates that signatures lead to, as PEM."""
    return "".join(
        pem.armor("CERTIFICATE", root.dump()).decode("ascii")
        for root in signer().anchors()
    )


def signer() -> Signer:
    """Load the provider of signatures that the settings name."""
    provider = plugins.load(
        group="tinhso.signing",
        name=settings.TINHSO_SIGNING_PROVIDER,
        built_in=_BUILT_IN,
    )
    given: dict[str, Any] = {"home": settings.TINHSO_HOME}
    if provider is FolderTrust:
        given["timestamp_url"] = settings.TINHSO_TIMESTAMP_URL
    made: Signer = provider(**given)
    return made


def signing_means(
    *,
    person_id: UUID | None = None,
    organization_id: UUID | None = None,
    own: bool = False,
) -> Means | None:
    """Tell with what a person or an agency signs; None is the platform's own key.

    own: for themselves, as an applicant does; without it, in office.
    """
    row = SigningMeansRow.objects.filter(
        person_id=person_id, organization_id=organization_id, is_own=own, ended_at=None
    ).first()
    return means_of(row) if row else None


def all_signing_means() -> tuple[Means, ...]:
    """List the means declared and not ended, the oldest first."""
    rows = SigningMeansRow.objects.filter(ended_at=None).order_by("id")
    return tuple(map(means_of, rows))


def asked_when_signing(
    *, person_id: UUID | None = None, organization_id: UUID | None = None
) -> Ask:
    """Tell what a person is asked for when they sign, or when they seal for an agency.

    The PIN of an agency's token is not asked for where the settings have it.
    """
    means = signing_means(person_id=person_id, organization_id=organization_id)
    if means is None:
        return Ask.NOTHING
    if means.kind is MeansKind.REMOTE:
        return Ask.CODE
    is_known = organization_id is not None and bool(settings.TINHSO_SEAL_PIN)
    return Ask.NOTHING if is_known else Ask.PIN


def has_remote_signing() -> bool:
    """Tell whether people can sign with a certificate of their own, from afar."""
    return bool(settings.TINHSO_REMOTE_SIGNING_URL)


def remote_service() -> csc.Service:
    """Tell where the provider of remote signing is.

    :raises RemoteNotSetUp: if the settings name none.
    """
    if not has_remote_signing():
        raise RemoteNotSetUp()
    return csc.Service(
        settings.TINHSO_REMOTE_SIGNING_URL, settings.TINHSO_REMOTE_SIGNING_KEY
    )


def remote_credential(*, service: csc.Service, person_id: UUID) -> str:
    """Ask the provider for the credential of a person; empty if it has none.

    :raises RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused: as named.
    """
    number = people.get_person(person_id=person_id).personal_number
    found = csc.credentials_of(service=service, user=number) if number else ()
    return found[0] if found else ""


def own_certificate(*, person_id: UUID, at: datetime) -> Certificate | None:
    """Ask the provider for a person's own certificate; None if it has none.

    One that must not sign is refused here, before anybody waits for a code.
    :raises CertificateExpired, CertificateNotYetValid, CertificateRevoked,
        CertificateUntrusted, CertificateNotForSigning, RevocationUnknown: as named.
    :raises RemoteNotSetUp, RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused:
        as named.
    """
    service = remote_service()
    means = signing_means(person_id=person_id, own=True)
    if means is None:
        credential_id = remote_credential(service=service, person_id=person_id)
    else:
        credential_id = means.credential_id
    if not credential_id:
        return None
    found = csc.credential(service=service, credential_id=credential_id)
    certificate, *others = found.certificates
    certificates.refuse_unusable(
        certificate=certificate, others=others, authority=signer(), at=at
    )
    return certificates.facts(certificate)


def means_of(row: SigningMeansRow) -> Means:
    """Hand out a means."""
    return Means(
        id=row.id,
        kind=MeansKind(row.kind),
        is_own=row.is_own,
        person_id=row.person_id,
        organization_id=row.organization_id,
        token_label=row.token_label,
        key_label=row.key_label,
        credential_id=row.credential_id,
        certificate_sha256=row.certificate_sha256,
        declared_at=row.declared_at,
    )


def file_of(row: FileRow) -> File:
    """Hand out a file."""
    return File(
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        state=FileState(row.state),
        owner_id=row.owner_id,
        organization_id=row.organization_id,
        stored_at=row.stored_at,
    )


def bytes_of(row: FileRow) -> bytes:
    """Read what a row of a file stands for.

    :raises FileErased: if it was erased.
    """
    if row.state == FileState.ERASED:
        raise FileErased
    return store.read(home=settings.TINHSO_HOME, digest=row.sha256)


def document_of(row: DocumentRow, *, signatures: Sequence[Signature]) -> Document:
    """Hand out a document."""
    return Document(
        id=row.id,
        code=row.code,
        number=row.number,
        title=row.title,
        kind=row.kind,
        state=DocumentState(row.state),
        template_key=row.template.key,
        template_version=row.template.number,
        organization_id=row.organization_id,
        owner_id=row.owner_id,
        is_synthetic=row.is_synthetic,
        file_id=row.file_id,
        sha256=row.file.sha256,
        created_at=row.created_at,
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        signatures=tuple(signatures),
    )


def _file_row(file_id: UUID) -> FileRow:
    row = FileRow.objects.filter(pk=file_id).first()
    if row is None:
        raise FileNotFound()
    return row


def _signatures(row: DocumentRow) -> tuple[Signature, ...]:
    return tuple(map(_signature, sorted(row.signaturerow_set.all(), key=_turn)))


def _turn(row: SignatureRow) -> int:
    return list(SignatureRole).index(SignatureRole(row.role))


def _signature(row: SignatureRow) -> Signature:
    return Signature(
        role=SignatureRole(row.role),
        name=row.name,
        title=row.title,
        organization_name=row.organization_name,
        signed_at=row.signed_at,
    )


def _masked_holder(row: DocumentRow) -> str:
    if row.owner_id is None:
        return ""
    return masked_name(people.get_person(person_id=row.owner_id).full_name)
