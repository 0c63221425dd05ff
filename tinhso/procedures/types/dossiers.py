"""The words of dossiers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tinhso.kernel.errors import Refused
from tinhso.procedures.types.catalogue import Case, Channel, Charge, Procedure
from tinhso.procedures.types.deadlines import Counting, Limit
from tinhso.procedures.types.forms import Label
from tinhso.procedures.types.signing import ApplicationSignature
from tinhso.procedures.types.workflow import Action, Barred, Status, Step


class ClockColor(StrEnum):
    """How a dossier stands against the legal clock."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Clock:
    """The legal clock of a dossier; remaining: working hours, negative when overdue."""

    due_at: datetime
    original_due_at: datetime
    is_stopped: bool
    color: ClockColor
    remaining: float


@dataclass(frozen=True, slots=True)
class DossierFile:
    """A file of a dossier, under the form field it answers."""

    field: str
    file_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened to a dossier; what the timeline shows."""

    at: datetime
    action: str
    title: Label
    step: Label
    status: Status
    actor_id: UUID | None
    actor_name: str
    note: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """What the applicant was asked to complete, once and in full (NĐ 61/2018 Đ15.3).

    reasons: why, by form field; "" speaks of the whole.
    """

    asked_at: datetime
    asked_by: str
    reasons: Mapping[str, str]
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Extension:
    """The one apology and its new due date (NĐ 61/2018 Đ19.9)."""

    at: datetime
    reason: str
    old_due_at: datetime
    new_due_at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody must do now; due_at: of this step, not of the dossier."""

    id: UUID
    dossier_id: UUID
    step: str
    role: str
    organization_id: UUID
    assignee_id: UUID | None
    assignee_name: str
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DossierSummary:
    """A line of an inbox or of "my dossiers"; role: whom it waits for, if anybody.

    signer_id, signer_name: which leader the draft names, where it waits to be signed;
    signing: the key of the action by which they sign. unread_at_desk,
    unread_by_applicant: messages on the dossier that this side has not read.
    """

    id: UUID
    code: str
    procedure_code: str
    title: Label
    applicant_name: str
    status: Status
    step: Label
    step_key: str
    clock: Clock
    assignee_id: UUID | None
    assignee_name: str
    submitted_at: datetime
    is_synthetic: bool
    role: str = ""
    organization_id: UUID | None = None
    signer_id: UUID | None = None
    signer_name: str = ""
    signing: str = ""
    revision: int = 0
    unread_at_desk: int = 0
    unread_by_applicant: int = 0


@dataclass(frozen=True, slots=True)
class DossierState:
    """How a dossier stands, for rooms that ask themselves who may know.

    resolved_at: when its agency was done with it, None while it is not.
    """

    id: UUID
    code: str
    step: Label
    step_key: str
    answers: Mapping[str, Any]
    due_at: datetime
    resolved_at: datetime | None
    ended_at: datetime | None
    revision: int
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A slice of a desk; counts: how many dossiers of each color of the clock."""

    items: tuple[DossierSummary, ...]
    next_after: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as somebody saw it before deciding on it."""

    dossier_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of a deed on several dossiers. done: their codes."""

    done: tuple[str, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier with the versions of its day of submission.

    revision: grows with every change; an action names the one it saw.
    organization: who decides; receiver: who took it in and returns the result.
    filed_by: the clerk who wrote it for the applicant; confirmed_at: when they did.
    fee: VND. result_data: what the officer added for the result.
    applicant_name: who applied. sources: where a known answer came from, by field.
    barred: what this asker may not do for what they did before; never offered.
    stated_limit: by a clerk, where the catalogue has no time limit. calendar_id: by
    which its due date was counted. is_masked: numbers and e-mail addresses are hidden.
    erased_at: since when its personal data is gone.
    """

    id: UUID
    code: str
    owner_id: UUID
    organization_id: UUID
    organization_name: str
    procedure: Procedure
    channel: Channel
    status: Status
    step: Step
    clock: Clock
    task: Task | None
    answers: Mapping[str, Any]
    files: tuple[DossierFile, ...]
    moves: tuple[Move, ...]
    supplement: Supplement | None
    extension: Extension | None
    fee: int
    submitted_at: datetime
    received_at: datetime | None
    result_data: Mapping[str, Any]
    result_document_id: UUID | None
    receipt_document_id: UUID | None
    revision: int
    is_synthetic: bool
    offered: tuple[Action, ...] = ()
    applicant_name: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    barred: tuple[Barred, ...] = ()
    case: Case | None = None
    receiver_id: UUID | None = None
    receiver_name: str = ""
    filed_by: str = ""
    confirmed_at: datetime | None = None
    result_files: tuple[DossierFile, ...] = ()
    calendar_id: UUID | None = None
    stated_limit: Limit | None = None
    is_masked: bool = False
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswersVersion:
    """What an applicant had answered from a moment on; number: from 1, the oldest.

    until: when it was replaced, None for what holds; files: those it names.
    """

    number: int
    since: datetime
    until: datetime | None
    answers: Mapping[str, Any]
    files: tuple[DossierFile, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a clerk states where the catalogue does not: time limit, fee in VND."""

    limit: Limit | None = None
    fee: int | None = None


NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True)
class Draft:
    """An application being written; the draft of record is the server's.

    organization_id: the unit chosen. desk_id: the unit whose clerk writes it for the
    applicant; None if they do it themselves.
    """

    id: UUID
    owner_id: UUID
    procedure: Procedure
    organization_id: UUID | None
    answers: Mapping[str, Any]
    sources: Mapping[str, str]
    files: tuple[DossierFile, ...]
    updated_at: datetime
    dossier_id: UUID | None
    case: str = ""
    desk_id: UUID | None = None
    applicant_name: str = ""
    stated: Stated = NOTHING_STATED
    signature: ApplicationSignature | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a draft would cost and when it would be due if submitted now; fee: VND."""

    fee: int
    charges: tuple[Charge, ...]
    due_at: datetime
    counting: Counting


class ReadKind(StrEnum):
    """What of a dossier somebody read."""

    DOSSIER = "dossier"
    FILE = "file"
    RESULT = "result"
    PAPER = "paper"
    LIST = "list"


class ReadPurpose(StrEnum):
    """For what an officer reads: the first three are known, the others are stated."""

    HANDLING = "handling"
    OPINION = "opinion"
    LOOKING_ON = "looking_on"
    APPLICANT_ASKED = "applicant_asked"
    VERIFICATION = "verification"
    COMPLAINT = "complaint"
    INSPECTION = "inspection"


STATED_PURPOSES = (
    ReadPurpose.APPLICANT_ASKED,
    ReadPurpose.VERIFICATION,
    ReadPurpose.COMPLAINT,
    ReadPurpose.INSPECTION,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """That an officer read something of a dossier, for whom and for what.

    purpose: None for reads from before it was written down.
    """

    at: datetime
    dossier_id: UUID
    code: str
    kind: ReadKind
    reader: str
    organization: str
    purpose: ReadPurpose | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What a sender is told at once: stored, under this code, due then, by whom."""

    dossier_id: UUID
    code: str
    due_at: datetime
    organization_id: UUID


@dataclass(frozen=True, slots=True)
class PublicProgress:
    """All that anyone may see without signing in (TT 01/2018 Đ16.2d)."""

    code: str
    completion: int
