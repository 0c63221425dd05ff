"""Send and take documents between agencies; recall and replace what was sent."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.exchange.actions.document_taking import (
    keep,
    opened,
    refusals_noted,
    refuse_other_signer,
    refuse_secret,
)
from tinhso.exchange.models import DocumentRow
from tinhso.exchange.providers import (
    document_keys,
    edxml,
    edxml_writing,
    xml_reading,
    xml_signing,
)
from tinhso.exchange.queries.documents import agencies_here, kept_of, open_document
from tinhso.exchange.types import (
    AgencyDocument,
    Business,
    Direction,
    DocumentForAnother,
    DocumentKind,
    DocumentNotKnown,
    DocumentSenderUnknown,
    KeptDocument,
    ReasonMissing,
    RecallNotBySender,
    Trace,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean


def send_document(
    *, document: AgencyDocument, actor: Actor, at: datetime
) -> KeptDocument:
    """Sign a document as its sender and put it into the outbox; twice is once.

    Carrying it over the gateway or VDXP is somebody else's: the XML is
    `queries.envelope_of`.

    :raises DocumentRefused: if something of it cannot be; the subclass says what.
    :raises DocumentSecret: if it is marked as a state secret.
    :raises DocumentSenderUnknown: if who sends it is no agency here.
    :raises DocumentKeyMissing: if that has no key on this machine.
    :raises DocumentSentTwice: if its identifier went with another content.
    :raises DocumentNotKnown: if what it acts on was never sent; and RecallNotBySender,
        DocumentRecalled, ReasonMissing.
    """
    carried = replace(document, trace=(Trace(document.sender.code, at),))
    plain = edxml_writing.write_document(carried)
    root = xml_reading.parse(plain)
    # As its receivers will read it.
    read = edxml.document_of(root)
    with refusals_noted(plain, actor, at):
        refuse_secret(root)
        here = agencies_here(codes=[read.sender.code], on=local(at).date())
        if not here:
            raise DocumentSenderUnknown
        key = document_keys.load(settings.TINHSO_HOME, read.sender.code)
        row = keep(
            read,
            direction=Direction.SENT,
            xml=xml_signing.sign(plain, key),
            seal=document_keys.seal_of(key),
            is_synthetic=here[0].is_synthetic,
            actor=actor,
            at=at,
        )
    return kept_of(row, ())


def take_document(
    *, content: bytes, actor: Actor, at: datetime, is_import: bool = False
) -> KeptDocument:
    """Take a document that came, whole as it is; twice is once.

    is_import: of old; a signature with SHA-1 is taken and marked.

    :raises DocumentRefused: if it cannot be read, is not signed by its sender, is
        marked as a state secret or is for agencies elsewhere; the subclass says what.
    :raises DocumentSentTwice: if its identifier came with another content.
    :raises DocumentNotKnown: if what it acts on never came; and DocumentRecalled.
    """
    with refusals_noted(content, actor, at):
        envelope = opened(content, at=at, is_import=is_import)
        document = edxml.document_of(envelope.root)
        refuse_other_signer(envelope, document.sender.code)
        codes = [one.code for one in document.receivers]
        here = agencies_here(codes=codes, on=local(at).date())
        if not here:
            raise DocumentForAnother
        row = keep(
            document,
            direction=Direction.RECEIVED,
            xml=content,
            seal=envelope.seal,
            is_synthetic=here[0].is_synthetic,
            actor=actor,
            at=at,
        )
    return kept_of(row, ())


def recall_document(
    *, id: UUID, reason: str, actor: Actor, at: datetime
) -> KeptDocument:
    """Recall a document that was sent; answer the message that recalls it.

    Its head stays to be seen, with the reason; what it says is handed out no more.

    :raises DocumentNotKnown: if there is none. :raises RecallNotBySender: if it came.
    :raises DocumentRecalled: if it holds no more. :raises ReasonMissing: without one.
    """
    with transaction.atomic():
        sent = _sent(id)
        business = Business(DocumentKind.RECALL, _reason(reason), sent.id)
        recall = replace(sent, business=business, attachments=(), content="")
        return send_document(document=recall, actor=actor, at=at)


def replace_document(
    *, id: UUID, document: AgencyDocument, reason: str, actor: Actor, at: datetime
) -> KeptDocument:
    """Send a document in place of one that was sent.

    :raises DocumentNotKnown: if there is none. :raises RecallNotBySender: if it came,
        or another agency sent it.
    :raises DocumentRecalled: if it holds no more. :raises ReasonMissing: without one.
    :raises DocumentSentTwice: if the new one has the identifier of the old.
    """
    with transaction.atomic():
        sent = _sent(id)
        business = Business(DocumentKind.REPLACE, _reason(reason), sent.id)
        new = replace(document, business=business)
        return send_document(document=new, actor=actor, at=at)


def _sent(id: UUID) -> AgencyDocument:
    row = DocumentRow.objects.filter(pk=id).defer("xml").first()
    if row is None:
        raise DocumentNotKnown
    if row.direction != Direction.SENT:
        raise RecallNotBySender
    return open_document(id=id)


def _reason(given: str) -> str:
    reason = clean(given)[:500]
    if not reason:
        raise ReasonMissing
    return reason
