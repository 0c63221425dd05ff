"""What sending and taking documents share: the checks, the lock, the row, the note."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import QuerySet

from tinhso.exchange.actions.changing import note
from tinhso.exchange.models import DocumentRow
from tinhso.exchange.providers import edxml, edxml_writing, xml_reading, xml_signing
from tinhso.exchange.providers.xml_reading import Element
from tinhso.exchange.queries.documents import certificate_of
from tinhso.exchange.rules.secrecy import mark_in
from tinhso.exchange.types import (
    AgencyDocument,
    Direction,
    DocumentKind,
    DocumentNotKnown,
    DocumentRecalled,
    DocumentSecret,
    DocumentSentTwice,
    DocumentSignerUnknown,
    DocumentState,
    EdxmlValueWrong,
    ReasonMissing,
    RecallNotBySender,
    Seal,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Refused

ENDS = {
    DocumentKind.RECALL: DocumentState.RECALLED,
    DocumentKind.REPLACE: DocumentState.REPLACED,
}
# Of these an identifier stands for one content; messages about them may share it.
PAPERS = (DocumentKind.NEW, DocumentKind.REPLACE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope whose signature holds: what was signed, by the key of whom."""

    xml: bytes
    root: Element
    seal: Seal
    code: str


def opened(content: bytes, *, at: datetime, is_import: bool) -> Envelope:
    """Check an envelope that came, and read only what was signed.

    :raises DocumentRefused: if it does not hold, or is marked secret.
    """
    owners: dict[str, str] = {}

    def find(fingerprint: str) -> str | None:
        found = certificate_of(fingerprint=fingerprint)
        if found is None:
            return None
        owners[fingerprint] = found[0]
        return found[1]

    verified = xml_signing.verify(content, find=find, at=at, is_import=is_import)
    root = xml_reading.parse(verified.content)
    refuse_secret(root)
    seal = verified.seal
    return Envelope(content, root, seal, owners[seal.fingerprint])


def refuse_secret(root: Element) -> None:
    """Refuse an envelope that is marked as a state secret.

    :raises DocumentSecret: if so.
    """
    if mark_in(edxml.texts_of(root)):
        raise DocumentSecret


def refuse_other_signer(envelope: Envelope, code: str) -> None:
    """Refuse what was signed with the key of another than who says to send it.

    :raises DocumentSignerUnknown: if so.
    """
    if envelope.code != code:
        raise DocumentSignerUnknown


@contextmanager
def refusals_noted(content: bytes, actor: Actor, at: datetime) -> Iterator[None]:
    """Write into the journal what was refused, by digest; it is kept nowhere else."""
    try:
        yield
    except Refused as refusal:
        audit.write(
            "exchange.refuse_document",
            subject="exchange.Document",
            subject_id=None,
            actor=actor,
            at=at,
            details={
                "refused": refusal.code,
                "digest": sha256(content).hexdigest(),
                "bytes": len(content),
            },
        )
        raise


def lock(sender: str) -> None:
    """Let one at a time send or take documents of an agency, or tell of them."""
    digest = sha256(sender.encode()).digest()
    with connection.cursor() as cursor:
        key = int.from_bytes(digest[:8], signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def before(
    document: AgencyDocument, direction: Direction, said: str
) -> DocumentRow | None:
    """Find the same document if it went or came before.

    :raises DocumentSentTwice: if its identifier stands for another content.
    """
    rows = DocumentRow.objects.filter(
        direction=direction, sender=document.sender.code, document_id=document.id
    )
    same = rows.filter(kind=document.business.kind, said=said).first()
    if same is not None:
        return same
    if document.business.kind in PAPERS and rows.filter(kind__in=PAPERS).exists():
        raise DocumentSentTwice
    return None


def affected_by(document: AgencyDocument, direction: Direction) -> DocumentRow | None:
    """Find and lock the document another one is about; None for a new one.

    :raises DocumentNotKnown: if it never went this way.
    :raises RecallNotBySender: if somebody else sent it.
    :raises DocumentRecalled: if it holds no more.
    :raises ReasonMissing: if no reason is given.
    """
    business = document.business
    if business.kind is DocumentKind.NEW:
        return None
    rows = (
        DocumentRow.objects.select_for_update()
        .defer("xml")
        .filter(direction=direction, document_id=business.affected, kind__in=PAPERS)
    )
    found = _of_sender(rows, document.sender.code)
    if not business.reason:
        raise ReasonMissing
    if found.state != DocumentState.VALID:
        raise DocumentRecalled(reason=found.reason)
    return found


def _of_sender(rows: "QuerySet[DocumentRow]", sender: str) -> DocumentRow:
    found = rows.filter(sender=sender).first()
    if found is not None:
        return found
    raise RecallNotBySender if rows.exists() else DocumentNotKnown


def said_by(document: AgencyDocument) -> str:
    """Digest what a document says, whoever carried it and however it was signed."""
    plain = edxml_writing.write_document(replace(document, trace=()))
    return sha256(plain).hexdigest()


def refuse_long(document: AgencyDocument) -> None:
    """Refuse names that fit no row.

    :raises EdxmlValueWrong: if one is too long.
    """
    for name, text in (("DocumentId", document.id), ("Code", code_of(document))):
        if len(text) > 200:
            raise EdxmlValueWrong(name=name)


def code_of(document: AgencyDocument) -> str:
    """Write number and notation as on paper: `12/UBND-VP`."""
    return f"{document.number}/{document.notation}"


def keep(
    document: AgencyDocument,
    *,
    direction: Direction,
    xml: bytes,
    seal: Seal,
    is_synthetic: bool,
    actor: Actor,
    at: datetime,
) -> DocumentRow:
    """Keep a document, once, and end what it recalls or replaces.

    :raises DocumentRefused: if it cannot be, or acts on what it may not; and
        DocumentSentTwice, DocumentNotKnown, DocumentRecalled.
    """
    refuse_long(document)
    said, kind = said_by(document), document.business.kind
    with transaction.atomic():
        lock(document.sender.code)
        found = before(document, direction, said)
        if found is not None:
            return found
        affected = affected_by(document, direction)
        row = DocumentRow.objects.create(
            direction=direction,
            document_id=document.id,
            kind=kind,
            sender=document.sender.code,
            receivers=[one.code for one in document.receivers],
            code=code_of(document),
            issued_on=document.issued_on,
            subject=document.subject,
            state=DocumentState.VALID,
            affected=affected,
            xml=xml,
            digest=sha256(xml).hexdigest(),
            said=said,
            fingerprint=seal.fingerprint,
            is_old=seal.is_old,
            is_synthetic=is_synthetic,
            at=at,
        )
        if affected is not None and kind in ENDS:
            affected.state, affected.reason = ENDS[kind], document.business.reason
            affected.save(update_fields=["state", "reason"])
        note_document(f"{direction.value}_document", row, actor, at)
    return row


def note_document(
    deed: str, row: DocumentRow, actor: Actor, at: datetime, **more: object
) -> None:
    """Write into the journal what was done with a document, without what it says."""
    told = {
        "sender": row.sender,
        "receivers": list(row.receivers),
        "document": row.document_id,
        "kind": DocumentKind(row.kind).name.lower(),
        "digest": row.digest,
        "is_old": row.is_old,
        **more,
    }
    note(deed, subject="Document", subject_id=row.id, actor=actor, at=at, details=told)
