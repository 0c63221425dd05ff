"""The catalogue and the dossiers."""

import json
from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from tinhso.api.auth import OFFICER, PUBLIC, SIGNED_IN, caller
from tinhso.api.limits import limited
from tinhso.api.once import Key, once
from tinhso.api.v1.shapes import (
    ActionIn,
    ApplicationIn,
    DossierLine,
    DossierOut,
    DossierPage,
    ExtensionIn,
    FileOut,
    PrintedOut,
    ProcedureLine,
    ProcedureOut,
    ProgressOut,
    SubmissionOut,
    UnitOut,
)
from tinhso.documents import actions as documents
from tinhso.documents.types import Secret
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Channel

router = Router(tags=["procedures"])

SERVICES_A_PAGE = 100
ACCEPTED = ("application/pdf", "image/jpeg", "image/png")


@router.get("/procedures", response=list[ProcedureLine], auth=PUBLIC)
def search_procedures(request: HttpRequest, q: str = "") -> list[ProcedureLine]:
    """Find procedures as people type."""
    found = queries.search_procedures(text=q, on=clock.local(clock.now()).date())
    return [ProcedureLine.of(line) for line in found]


@router.get("/procedures.jsonld", auth=PUBLIC)
def service_catalogue(request: HttpRequest, after: str = "") -> HttpResponse:
    """Read the catalogue as CPSV-AP 3.2.0 in JSON-LD, 100 procedures a page.

    The header `Link` leads to the next page (RFC 8288); the last has none.
    """
    page = queries.catalogue_as_cpsv(
        on=clock.local(clock.now()).date(), after=after, most=SERVICES_A_PAGE
    )
    answer = HttpResponse(
        json.dumps(page.document, ensure_ascii=False),
        content_type="application/ld+json",
    )
    if page.next_after:
        query = urlencode({"after": page.next_after})
        answer["Link"] = f'<{request.path}?{query}>; rel="next"'
    return answer


@router.get("/procedures/{code}", response=ProcedureOut, auth=PUBLIC)
def get_procedure(request: HttpRequest, code: str) -> ProcedureOut:
    """Read the version of a procedure in force today."""
    today = clock.local(clock.now()).date()
    found = queries.get_procedure(code=code, on=today)
    if found.is_internal:
        raise NotFound
    return ProcedureOut.whole(found, today)


@router.get("/national-procedures/{code}", response=dict[str, object], auth=PUBLIC)
def get_national(request: HttpRequest, code: str) -> dict[str, object]:
    """Read a procedure as the national catalogue has it; times and fees as stated."""
    return asdict(queries.get_national(code=code))


@router.get("/procedures/{code}/form", auth=PUBLIC)
def form_schema(request: HttpRequest, code: str) -> dict[str, object]:
    """Read the form as JSON Schema."""
    return queries.form_schema(code=code, on=clock.local(clock.now()).date())


@router.get("/procedures/{code}/workflow.bpmn", auth=PUBLIC)
def workflow(request: HttpRequest, code: str) -> HttpResponse:
    """Read the workflow as BPMN 2.0 XML."""
    xml = queries.workflow_diagram(code=code, on=clock.local(clock.now()).date())
    return HttpResponse(xml, content_type="application/xml")


@router.get("/procedures/{code}/units", response=list[UnitOut], auth=PUBLIC)
def receiving_units(request: HttpRequest, code: str, case: str = "") -> list[UnitOut]:
    """List the units that receive dossiers of a procedure, or of one of its cases."""
    today = clock.local(clock.now()).date()
    units = queries.receiving_units(code=code, on=today, case=case)
    return [UnitOut.of(unit) for unit in units]


@router.post("/files", response={201: FileOut}, auth=SIGNED_IN)
@once
def store_file(request: HttpRequest, file: File[UploadedFile]) -> Status[FileOut]:
    """Store a file of one's own, to be named in an application."""
    actor = caller(request)
    stored = documents.store_file(
        content=file.read(),
        name=file.name or "",
        owner_id=actor.person_id,
        organization_id=None,
        accepted=ACCEPTED,
        max_bytes=10 * 2**20,
        actor=actor,
        at=clock.now(),
    )
    return Status(201, FileOut.of(stored))


@router.post("/dossiers", response={201: DossierOut}, auth=SIGNED_IN)
def submit_dossier(
    request: HttpRequest,
    application: ApplicationIn,
    idempotency_key: Key,
) -> Status[DossierOut]:
    """Submit an application; the same `Idempotency-Key` gives the same dossier."""
    dossier = actions.submit_dossier(
        procedure_code=application.procedure,
        organization_id=application.unit_id,
        channel=Channel.ONLINE,
        answers=application.answers,
        key=idempotency_key,
        case=application.case,
        actor=caller(request),
        at=clock.now(),
    )
    return Status(201, DossierOut.of(dossier))


