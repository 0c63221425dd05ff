"""The door of the national portal: dossiers in, and what the applicant does there."""

from datetime import date
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Form, Router, Schema, Status
from ninja.security import HttpBearer

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.procedures import actions
from tinhso.procedures.types import (
    PortalApplicant,
    PortalDossier,
    PortalFile,
    PortalReceipt,
)

router = Router(tags=["portal"])
PORTAL = Actor(kind=ActorKind.SYSTEM, name="Cổng Dịch vụ công quốc gia")


class PortalKey(HttpBearer):
    """Admit the national portal by the key both sides share; else nobody."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Name the portal, or None for 401."""
        key = settings.TINHSO_PORTAL_KEY
        same = compare_digest(token.encode(), key.encode())
        return PORTAL if key and same else None


ONLY_PORTAL = PortalKey()


class FileIn(Schema):
    """A file as the portal announces it; sha256: hexadecimal, of its content."""

    field: str
    name: str
    sha256: str


class ApplicantIn(Schema):
    """Who applies; birth_date: ISO 8601."""

    personal_number: str
    full_name: str
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    residence: str = ""

    def read(self) -> PortalApplicant:
        """Read the applicant."""
        return PortalApplicant(
            personal_number=self.personal_number,
            full_name=self.full_name,
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            residence=self.residence,
        )


class PortalDossierIn(Schema):
    """A dossier; answers as the form's JSON Schema describes.

    files: all that belong to it, in the order of the parts of the same field.
    """

    national_code: str
    procedure: str
    case: str = ""
    agency_code: str
    applicant: ApplicantIn
    answers: dict[str, Any]
    files: list[FileIn] = []


class PortalActIn(Schema):
    """What the applicant did at the portal: `supply` or `withdraw`."""

    action: str
    note: str = ""
    answers: dict[str, Any] = {}
    files: list[FileIn] = []


class PortalReceiptOut(Schema):
    """What the portal is told; status: one of the ten shared with it."""

    national_code: str
    code: str
    status: int
    due_at: str
    fee: int
    is_repeated: bool

    @classmethod
    def of(cls, receipt: PortalReceipt) -> "PortalReceiptOut":
        """Write a receipt."""
        return cls(
            national_code=receipt.national_code,
            code=receipt.code,
            status=receipt.status,
            due_at=receipt.due_at.isoformat(),
            fee=receipt.fee,
            is_repeated=receipt.is_repeated,
        )


@router.post("/portal/dossiers", response={201: PortalReceiptOut}, auth=ONLY_PORTAL)
def take(request: HttpRequest, dossier: Form[str]) -> Status[PortalReceiptOut]:
    """Take a dossier in, as `multipart/form-data`; again, it gives the same answer.

    The part `dossier` is JSON; every other part is a file, named by its form field.
    """
    given = PortalDossierIn.model_validate_json(dossier)
    receipt = actions.take_from_portal(
        given=PortalDossier(
            national_code=given.national_code,
            procedure_code=given.procedure,
            case=given.case,
            agency_code=given.agency_code,
            applicant=given.applicant.read(),
            answers=given.answers,
            files=_files(request, given.files),
            files_announced=len(given.files),
        ),
        actor=PORTAL,
        at=clock.now(),
    )
    return Status(201, PortalReceiptOut.of(receipt))


@router.post(
    "/portal/dossiers/{national_code}/acts",
    response=PortalReceiptOut,
    auth=ONLY_PORTAL,
)
def act(request: HttpRequest, national_code: str, act: Form[str]) -> PortalReceiptOut:
    """Do what the applicant did at the portal; the part `act` is JSON, files follow."""
    given = PortalActIn.model_validate_json(act)
    receipt = actions.act_from_portal(
        national_code=national_code,
        action_key=given.action,
        note=given.note,
        answers=given.answers,
        files=_files(request, given.files),
        files_announced=len(given.files),
        actor=PORTAL,
        at=clock.now(),
    )
    return PortalReceiptOut.of(receipt)


@router.get(
    "/portal/dossiers/{national_code}", response=PortalReceiptOut, auth=ONLY_PORTAL
)
def read(request: HttpRequest, national_code: str) -> PortalReceiptOut:
    """Tell how a dossier of the portal stands."""
    return PortalReceiptOut.of(actions.portal_receipt(national_code=national_code))


def _files(request: HttpRequest, announced: list[FileIn]) -> tuple[PortalFile, ...]:
    """Put parts and announcements together; what did not come is left out."""
    parts = {field: list(sent) for field, sent in request.FILES.lists()}
    found = []
    for one in announced:
        waiting = parts.get(one.field)
        if waiting:
            content = waiting.pop(0).read()
            found.append(PortalFile(one.field, one.name, one.sha256, content))
    return tuple(found)
