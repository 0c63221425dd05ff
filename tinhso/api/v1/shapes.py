"""What the interface sends and takes; only ever extended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from tinhso.documents.types import Document, File, PublicDocument, VerificationReport
from tinhso.people.types import Organization
from tinhso.procedures.types import (
    Case,
    Clock,
    Dossier,
    DossierSummary,
    Label,
    Printed,
    Procedure,
    ProcedureSummary,
    Submission,
    TimeLimit,
)


class Text(Schema):
    """A text in both languages."""

    vi: str
    en: str

    @classmethod
    def of(cls, label: Label) -> "Text":
        """Write a label."""
        return cls(vi=label.vi, en=label.en)


class ProcedureLine(Schema):
    """A line of the catalogue; is_ours: can be applied for here."""

    code: str
    title: Text
    summary: Text
    field: str
    levels: list[str]
    is_ours: bool

    @classmethod
    def of(cls, found: ProcedureSummary) -> "ProcedureLine":
        """Write a line."""
        return cls(
            code=found.code,
            title=Text.of(found.title),
            summary=Text.of(found.summary),
            field=found.field,
            levels=list(found.levels),
            is_ours=found.is_ours,
        )


class PaperOut(Schema):
    """A paper to hand in."""

    key: str
    title: Text
    form: str
    copies: int
    field: str


class FeeOut(Schema):
    """A fee in VND for one unit; ceiling: the most the units cost together.

    channels: where it is asked, everywhere if empty; title: the case it is for.
    """

    amount: int
    unit: str
    channels: list[str]
    title: Text
    ceiling: int | None
    source: str
    is_uncertain: bool


class CaseOut(Schema):
    """A case of a procedure, with its time limit; agency: if always the same."""

    key: str
    title: Text
    level: str
    agency: str
    received_by: list[str]
    time_limit: dict[str, Any]

    @classmethod
    def of(cls, case: Case, procedure: Procedure, on: date) -> "CaseOut":
        """Write a case as it stands on a day."""
        return cls(
            key=case.key,
            title=Text.of(case.title),
            level=case.level,
            agency=case.agency,
            received_by=list(case.desks),
            time_limit=_limit(procedure.limit_on(on, case=case.key)),
        )


def _limit(limit: TimeLimit) -> dict[str, Any]:
    return {
        "amount": limit.limit.amount,
        "unit": limit.limit.unit.value,
        "source": limit.source,
    }


class ProcedureOut(ProcedureLine):
    """A procedure in force."""

    version: int
    channels: list[str]
    time_limit: dict[str, Any]
    cases: list[CaseOut]
    fees: list[FeeOut]
    papers: list[PaperOut]
    legal_basis: list[str]
    result: Text
    form_version: int
    source: str

    @classmethod
    def whole(cls, procedure: Procedure, on: date) -> "ProcedureOut":
        """Write a procedure as it stands on a day."""
        return cls(
            **ProcedureLine.of(procedure.summarized()).dict(),
            version=procedure.number,
            channels=[channel.value for channel in procedure.channels],
            time_limit=_limit(procedure.limit_on(on)),
            cases=[CaseOut.of(case, procedure, on) for case in procedure.cases],
            fees=[
                FeeOut(
                    amount=fee.amount,
                    unit=fee.unit,
                    channels=[channel.value for channel in fee.channels],
                    title=Text.of(fee.title),
                    ceiling=fee.ceiling,
                    source=fee.source,
                    is_uncertain=fee.is_uncertain,
                )
                for fee in procedure.fees_on(on)
            ],
            papers=[
                PaperOut(
                    key=paper.key,
                    title=Text.of(paper.title),
                    form=paper.form,
                    copies=paper.copies,
                    field=paper.field,
                )
                for paper in procedure.papers
            ],
            legal_basis=[f"{law.number} {law.title}" for law in procedure.legal_basis],
            result=Text.of(procedure.result.title),
            form_version=procedure.form.number,
            source=procedure.source,
        )


class UnitOut(Schema):
    """A unit that receives dossiers."""

    id: UUID
    code: str
    name: str

    @classmethod
    def of(cls, unit: Organization) -> "UnitOut":
        """Write a unit."""
        return cls(id=unit.id, code=unit.code, name=unit.name)


class FileOut(Schema):
    """A stored file."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, file: File) -> "FileOut":
        """Write a file."""
        return cls(
            id=file.id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
        )


