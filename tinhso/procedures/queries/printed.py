"""The papers that were handed out for a dossier, the newest first."""

from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.procedures.models import DossierRow, NoticeRow, ReceiptRow
from tinhso.procedures.queries.access import SIDES, may_read
from tinhso.procedures.types import Correctable, Corrected, Printed, PrintedKind


def printed_papers(*, dossier_id: UUID, actor: Actor) -> tuple[Printed, ...]:
    """List the receipts and notices of a dossier, the newest first.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    return papers_on(_readable(dossier_id, actor))


def papers_on(row: DossierRow) -> tuple[Printed, ...]:
    """List the receipts and notices of the dossier of a row, the newest first."""
    found = [_receipt(one) for one in row.receipts.all()]
    found += [_notice(one) for one in row.notices.all()]
    # Documents are numbered by the time they were made.
    return tuple(sorted(found, key=lambda one: (one.at, one.document_id), reverse=True))


def read_printed(
    *, dossier_id: UUID, document_id: UUID, actor: Actor
) -> tuple[str, bytes]:
    """Read title and PDF of a paper that was handed out for a dossier.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    listed = printed_papers(dossier_id=dossier_id, actor=actor)
    if document_id not in {one.document_id for one in listed}:
        raise NotFound
    document = documents.get_document(document_id=document_id)
    return document.title, documents.document_pdf(document_id=document_id)


def _readable(dossier_id: UUID, actor: Actor) -> DossierRow:
    row = SIDES.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return row


def _receipt(row: ReceiptRow) -> Printed:
    return Printed(
        kind=PrintedKind.RECEIPT,
        document_id=row.document_id,
        at=row.at,
        number=row.number,
        by=row.by_name,
        corrections=tuple(
            Corrected(Correctable(one["what"]), one["old"], one["new"], one["reason"])
            for one in row.corrections
        ),
    )


def _notice(row: NoticeRow) -> Printed:
    return Printed(PrintedKind(row.kind), row.document_id, row.at)
