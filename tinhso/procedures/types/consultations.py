"""The words of joint steps: other agencies give their opinion (NĐ 61/2018 Đ19.5–7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.procedures.types.deadlines import Limit
from tinhso.procedures.types.dossiers import DossierFile
from tinhso.procedures.types.forms import Label


class Opinion(StrEnum):
    """What a consulted agency says."""

    AGREES = "agrees"
    CONDITIONS = "conditions"
    DISAGREES = "disagrees"
    NOT_COMPETENT = "not_competent"


@dataclass(frozen=True, slots=True)
class UsuallyAsked:
    """An agency that a procedure always asks, found for one dossier."""

    organization_id: UUID
    question: Label
    limit: Limit


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to another agency, with a deadline of its own.

    place: its turn, where they are asked one after another; 0 where all at once.
    opened_at, due_at: None until its turn. reported_at: when it was reported as late.
    ended_at: when nobody waited for it any longer, answered or not.
    """

    id: UUID
    dossier_id: UUID
    dossier_code: str
    procedure_title: Label
    organization_id: UUID
    organization_name: str
    asked_by: str
    question: str
    place: int
    limit: Limit
    opened_at: datetime | None
    due_at: datetime | None
    reported_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    opinion: Opinion | None
    answer: str
    files: tuple[DossierFile, ...]
    ended_at: datetime | None

    def is_late(self, at: datetime) -> bool:
        """Tell whether the answer came, or still is, after its deadline."""
        return self.due_at is not None and (self.answered_at or at) > self.due_at