class ClockOut(Schema):
    """The legal clock; remaining: working hours, negative when overdue."""

    due_at: datetime
    original_due_at: datetime
    is_stopped: bool
    color: str
    remaining: float

    @classmethod
    def of(cls, clock: Clock) -> "ClockOut":
        """Write a clock."""
        return cls(
            due_at=clock.due_at,
            original_due_at=clock.original_due_at,
            is_stopped=clock.is_stopped,
            color=clock.color.value,
            remaining=clock.remaining,
        )


class DossierLine(Schema):
    """A line of an inbox or of one's own dossiers."""

    id: UUID
    code: str
    procedure: str
    title: Text
    applicant: str
    status: int
    step: str
    clock: ClockOut
    assignee: str
    submitted_at: datetime
    is_synthetic: bool

    @classmethod
    def of(cls, found: DossierSummary) -> "DossierLine":
        """Write a line."""
        return cls(
            id=found.id,
            code=found.code,
            procedure=found.procedure_code,
            title=Text.of(found.title),
            applicant=found.applicant_name,
            status=found.status.value,
            step=found.step_key,
            clock=ClockOut.of(found.clock),
            assignee=found.assignee_name,
            submitted_at=found.submitted_at,
            is_synthetic=found.is_synthetic,
        )


class DossierPage(Schema):
    """A slice of a list; `next_after` asks for the following one."""

    items: list[DossierLine]
    next_after: str | None


class MoveOut(Schema):
    """One thing that happened to a dossier."""

    at: datetime
    action: str
    title: Text
    step: Text
    status: int
    by: str
    note: str


class DossierOut(Schema):
    """A dossier, as far as the caller may see it."""

    id: UUID
    code: str
    procedure: str
    procedure_version: int
    form_version: int
    unit: str
    case: str
    received_by: str
    channel: str
    status: int
    step: str
    clock: ClockOut
    fee: int
    answers: dict[str, Any]
    files: list[dict[str, Any]]
    moves: list[MoveOut]
    supplement: dict[str, str] | None
    submitted_at: datetime
    received_at: datetime | None
    result_document_id: UUID | None
    receipt_document_id: UUID | None
    actions: list[str]
    revision: int
    is_synthetic: bool
    is_masked: bool

    @classmethod
    def of(cls, dossier: Dossier) -> "DossierOut":
        """Write a dossier."""
        return cls(
            id=dossier.id,
            code=dossier.code,
            procedure=dossier.procedure.code,
            procedure_version=dossier.procedure.number,
            form_version=dossier.procedure.form.number,
            unit=dossier.organization_name,
            case=dossier.case.key if dossier.case else "",
            received_by=dossier.receiver_name,
            channel=dossier.channel.value,
            status=dossier.status.value,
            step=dossier.step.key,
            clock=ClockOut.of(dossier.clock),
            fee=dossier.fee,
            answers=dict(dossier.answers),
            files=_files(dossier),
            moves=_moves(dossier),
            supplement=dict(dossier.supplement.reasons) if dossier.supplement else None,
            submitted_at=dossier.submitted_at,
            received_at=dossier.received_at,
            result_document_id=dossier.result_document_id,
            receipt_document_id=dossier.receipt_document_id,
            actions=[action.key for action in dossier.offered],
            revision=dossier.revision,
            is_synthetic=dossier.is_synthetic,
            is_masked=dossier.is_masked,
        )


def _files(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "field": file.field,
            "id": str(file.file_id),
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        }
        for file in dossier.files
    ]


def _moves(dossier: Dossier) -> list[MoveOut]:
    return [
        MoveOut(
            at=move.at,
            action=move.action,
            title=Text.of(move.title),
            step=Text.of(move.step),
            status=move.status.value,
            by=move.actor_name,
            note=move.note,
        )
        for move in dossier.moves
    ]


