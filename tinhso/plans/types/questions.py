"""What members of the People's Council ask, and what they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotAllowed, NotFound
from tinhso.kernel.events.types import Event


class SubjectKind(StrEnum):
    """What a question is about."""

    TARGET = "target"
    TASK = "task"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about.

    key: `plan/target`, the id of a task, or an indicator. title: as it was then.
    """

    kind: SubjectKind
    key: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agency answered; later ones add to it, none is taken back.

    file_name: "" where none came along.
    """

    id: UUID
    text: str
    file_name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question on record. answer_by: the day until which it is to be answered."""

    id: UUID
    subject: Subject
    text: str
    agency_id: UUID
    agency_name: str
    asked_by: str
    asked_at: datetime
    answer_by: date
    answers: Sequence[Answer]
    is_synthetic: bool

    @property
    def is_answered(self) -> bool:
        """Tell whether there is an answer."""
        return bool(self.answers)

    def is_overdue(self, *, on: date) -> bool:
        """Tell whether it is unanswered beyond its day."""
        return not self.answers and self.answer_by < on


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    """A member of the People's Council asked an agency."""

    agency_id: UUID
    title: str
    answer_by: date


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """An agency answered a member of the People's Council."""

    asker_id: UUID
    agency: str
    title: str


class QuestionUnknown(NotFound):
    """There is no such question, or the asker may not see it."""

    message = N_("Không có câu hỏi giám sát này.")


class NotOfCouncil(NotAllowed):
    """Only members of the People's Council ask."""

    message = N_("Chỉ đại biểu Hội đồng nhân dân được đặt câu hỏi giám sát.")


class QuestionOfAnother(NotAllowed):
    """Another agency was asked."""

    message = N_("Câu hỏi này gửi cho cơ quan khác.")


class SubjectUnknown(Invalid):
    """There is no such target, task or indicator."""

    message = N_("Hãy chọn mục tiêu, nhiệm vụ hoặc chỉ tiêu cần hỏi.")


class QuestionTextMissing(Invalid):
    """It asks nothing, or answers nothing."""

    message = N_("Hãy ghi nội dung.")


class AnswerDayPassed(Invalid):
    """The day until which it is to be answered is over."""

    message = N_("Hạn trả lời phải sau hôm nay.")
