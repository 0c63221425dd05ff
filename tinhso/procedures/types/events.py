"""What procedures tell the other rooms."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tinhso.kernel.events.types import Event


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(Event):
    """A dossier is stored, with its code, files, responsible unit and due date."""

    code: str
    owner_id: UUID
    organization_id: UUID
    procedure_code: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierMoved(Event):
    """A dossier moved by an action."""

    code: str
    owner_id: UUID
    organization_id: UUID
    procedure_code: str
    action: str
    step: str
    status: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierEvaluated(Event):
    """An applicant said how satisfied they are with how a dossier was handled."""

    evaluation_id: UUID
    procedure_code: str


@dataclass(frozen=True, kw_only=True)
class InternalMoved(Event):
    """What goes from one agency to another moved; no applicant is told of it."""

    owner_id: UUID
    procedure_code: str
    action: str


@dataclass(frozen=True, kw_only=True)
class SupplementAsked(Event):
    """The applicant must complete the dossier."""

    code: str
    owner_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeadlineExtended(Event):
    """The unit apologizes and names a new due date."""

    code: str
    owner_id: UUID
    new_due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReceiptCorrected(Event):
    """A corrected receipt replaces the one before. number: how many there are now."""

    code: str
    owner_id: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class DossierMessageSent(Event):
    """A party of a dossier wrote to the other.

    party: who wrote, `applicant` or `desk`. role, organization_id: whose turn it is at
    the desk; assignee_id: the account of who has claimed it. is_first: the other party
    had nothing unread before, so that one notice tells of several messages.
    """

    code: str
    owner_id: UUID
    party: str
    role: str
    organization_id: UUID
    assignee_id: UUID | None
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class ConsultationAnswered(Event):
    """Another agency gave its opinion. organization_id: who had asked."""

    code: str
    organization_id: UUID
    consultation_id: UUID
    opinion: str
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class DossierErased(Event):
    """What a person said of themselves in a dossier is gone."""

    code: str
    owner_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsultationLate(Event):
    """An agency has not answered in time. asked: its name; receiver_id: the desk."""

    code: str
    organization_id: UUID
    receiver_id: UUID | None
    asked: str


@dataclass(frozen=True, kw_only=True)
class PaperExpires(Event):
    """A paper soon expires; subject: the dossier it came from.

    days_before: which of the reminders this is; valid_until: the paper's last day.
    """

    code: str
    owner_id: UUID
    document_id: UUID
    title: str
    number: str
    valid_until: date
    days_before: int


@dataclass(frozen=True, kw_only=True)
class ResultIssued(Event):
    """The result is signed and sealed; it stands in the applicant's documents."""

    code: str
    owner_id: UUID
    document_id: UUID
