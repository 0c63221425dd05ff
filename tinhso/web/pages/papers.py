"""The documents that were issued to somebody."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.documents import queries
from tinhso.documents.types import DocumentState
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import content_disposition
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store

SEALED = (DocumentState.ISSUED, DocumentState.REVOKED)


@guarded(Access.CITIZEN)
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """List one's own documents, the newest first."""
    person_id = actor_of(request).person_id
    if person_id is None:
        raise NotFound
    after = _place(request.GET.get("sau", ""))
    page = queries.documents_of(person_id=person_id, after=after)
    return no_store(render(request, "papers/papers.html", {"page": page}))


@guarded(Access.SIGNED_IN)
@require_safe
def paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand out a document as the PDF that was signed; drafts are nobody's paper."""
    document = queries.get_document(document_id=document_id)
    may_read = security.may(
        actor=actor_of(request), deed=Deed.READ_DOCUMENT, thing=document
    )
    if not may_read or document.state not in SEALED:
        raise NotFound
    name = content_disposition(filename=f"{document.title}.pdf")
    return no_store(
        HttpResponse(
            queries.document_pdf(document_id=document_id),
            content_type="application/pdf",
            headers={"Content-Disposition": name},
        )
    )


def _place(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
