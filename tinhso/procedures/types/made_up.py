"""The words of dossiers that are made up, with all that happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid
from tinhso.procedures.types.catalogue import Channel
from tinhso.procedures.types.evaluations import Index, Satisfaction


@dataclass(frozen=True, slots=True)
class MadeUpTurn:
    """Something that was done to a dossier, by whom and when; actor_id: an account.

    note, reasons: as `take_action` is given them.
    """

    action: str
    at: datetime
    actor_id: UUID | None
    actor_name: str
    note: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeUpRating:
    """What an applicant said after the end; answers: points by index."""

    satisfaction: Satisfaction
    answers: Mapping[Index, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class MadeUpDossier:
    """A dossier nobody filed. turns: in their order, each later than the one before.

    answers: as a form reads them, without files. account_id: through which the
    applicant would have filed it.
    """

    id: UUID
    procedure_code: str
    case: str
    organization_id: UUID
    applicant_id: UUID
    applicant_name: str
    account_id: UUID | None
    channel: Channel
    answers: Mapping[str, Any]
    at: datetime
    turns: tuple[MadeUpTurn, ...] = ()
    rating: MadeUpRating | None = None


@dataclass(frozen=True, slots=True)
class MadeUpBatch:
    """Dossiers that were made up and written together; number: counts from 1."""

    id: UUID
    number: int
    dossiers: int
    written_at: datetime


class CourseImpossible(Invalid):
    """A made-up dossier does what its workflow does not offer."""

    message = N_("Hồ sơ mô phỏng làm việc mà quy trình không có: {course}.")

    def __init__(self, *, course: str) -> None:
        super().__init__({"turns": [self.message]}, course=course)


class MadeUpBefore(Conflict):
    """The same dossiers were made up before, in another batch."""

    message = N_(
        "Những ngày này đã được mô phỏng với cùng hạt giống nhưng khác khoảng thời gian"
        " hoặc tỷ lệ. Hãy chọn hạt giống khác."
    )
