"""The words of the conversation on a dossier, and of the rules of service."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, Refused
from tinhso.procedures.types.dossiers import DossierFile


class Party(StrEnum):
    """Who speaks: the applicant, or the units that hold the dossier."""

    APPLICANT = "applicant"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """What a province promises people beyond the law; each number is content.

    days_after_end: calendar days a conversation stays open after its dossier ended.
    most_a_day: messages of one party on one dossier within 24 hours. days_before:
    how many days before a paper expires its holder is reminded.
    """

    days_after_end: int = 15
    most_characters: int = 2000
    most_a_day: int = 20
    most_files: int = 3
    days_before: tuple[int, ...] = (30, 7)


@dataclass(frozen=True, slots=True)
class DossierMessage:
    """A message on a dossier; read_at: when the other party first saw it."""

    id: UUID
    at: datetime
    party: Party
    author_name: str
    organization_name: str
    text: str
    files: tuple[DossierFile, ...]
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said on a dossier, the oldest first.

    party: as whom the asker takes part; None for those who may only read. closes_at:
    once the dossier has ended, when no more is taken.
    """

    dossier_id: UUID
    messages: tuple[DossierMessage, ...]
    party: Party | None
    is_open: bool
    closes_at: datetime | None
    rules: ServiceRules


class ConversationClosed(Conflict):
    """The dossier has ended so long ago that nobody looks after it any more."""

    message = N_(
        "Hồ sơ đã kết thúc nên không nhận thêm tin nhắn. Hãy gọi 1022 nếu cần hỏi."
    )


class MessageEmpty(Invalid):
    """Neither a text nor a file."""

    message = N_("Hãy viết nội dung tin nhắn.")


class MessageTooLong(Invalid):
    """More characters than a message may have."""

    message = N_("Tin nhắn dài {length} ký tự; tối đa {most} ký tự. Hãy viết ngắn lại.")


class TooManyMessageFiles(Invalid):
    """More files than go with one message."""

    message = N_("Mỗi tin nhắn kèm tối đa {most} tệp.")


class TooManyMessages(Refused):
    """One party has written so much within a day that the other cannot follow."""

    status = 429
    message = N_(
        "Trong một ngày chỉ gửi được {most} tin nhắn về một hồ sơ."
        " Nội dung bạn viết vẫn còn ở dưới; hãy gửi lại vào ngày mai."
    )
