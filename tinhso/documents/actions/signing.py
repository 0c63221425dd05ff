"""Sign documents, seal them, and revoke what was issued."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from PIL import Image

from tinhso.documents import queries
from tinhso.documents.actions.files import keep_own_pdf
from tinhso.documents.actions.means import means_for, refuse_certificate, signer_for
from tinhso.documents.actions.rendering import font_folder, print_for_signing
from tinhso.documents.models import DocumentRow, SignatureRow, StageRow
from tinhso.documents.providers import pades, pictures
from tinhso.documents.types import (
    NO_SECRET,
    AlreadySigned,
    Document,
    DocumentIsRevoked,
    DocumentIssued,
    DocumentNotFound,
    DocumentNotIssued,
    DocumentRevoked,
    DocumentState,
    File,
    NoSignaturePlace,
    ReasonMissing,
    Secret,
    Signatory,
    SignatoryIncomplete,
    SignatureOrderWrong,
    SignatureRole,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean

_POINTS_PER_MM = 72 / 25.4


def sign_document(
    *,
    document_id: UUID,
    signatory: Signatory,
    role: SignatureRole,
    actor: Actor,
    at: datetime,
    secret: Secret = NO_SECRET,
) -> Document:
    """Sign a document as PAdES B-LTA: first the leader, then the agency's seal.

    The seal issues the document. Order: NĐ 30/2020, Điều 12, 13 và Phụ lục I. A paper
    whose template has a place for the seal alone is sealed without a leader, and is no
    document that is issued.
    secret: the PIN or one-time code, where the signatory's means asks for it. Nothing
    is written when anything is refused.
    :raises DocumentNotFound: if there is none.
    :raises DocumentIsRevoked: if it is no longer in force.
    :raises AlreadySigned: if this role has signed it.
    :raises SignatureOrderWrong: if the seal comes before the signature.
    :raises SignatoryIncomplete: if a personal signature names no person.
    :raises NoSignaturePlace: if the template has none.
    :raises CertificateExpired, CertificateNotYetValid, CertificateRevoked,
        CertificateUntrusted, CertificateNotForSigning, CertificateOfAnother,
        CertificateNotDeclared, RevocationUnknown: what is wrong with the certificate.
    :raises PinMissing, PinWrong, PinBlocked, TokenAbsent, TokenKeyAbsent, TokenFailed:
        what is wrong with a token.
    :raises CodeMissing, CodeWrong, RemoteDown, RemoteSlow, RemoteAnswerWrong,
        RemoteRefused, RemoteNotSetUp: what is wrong with a provider.
    :raises SignatureWrong: if what comes back does not fit what was sent.
    """
    with transaction.atomic():
        row = _locked(document_id)
        _refuse_wrong_turn(row, signatory, role)
        signed = _signed(
            queries.bytes_of(row.file), row.places, signatory, role, secret, at
        )
        _keep_signed(row, signed, role, at)
        _keep_signature(row, signatory, role, at)
        _write_audit("documents.sign_document", row, actor, at, {"role": role.value})
        if row.state == DocumentState.ISSUED:
            _tell_issued(row, actor, at)
    return queries.get_document(document_id=document_id)


def sign_sheet(
    *,
    template_key: str,
    data: Mapping[str, Any],
    title: str,
    signatory: Signatory,
    synthetic: bool,
    actor: Actor,
    at: datetime,
    secret: Secret = NO_SECRET,
) -> File:
    """Print a sheet, have a person sign it as PAdES B-LTA, and keep it as their file.

    It is no document of an agency: it has no number, no code and no seal. The person
    signs for themselves, never with the platform's key.
    :raises NoCertificate: if they have nothing to sign with.
    :raises TemplateNotFound: if there is no such template.
    :raises TextNotPrintable: if the data hold characters that cannot be printed.
    :raises SignatoryIncomplete, NoSignaturePlace: as `sign_document` does.
    :raises Refused: what is wrong with certificate, code or provider, likewise.
    """
    if signatory.person_id is None:
        raise SignatoryIncomplete()
    sheet = print_for_signing(
        template_key=template_key, data=data, title=title, synthetic=synthetic, at=at
    )
    if not sheet.places:
        raise NoSignaturePlace()
    role = SignatureRole.PERSONAL
    pdf = _signed(sheet.pdf, sheet.places, signatory, role, secret, at, own=True)
    with transaction.atomic():
        row = keep_own_pdf(
            pdf=pdf,
            name=title,
            owner_id=signatory.person_id,
            organization_id=None,
            at=at,
        )
        audit.write(
            "documents.sign_sheet",
            subject="documents.File",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"sha256": row.sha256, "template": template_key},
        )
    return queries.file_of(row)


def revoke_document(
    *, document_id: UUID, reason: str, actor: Actor, at: datetime
) -> Document:
    """Take an issued document out of force; the public sees it (NĐ 30/2020, Điều 18).

    :raises ReasonMissing: if no reason is given.
    :raises DocumentNotFound, DocumentIsRevoked, DocumentNotIssued: as named.
    """
    with transaction.atomic():
        row = _locked(document_id)
        if not clean(reason):
            raise ReasonMissing({"reason": [ReasonMissing.message]})
        if row.state == DocumentState.REVOKED:
            raise DocumentIsRevoked()
        if row.state != DocumentState.ISSUED:
            raise DocumentNotIssued()
        row.state, row.revoked_at = DocumentState.REVOKED, at
        row.revoked_reason = clean(reason)[:500]
        row.save(update_fields=["state", "revoked_at", "revoked_reason"])
        _write_audit("documents.revoke_document", row, actor, at, {})
        events.record(
            DocumentRevoked(subject_id=row.id, code=row.code, owner_id=row.owner_id),
            actor=actor,
            at=at,
        )
    return queries.get_document(document_id=document_id)


def _locked(document_id: UUID) -> DocumentRow:
    row = (
        DocumentRow.objects.select_for_update(of=("self",))
        .select_related("file", "template")
        .filter(pk=document_id)
        .first()
    )
    if row is None:
        raise DocumentNotFound()
    return row


def _refuse_wrong_turn(
    row: DocumentRow, signatory: Signatory, role: SignatureRole
) -> None:
    if row.state == DocumentState.REVOKED:
        raise DocumentIsRevoked()
    if row.state == DocumentState.REPLACED:
        raise DocumentNotFound()
    done = set(row.signaturerow_set.values_list("role", flat=True))
    if role in done:
        raise AlreadySigned()
    if role == SignatureRole.PERSONAL and signatory.person_id is None:
        raise SignatoryIncomplete()
    if not row.places or (role == SignatureRole.PERSONAL and _is_sealed_alone(row)):
        raise NoSignaturePlace()
    needs_leader = role == SignatureRole.SEAL and not _is_sealed_alone(row)
    if needs_leader and SignatureRole.PERSONAL not in done:
        raise SignatureOrderWrong()


def _is_sealed_alone(row: DocumentRow) -> bool:
    return bool(row.places) and row.places[0]["role"] == SignatureRole.SEAL


def _signed(
    pdf: bytes,
    places: Sequence[Mapping[str, Any]],
    signatory: Signatory,
    role: SignatureRole,
    secret: Secret,
    at: datetime,
    own: bool = False,
) -> bytes:
    """Sign with whatever the signatory signs with; own: for themselves, and alone."""
    means = means_for(signatory=signatory, role=role, own=own)
    signer = signer_for(means=means, secret=secret)
    credential = signer.credential(signatory=signatory, role=role, at=at)
    refuse_certificate(
        credential=credential,
        signatory=signatory,
        role=role,
        means=means,
        at=at,
    )
    boxes = _places(places[0])
    return pades.sign(
        pdf=pdf,
        credential=credential,
        signer=signer,
        signatory=signatory,
        role=role,
        picture=_picture(signatory, role),
        places={role: boxes[role]} if own else boxes,
        at=at,
    )


def _picture(signatory: Signatory, role: SignatureRole) -> Image.Image:
    folder = font_folder()
    if role == SignatureRole.SEAL:
        return pictures.seal(name=signatory.organization_name, font_folder=folder)
    return pictures.signature(name=signatory.name, font_folder=folder)


def _places(place: Mapping[str, Any]) -> dict[SignatureRole, pades.Place]:
    """Place the pictures; the seal covers a third of the signature, at its left."""
    width, height = (side * _POINTS_PER_MM for side in pictures.SIGNATURE_MM)
    left, middle = place["x"] - width / 2, place["height"] - place["y"]
    side, page = pictures.SEAL_MM[0] * _POINTS_PER_MM, place["page"] - 1
    if place["role"] == SignatureRole.SEAL:
        box = _box(place["x"] - side / 2, middle, side, side)
        return {SignatureRole.SEAL: pades.Place(page, box)}
    boxes = {
        SignatureRole.PERSONAL: _box(left, middle, width, height),
        SignatureRole.SEAL: _box(left + width / 3 - side, middle, side, side),
    }
    return {role: pades.Place(page, box) for role, box in boxes.items()}


def _box(
    left: float, middle: float, width: float, height: float
) -> tuple[int, int, int, int]:
    bottom = middle - height / 2
    return round(left), round(bottom), round(left + width), round(bottom + height)


def _keep_signed(
    row: DocumentRow, pdf: bytes, role: SignatureRole, at: datetime
) -> None:
    row.file = keep_own_pdf(
        pdf=pdf,
        name=row.file.name.removesuffix(".pdf"),
        owner_id=row.owner_id,
        organization_id=row.organization_id,
        at=at,
    )
    row.state = DocumentState.SIGNED
    if role == SignatureRole.SEAL and not _is_sealed_alone(row):
        row.state, row.issued_at = DocumentState.ISSUED, at
    row.save(update_fields=["file", "state", "issued_at"])
    StageRow.objects.create(document=row, state=row.state, file=row.file, at=at)


def _keep_signature(
    row: DocumentRow, signatory: Signatory, role: SignatureRole, at: datetime
) -> None:
    SignatureRow.objects.create(
        document=row,
        role=role,
        person_id=signatory.person_id,
        organization_id=signatory.organization_id,
        name=signatory.name,
        title=signatory.title,
        organization_name=signatory.organization_name,
        signed_at=at,
    )


def _tell_issued(row: DocumentRow, actor: Actor, at: datetime) -> None:
    issued = DocumentIssued(
        subject_id=row.id,
        code=row.code,
        number=row.number,
        kind=row.kind,
        organization_id=row.organization_id,
        owner_id=row.owner_id,
    )
    events.record(issued, actor=actor, at=at)


def _write_audit(
    deed: str, row: DocumentRow, actor: Actor, at: datetime, details: dict[str, Any]
) -> None:
    audit.write(
        deed,
        subject="documents.Document",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"code": row.code, "sha256": row.file.sha256, **details},
    )
