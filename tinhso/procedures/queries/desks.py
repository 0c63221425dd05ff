"""What an officer's desk asks for at once: its list with counts, signers, papers."""

from datetime import date, datetime
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.dossiers import (
    desk,
    desk_counts,
    may_read,
    summaries,
    visible_to,
    with_text,
)
from tinhso.procedures.types import Dossier, DossierSummary, Inbox

MOST_FOUND = 12


def inbox(
    *,
    actor: Actor,
    at: datetime,
    role: str = "",
    color: str = "",
    text: str = "",
    mine: bool = False,
    after: str | None = None,
) -> Inbox:
    """Lay out a desk: a slice of its dossiers, and how many there are of each color.

    The filters are those of `desk`; the counts take all of them but the color.
    """
    page = desk(
        actor=actor,
        at=at,
        role=role,
        color=color,
        text=text,
        mine=mine,
        after=after,
    )
    counts = desk_counts(actor=actor, at=at, role=role, text=text, mine=mine)
    return Inbox(page.items, page.next_after, counts)


def search_desk(*, actor: Actor, at: datetime, text: str) -> tuple[DossierSummary, ...]:
    """Find dossiers of one's desks by code or applicant, ended ones too, newest first.

    Diacritics do not matter; no text finds nothing.
    """
    if not text:
        return ()
    return summaries(
        with_text(visible_to(actor), text).order_by("-id")[:MOST_FOUND], at
    )


def possible_signers(*, dossier: Dossier, on: date) -> tuple[Post, ...]:
    """List who may sign the result of a dossier on a day: the leaders of its unit."""
    return people.holders(
        organization_id=dossier.organization_id, role=Role.LEADER, on=on
    )


def read_result(*, dossier_id: UUID, actor: Actor) -> tuple[str, bytes]:
    """Read the title and the newest PDF of a dossier's result, draft or issued.

    :raises NotFound: if there is none yet, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row) or row.result_document_id is None:
        raise NotFound
    document = documents.get_document(document_id=row.result_document_id)
    return document.title, documents.document_pdf(document_id=document.id)