class ApplicationIn(Schema):
    """An application; `answers` as the form's JSON Schema describes.

    case: its key, for a procedure that has several.
    """

    procedure: str
    case: str = ""
    unit_id: UUID
    answers: dict[str, Any]


class SubmissionOut(Schema):
    """What a sender is told at once."""

    id: UUID
    code: str
    due_at: datetime
    unit_id: UUID

    @classmethod
    def of(cls, submission: Submission) -> "SubmissionOut":
        """Write a submission."""
        return cls(
            id=submission.dossier_id,
            code=submission.code,
            due_at=submission.due_at,
            unit_id=submission.organization_id,
        )


class ActionIn(Schema):
    """An action on a dossier; `revision` is the one that was seen.

    `signing_secret`: the PIN or one-time code, where the action signs and the signer's
    means asks for one; it is not kept.
    """

    revision: int
    note: str = ""
    reasons: dict[str, str] = {}
    data: dict[str, Any] = {}
    signing_secret: str = ""


class ExtensionIn(Schema):
    """An apology with a new day."""

    reason: str
    new_day: date


class ProgressOut(Schema):
    """All that anyone may see (TT 01/2018 Đ16.2d)."""

    code: str
    completion: int


class SignInIn(Schema):
    """A name and a password."""

    username: str
    password: str


class TokenOut(Schema):
    """A key for the header `Authorization: Bearer`."""

    token: str
    expires_at: datetime


class DocumentOut(Schema):
    """A document of one's own; valid_until: its last day, if it ever expires."""

    id: UUID
    code: str
    number: str
    title: str
    state: str
    sha256: str
    issued_at: datetime | None
    is_synthetic: bool
    valid_until: date | None = None

    @classmethod
    def of(cls, document: Document, valid_until: date | None = None) -> "DocumentOut":
        """Write a document."""
        return cls(
            id=document.id,
            code=document.code,
            number=document.number,
            title=document.title,
            state=document.state.value,
            sha256=document.sha256,
            issued_at=document.issued_at,
            is_synthetic=document.is_synthetic,
            valid_until=valid_until,
        )


class PublicDocumentOut(Schema):
    """What anybody who holds the code may know of a document."""

    code: str
    title: str
    number: str
    organization: str
    holder: str
    issued_at: datetime
    state: str
    sha256: str
    is_synthetic: bool

    @classmethod
    def of(cls, document: PublicDocument) -> "PublicDocumentOut":
        """Write a public document."""
        return cls(
            code=document.code,
            title=document.title,
            number=document.number,
            organization=document.organization_name,
            holder=document.holder,
            issued_at=document.issued_at,
            state=document.state.value,
            sha256=document.sha256,
            is_synthetic=document.is_synthetic,
        )


class VerificationOut(Schema):
    """What was found of a file."""

    verdict: str
    sha256: str
    is_demo: bool
    signatures: list[dict[str, Any]]

    @classmethod
    def of(cls, report: VerificationReport) -> "VerificationOut":
        """Write a report."""
        return cls(
            verdict=report.verdict.value,
            sha256=report.sha256,
            is_demo=report.is_demo,
            signatures=[
                {
                    "role": signature.role,
                    "name": signature.name,
                    "organization": signature.organization,
                    "signed_at": signature.signed_at,
                    "intact": signature.intact,
                    "trusted": signature.trusted,
                }
                for signature in report.signatures
            ],
        )


class HeadOut(Schema):
    """The newest signed head of the journal (RFC 9162)."""

    size: int
    root: str
    signed_at: datetime
    signature: str
    public_key: str


class ConsistencyOut(Schema):
    """That the first tree begins the second; path: hashes in hexadecimal."""

    first: int
    second: int
    path: list[str]


class ProblemOut(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    fields: dict[str, list[str]]


class PrintedOut(Schema):
    """A receipt or notice that was handed out. number: of a receipt, 0 otherwise."""

    kind: str
    document_id: UUID
    at: datetime
    number: int

    @classmethod
    def of(cls, paper: Printed) -> "PrintedOut":
        """Write a paper."""
        return cls(
            kind=paper.kind.value,
            document_id=paper.document_id,
            at=paper.at,
            number=paper.number,
        )
