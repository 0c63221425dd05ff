"""The documents that were issued to somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.documents import queries
from tinhso.documents.types import DocumentState
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions as procedure_actions
from tinhso.procedures import queries as procedures
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
    validities = procedures.validities_of(
        document_ids=[document.id for document in page.items],
        on=clock.local(clock.now()).date(),
    )
    context = {
        "page": page,
        "papers": [
            {"document": document, "validity": validities.get(document.id)}
            for document in page.items
        ],
    }
    return no_store(render(request, "papers/papers.html", context))


@guarded(Access.CITIZEN)
@require_POST
def remind(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Switch the reminders of a paper on or off."""
    wanted = request.POST.get("wanted") == "yes"
    procedure_actions.want_reminders(
        document_id=document_id,
        wanted=wanted,
        actor=actor_of(request),
        at=clock.now(),
    )
    on, off = gettext("Đã bật lời nhắc."), gettext("Đã tắt lời nhắc.")
    messages.success(request, on if wanted else off)
    return redirect("papers")


@guarded(Access.CITIZEN)
@require_safe
def paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand out a document of one's own as the PDF that was signed; no draft is one.

    Officers read results at their desk, where each reading is noted.
    """
    document = queries.get_document(document_id=document_id)
    is_own = security.may(actor=actor_of(request), deed=Deed.READ_OWN, thing=document)
    if not is_own or document.state not in SEALED:
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
