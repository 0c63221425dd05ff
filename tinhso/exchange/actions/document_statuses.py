"""Tell the sender what became of a document, and take what receivers tell."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.exchange.actions.document_taking import (
    lock,
    note_document,
    opened,
    refusals_noted,
    refuse_other_signer,
    refuse_secret,
)
from tinhso.exchange.models import DocumentRow, DocumentStatusRow
from tinhso.exchange.providers import (
    document_keys,
    edxml,
    edxml_writing,
    xml_reading,
    xml_signing,
)
from tinhso.exchange.queries.documents import agencies_here, status_of
from tinhso.exchange.rules.agency_codes import read_code
from tinhso.exchange.types import (
    Agency,
    Direction,
    DocumentNotKnown,
    DocumentSenderUnknown,
    Named,
    Staff,
    StatusCode,
    StatusMessage,
    StatusNotByReceiver,
    StatusTold,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local

NOBODY = Staff()


def send_status(
    *,
    id: UUID,
    by: str,
    code: StatusCode,
    description: str = "",
    staff: Staff = NOBODY,
    actor: Actor,
    at: datetime,
) -> bytes:
    """Write and sign what an agency here tells the sender of a document that came.

    :raises DocumentNotKnown: if none came. :raises AgencyCodeWrong: if `by` is none.
    :raises StatusNotByReceiver: if it was not sent to that agency.
    :raises DocumentSenderUnknown: if that is no agency here.
    :raises DocumentKeyMissing: if it has no key on this machine.
    :raises DocumentSecret: if the words are a mark of secrets.
    """
    agency = read_code(by)
    here = agencies_here(codes=[agency], on=local(at).date())
    if not here:
        raise DocumentSenderUnknown
    with transaction.atomic():
        row = _document(Direction.RECEIVED, pk=id)
        status = StatusMessage(
            about=Named(row.sender, row.code, row.issued_on, row.document_id),
            sender=Agency(agency, here[0].name),
            code=code,
            at=at,
            description=description,
            staff=staff,
        )
        plain = edxml_writing.write_status(status)
        refuse_secret(xml_reading.parse(plain))
        key = document_keys.load(settings.TINHSO_HOME, agency)
        xml = xml_signing.sign(plain, key)
        _keep(row, status, xml, actor, at)
    return xml


def take_status(*, content: bytes, actor: Actor, at: datetime) -> StatusTold:
    """Take what a receiver tells of a document that was sent; twice is once.

    :raises DocumentRefused: if it cannot be read, is not signed by who tells it, or is
        marked as a state secret; the subclass says what.
    :raises DocumentNotKnown: if no such document was sent.
    :raises StatusNotByReceiver: if it was not sent to who tells it.
    """
    with refusals_noted(content, actor, at), transaction.atomic():
        envelope = opened(content, at=at, is_import=False)
        status = edxml.status_of(envelope.root)
        refuse_other_signer(envelope, status.sender.code)
        about = status.about
        row = _document(
            Direction.SENT, sender=about.code, document_id=about.document_id
        )
        return _keep(row, status, content, actor, at)


def _document(direction: Direction, **named: object) -> DocumentRow:
    rows = DocumentRow.objects.filter(direction=direction, **named).defer("xml")
    # A recall has the identifier of what it recalls; statuses are of the paper.
    row = rows.order_by("at", "id").first()
    if row is None:
        raise DocumentNotKnown
    return row


def _keep(
    row: DocumentRow, status: StatusMessage, xml: bytes, actor: Actor, at: datetime
) -> StatusTold:
    if status.sender.code not in row.receivers:
        raise StatusNotByReceiver
    lock(row.sender)
    # Which name the agency gives itself changes nothing of what it tells.
    plain = replace(status, sender=replace(status.sender, name="-"))
    kept, is_new = DocumentStatusRow.objects.get_or_create(
        document=row,
        by=status.sender.code,
        said=sha256(edxml_writing.write_status(plain)).hexdigest(),
        defaults={
            "code": status.code.value,
            "description": status.description,
            "told_at": status.at,
            "xml": xml,
            "at": at,
        },
    )
    if is_new:
        deed = f"{row.direction}_document_status"
        note_document(deed, row, actor, at, code=kept.code, by=kept.by)
    return status_of(kept)
