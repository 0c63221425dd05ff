"""Documents: one's own, and verification for everybody."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from tinhso.api.auth import PUBLIC, SIGNED_IN, caller
from tinhso.api.limits import limited
from tinhso.api.v1.shapes import DocumentOut, PublicDocumentOut, VerificationOut
from tinhso.documents import queries
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import content_disposition
from tinhso.procedures import queries as procedures
from tinhso.security import queries as security
from tinhso.security.types import Deed

router = Router(tags=["documents"])


@router.get("/documents", response=list[DocumentOut], auth=SIGNED_IN)
def my_documents(request: HttpRequest) -> list[DocumentOut]:
    """List the documents issued to oneself."""
    person_id = caller(request).person_id
    if person_id is None:
        return []
    page = queries.documents_of(person_id=person_id)
    found = procedures.validities_of(
        document_ids=[document.id for document in page.items],
        on=clock.local(clock.now()).date(),
    )
    days = {name: validity.valid_until for name, validity in found.items()}
    return [DocumentOut.of(one, days.get(one.id)) for one in page.items]


@router.get("/documents/{document_id}.pdf", auth=SIGNED_IN)
def get_pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Read a document as PDF."""
    document = queries.get_document(document_id=document_id)
    actor = caller(request)
    if not security.may(actor=actor, deed=Deed.READ_DOCUMENT, thing=document):
        raise NotFound
    # Until it is issued a result is the desk's; its owner does not know of it.
    if actor.person_id == document.owner_id and document.issued_at is None:
        raise NotFound
    name = content_disposition(filename=f"{document.title}.pdf")
    return HttpResponse(
        queries.document_pdf(document_id=document_id),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@router.get("/documents/by-code/{code}", response=PublicDocumentOut, auth=PUBLIC)
@limited(most=60, minutes=1)
def by_code(
    request: HttpRequest, response: HttpResponse, code: str
) -> PublicDocumentOut:
    """Tell what the holder of a code may know."""
    response["Cache-Control"] = "no-store"  # it says part of a name
    return PublicDocumentOut.of(queries.document_by_code(code=code))


@router.post("/documents/verify", response=VerificationOut, auth=PUBLIC)
@limited(most=60, minutes=1)
def verify(request: HttpRequest, file: File[UploadedFile]) -> VerificationOut:
    """Verify the signatures of a PDF; it is not kept."""
    return VerificationOut.of(queries.verify_pdf(content=file.read(), at=clock.now()))
