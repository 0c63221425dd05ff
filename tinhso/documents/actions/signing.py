"""Sign documents, seal them, and revoke what was issued."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from PIL import Image

from tinhso.documents import queries
from tinhso.documents.actions.files import keep_own_pdf
from tinhso.documents.actions.rendering import font_folder
from tinhso.documents.models import DocumentRow, SignatureRow, StageRow
from tinhso.documents.providers import pades, pictures
from tinhso.documents.types import (
    AlreadySigned,
    Document,
    DocumentIsRevoked,
    DocumentIssued,
    DocumentNotFound,
    DocumentNotIssued,
    DocumentRevoked,
    DocumentState,
    NoSignaturePlace,
    ReasonMissing,
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
) -> Document:
    """Sign a document as PAdES B-LTA: first the leader, then the agency's seal.

    The seal issues the document. Order: NĐ 30/2020, Điều 12, 13 và Phụ lục I.
    :raises DocumentNotFound: if there is none.
    :raises DocumentIsRevoked: if it is no longer in force.
    :raises AlreadySigned: if this role has signed it.
    :raises SignatureOrderWrong: if the seal comes before the signature.
    :raises SignatoryIncomplete: if a personal signature names no person.
    :raises NoSignaturePlace: if the template has none.
    """
    with transaction.atomic():
        row = _locked(document_id)
        _refuse_wrong_turn(row, signatory, role)
        before = queries.bytes_of(row.file)
        signed = pades.sign(
            pdf=before,
            signer=queries.signer(),
            signatory=signatory,
            role=role,
            picture=_picture(signatory, role),
            places=_places(row),
            at=at,
        )
        _keep_signed(row, signed, role, at)
        _keep_signature(row, signatory, role, at)
        _write_audit("documents.sign_document", row, actor, at, {"role": role.value})
        if role == SignatureRole.SEAL:
            _tell_issued(row, actor, at)
    return queries.get_document(document_id=document_id)


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
    if role == SignatureRole.SEAL and SignatureRole.PERSONAL not in done:
        raise SignatureOrderWrong()
    if role == SignatureRole.PERSONAL and signatory.person_id is None:
        raise SignatoryIncomplete()
    if not row.places:
        raise NoSignaturePlace()


def _picture(signatory: Signatory, role: SignatureRole) -> Image.Image:
    folder = font_folder()
    if role == SignatureRole.SEAL:
        return pictures.seal(name=signatory.organization_name, font_folder=folder)
    return pictures.signature(name=signatory.name, font_folder=folder)


def _places(row: DocumentRow) -> dict[SignatureRole, pades.Place]:
    """Place the pictures; the seal covers a third of the signature, at its left."""
    place = row.places[0]
    width, height = (side * _POINTS_PER_MM for side in pictures.SIGNATURE_MM)
    left, middle = place["x"] - width / 2, place["height"] - place["y"]
    side = pictures.SEAL_MM[0] * _POINTS_PER_MM
    boxes = {
        SignatureRole.PERSONAL: _box(left, middle, width, height),
        SignatureRole.SEAL: _box(left + width / 3 - side, middle, side, side),
    }
    page = place["page"] - 1
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
    if role == SignatureRole.SEAL:
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
