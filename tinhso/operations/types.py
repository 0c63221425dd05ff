"""The words of operations."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Invalid, NotFound
from tinhso.kernel.events.types import Event
from tinhso.procedures.types import Label

# The built-in procedure of a directive, and the actions of its workflow that are asked
# for by name.
PROCEDURE, WITHDRAW = "0.000002", "withdraw"


class State(StrEnum):
    """How far a directive has come; the steps of its workflow."""

    ISSUED = "issued"
    WORKING = "working"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Number:
    """The number a directive stands on, as its leader saw it.

    indicator, period: keys, as `2025-04`; both "" where it stands on no number.
    subject: key or code of the agency or place it was about, subject_name: its name;
    "" for the whole province. value: in words, with its unit.
    """

    indicator: str = ""
    period: str = ""
    subject: str = ""
    subject_name: str = ""
    value: str = ""


NO_NUMBER = Number()


@dataclass(frozen=True, slots=True)
class Directive:
    """What a leader has an agency do, and how far it has come.

    issuer: on whose behalf. due_at: until when it is to be answered. answered_at: when
    the agency was done with it, None while it is not. code, revision: of its dossier.
    """

    id: UUID
    dossier_id: UUID
    code: str
    revision: int
    number: Number
    text: str
    agency_id: UUID
    agency_name: str
    issuer_id: UUID
    issuer_name: str
    issued_by: str
    issued_at: datetime
    due_at: datetime
    state: State
    step: Label
    answered_at: datetime | None
    ended_at: datetime | None
    is_synthetic: bool

    def is_overdue(self, *, on: date) -> bool:
        """Tell whether a day ended beyond its due date and without an answer."""
        done = self.answered_at or self.ended_at
        is_done = done is not None and local(done).date() <= on
        return not is_done and local(self.due_at).date() < on

    def is_overdue_at(self, at: datetime) -> bool:
        """Tell whether it is unanswered at a moment beyond its due date."""
        done = self.answered_at or self.ended_at
        return (done is None or done > at) and self.due_at < at

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has still to do something about it."""
        return self.ended_at is None


@dataclass(frozen=True, kw_only=True)
class DirectiveIssued(Event):
    """A leader had an agency do something; the subject is its dossier."""

    agency_id: UUID


class DirectiveUnknown(NotFound):
    """There is no such directive, or the asker may not see it."""

    message = N_("Không có chỉ đạo này.")


class TextMissing(Invalid):
    """It does not say what is to be done."""

    message = N_("Hãy ghi việc cần làm.")


class DayPassed(Invalid):
    """The day lies before the next working day of the agency."""

    message = N_("Hạn trả lời phải sau ngày {earliest:%d/%m/%Y}.")


class DayTooFar(Invalid):
    """The day lies further ahead than anybody plans."""

    message = N_("Hạn trả lời tối đa {most} ngày kể từ hôm nay.")


class AgencyGone(Invalid):
    """There is no such agency today."""

    message = N_("Cơ quan này không còn hoạt động. Hãy chọn cơ quan khác.")


class NotDirected(Invalid):
    """The leader's own organization does not direct this agency."""

    message = N_("Bạn không chỉ đạo cơ quan này. Hãy chọn cơ quan trực thuộc.")