@router.post("/submissions", response={201: SubmissionOut}, auth=SIGNED_IN)
def submit_with_files(
    request: HttpRequest, application: Form[str], idempotency_key: Key
) -> Status[SubmissionOut]:
    """Submit an application together with its files, as `multipart/form-data`.

    The part `application` is the JSON that `POST /dossiers` takes; every other part
    is a file, named by the form field it answers.
    """
    given = ApplicationIn.model_validate_json(application)
    submission = actions.submit_with_files(
        procedure_code=given.procedure,
        organization_id=given.unit_id,
        channel=Channel.ONLINE,
        answers=given.answers,
        uploads={
            field: [(part.name or "", part.read()) for part in parts]
            for field, parts in request.FILES.lists()
        },
        key=idempotency_key,
        case=given.case,
        actor=caller(request),
        at=clock.now(),
    )
    return Status(201, SubmissionOut.of(submission))


@router.get("/dossiers", response=DossierPage, auth=SIGNED_IN)
def my_dossiers(request: HttpRequest, after: str | None = None) -> DossierPage:
    """List one's own dossiers."""
    page = queries.dossiers_of(actor=caller(request), at=clock.now(), after=after)
    items = [DossierLine.of(item) for item in page.items]
    return DossierPage(items=items, next_after=page.next_after)


@router.get("/dossiers/{dossier_id}", response=DossierOut, auth=SIGNED_IN)
def get_dossier(
    request: HttpRequest, dossier_id: UUID, purpose: str = ""
) -> DossierOut:
    """Read a dossier.

    Numbers and e-mail addresses are hidden from officers who only look on, until they
    state a `purpose`: `applicant_asked`, `verification`, `complaint` or `inspection`.
    """
    return DossierOut.of(
        actions.open_dossier(
            dossier_id=dossier_id,
            actor=caller(request),
            at=clock.now(),
            purpose=purpose,
        )
    )


@router.get("/dossiers/{dossier_id}/files/{file_id}", auth=SIGNED_IN)
def get_file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Read a file of a dossier."""
    file, content = actions.open_file(
        dossier_id=dossier_id,
        file_id=file_id,
        actor=caller(request),
        at=clock.now(),
    )
    return HttpResponse(
        content,
        content_type=file.media_type,
        headers={"Content-Disposition": content_disposition(filename=file.name)},
    )


@router.get("/dossiers/{dossier_id}/receipt.pdf", auth=SIGNED_IN)
def get_receipt(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Read the receipt with the date of return (form 01)."""
    content = actions.open_receipt(
        dossier_id=dossier_id, actor=caller(request), at=clock.now()
    )
    name = content_disposition(filename="giay-tiep-nhan.pdf")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@router.get("/dossiers/{dossier_id}/papers", response=list[PrintedOut], auth=SIGNED_IN)
def printed_papers(request: HttpRequest, dossier_id: UUID) -> list[PrintedOut]:
    """List the receipts and notices handed out for a dossier, the newest first."""
    found = queries.printed_papers(dossier_id=dossier_id, actor=caller(request))
    return [PrintedOut.of(one) for one in found]


@router.get("/dossiers/{dossier_id}/papers/{document_id}.pdf", auth=SIGNED_IN)
def printed_paper(
    request: HttpRequest, dossier_id: UUID, document_id: UUID
) -> HttpResponse:
    """Read one of them."""
    title, content = actions.open_printed(
        dossier_id=dossier_id,
        document_id=document_id,
        actor=caller(request),
        at=clock.now(),
    )
    name = content_disposition(filename=f"{title}.pdf")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@router.post(
    "/dossiers/{dossier_id}/actions/{action}", response=DossierOut, auth=SIGNED_IN
)
@once
def take_action(
    request: HttpRequest, dossier_id: UUID, action: str, given: ActionIn
) -> DossierOut:
    """Take an action of the workflow."""
    dossier = actions.take_action(
        dossier_id=dossier_id,
        action_key=action,
        revision=given.revision,
        note=given.note,
        reasons=given.reasons,
        data=given.data,
        secret=Secret(given.signing_secret),
        actor=caller(request),
        at=clock.now(),
    )
    return DossierOut.of(dossier)


@router.post("/dossiers/{dossier_id}/claim", response=DossierOut, auth=OFFICER)
@once
def claim(request: HttpRequest, dossier_id: UUID) -> DossierOut:
    """Claim the open task."""
    return DossierOut.of(
        actions.claim_task(dossier_id=dossier_id, actor=caller(request), at=clock.now())
    )


@router.post("/dossiers/{dossier_id}/release", response=DossierOut, auth=OFFICER)
@once
def release(request: HttpRequest, dossier_id: UUID) -> DossierOut:
    """Give a claimed task back."""
    return DossierOut.of(
        actions.release_task(
            dossier_id=dossier_id, actor=caller(request), at=clock.now()
        )
    )


@router.post("/dossiers/{dossier_id}/extension", response=DossierOut, auth=OFFICER)
@once
def extend(request: HttpRequest, dossier_id: UUID, given: ExtensionIn) -> DossierOut:
    """Apologize and re-date, once."""
    dossier = actions.extend_deadline(
        dossier_id=dossier_id,
        reason=given.reason,
        new_day=given.new_day,
        actor=caller(request),
        at=clock.now(),
    )
    return DossierOut.of(dossier)


@router.get("/progress/{code}", response=ProgressOut, auth=PUBLIC)
@limited(most=60, minutes=1)
def progress(request: HttpRequest, code: str) -> ProgressOut:
    """Tell code and degree of completion; no more without a key."""
    found = queries.public_progress(code=code)
    return ProgressOut(code=found.code, completion=found.completion)
