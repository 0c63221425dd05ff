"""Documents between agencies as they are kept: outbox, inbox, what became of them."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from tinhso.exchange.models import (
    DocumentCertificateRow,
    DocumentRow,
    DocumentStatusRow,
)
from tinhso.exchange.providers import edxml, xml_reading, xml_signing
from tinhso.exchange.rules import agency_codes
from tinhso.exchange.types import (
    STATUS_WORDS,
    AgencyCodeWrong,
    AgencyDocument,
    Direction,
    DocumentKind,
    DocumentNotKnown,
    DocumentRecalled,
    DocumentRefused,
    DocumentSignatureWrong,
    DocumentSignerUnknown,
    DocumentState,
    KeptDocument,
    Looked,
    StatusCode,
    StatusTold,
)
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationLevel

MOST = 200
# Agencies of the province; central ones stand in the register for their names alone.
HERE = frozenset({OrganizationLevel.PROVINCE, OrganizationLevel.COMMUNE})


def documents(
    *, direction: Direction | None = None, limit: int = MOST
) -> tuple[KeptDocument, ...]:
    """List documents of the outbox or inbox, the newest first; without statuses."""
    rows = DocumentRow.objects.defer("xml").order_by("-at", "-id")
    if direction is not None:
        rows = rows.filter(direction=direction)
    return tuple(kept_of(row, ()) for row in rows[: min(limit, MOST)])


def get_document(*, id: UUID) -> KeptDocument:
    """Tell what is known of a document, recalled or not, with what became of it.

    :raises DocumentNotKnown: if there is none.
    """
    row = _row(id)
    told = DocumentStatusRow.objects.filter(document=row).defer("xml")
    return kept_of(row, told.order_by("told_at", "id"))


def open_document(*, id: UUID) -> AgencyDocument:
    """Hand out what a document says, with its files.

    :raises DocumentNotKnown: if there is none.
    :raises DocumentRecalled: if it was recalled or replaced; its head stays to be seen.
    """
    return edxml.read_document(envelope_of(id=id))


def envelope_of(*, id: UUID) -> bytes:
    """Hand out the signed XML of a document, as it went or came.

    :raises DocumentNotKnown: if there is none.
    :raises DocumentRecalled: if it was recalled or replaced.
    :raises DocumentSignatureWrong: if it is not what was kept.
    """
    row = _row(id)
    if row.state != DocumentState.VALID:
        raise DocumentRecalled(reason=row.reason)
    content = bytes(row.xml)
    if sha256(content).hexdigest() != row.digest:
        raise DocumentSignatureWrong
    return content


def look_into(*, content: bytes, at: datetime) -> Looked:
    """Read a file without keeping it, and tell whose signature holds at a moment.

    What is signed is read alone; without a signature that holds, it is what stands
    there, and `refused` says why. SHA-1 is looked at as on import.

    :raises DocumentRefused: if it cannot be read; the subclass says what.
    """
    signed_by, is_old, refused, signed = "", False, "", content
    try:
        verified = xml_signing.verify(content, find=_pem_of, at=at, is_import=True)
        seal, signed = verified.seal, verified.content
        owner = certificate_of(fingerprint=seal.fingerprint)
        signed_by, is_old = owner[0] if owner else "", seal.is_old
    except DocumentRefused as refusal:
        refused = refusal.code
    root = xml_reading.parse(signed)
    read = edxml.status_of if edxml.is_status(root) else edxml.document_of
    said = read(root)
    if signed_by and said.sender.code != signed_by:
        return Looked(said, "", is_old, DocumentSignerUnknown().code)
    return Looked(said, signed_by, is_old, refused)


def _pem_of(fingerprint: str) -> str | None:
    found = certificate_of(fingerprint=fingerprint)
    return found[1] if found else None


def both_orders(*, code: str) -> tuple[str, str]:
    """Write an agency's code in today's order and in the old one, if it has that.

    :raises AgencyCodeWrong: if it is none.
    """
    today = agency_codes.read_code(code)
    try:
        return today, agency_codes.old_order(today)
    except AgencyCodeWrong:
        return today, ""


def agencies_here(*, codes: Iterable[str], on: date) -> tuple[Organization, ...]:
    """List which agency codes are of agencies of the province on a day."""
    found = (people.organization_by_code(code=code, on=on) for code in codes)
    return tuple(one for one in found if one is not None and one.level in HERE)


def certificate_of(*, fingerprint: str) -> tuple[str, str] | None:
    """Find a certificate that holds, as the agency's code and PEM; None if none does.

    Whether its days are over is for the check of the signature.
    """
    rows = DocumentCertificateRow.objects.filter(revoked_at=None)
    row = rows.filter(fingerprint=fingerprint).first()
    return (row.code, row.pem) if row else None


def kept_of(row: DocumentRow, told: Iterable[DocumentStatusRow]) -> KeptDocument:
    """Lay out a row."""
    return KeptDocument(
        id=row.id,
        direction=Direction(row.direction),
        document_id=row.document_id,
        kind=DocumentKind(row.kind),
        sender=row.sender,
        receivers=tuple(row.receivers),
        code=row.code,
        issued_on=row.issued_on,
        subject=row.subject,
        state=DocumentState(row.state),
        reason=row.reason,
        digest=row.digest,
        is_old=row.is_old,
        is_synthetic=row.is_synthetic,
        at=row.at,
        statuses=tuple(map(status_of, told)),
    )


def status_of(row: DocumentStatusRow) -> StatusTold:
    """Lay out a row."""
    code = StatusCode(row.code)
    description = clean(row.description)
    return StatusTold(code, STATUS_WORDS[code], row.by, row.told_at, description)


def _row(id: UUID) -> DocumentRow:
    row = DocumentRow.objects.filter(pk=id).first()
    if row is None:
        raise DocumentNotKnown
    return row
