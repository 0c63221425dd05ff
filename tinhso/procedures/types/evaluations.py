"""The words of evaluations (TT 01/2018/TT-VPCP Đ13–15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Satisfaction(StrEnum):
    """What an applicant says of the whole, in three levels."""

    VERY = "very"
    SATISFIED = "satisfied"
    NOT = "not"


class Index(IntEnum):
    """The nine indices of Đ13, each worth 0, 1 or 2 points."""

    TOTAL_TIME = 1
    UNIT_TIME = 2
    CONTACTS = 3
    AGENCIES = 4
    ORGANIZATION = 5
    PUBLICITY = 6
    ATTITUDE = 7
    COMPLAINTS = 8
    ONLINE = 9


# The indices that people answer; the others are computed from the dossier.
ASKED = (
    Index.AGENCIES,
    Index.ORGANIZATION,
    Index.PUBLICITY,
    Index.ATTITUDE,
    Index.COMPLAINTS,
)
MOST_POINTS = 2


class Grade(StrEnum):
    """The class of an agency (Đ15)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


class Fulfilment(StrEnum):
    """The class of an officer: how far they fulfil their duty (Đ15)."""

    FULL = "full"
    MOSTLY = "mostly"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an applicant said of a dossier, and what was computed. scores: by index."""

    dossier_id: UUID
    satisfaction: Satisfaction
    comment: str
    scores: Mapping[Index, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class OfficerResult:
    """The mean of an officer over the evaluated dossiers they worked on."""

    account_id: UUID
    name: str
    count: int
    mean: float
    fulfilment: Fulfilment


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """The result of a unit in a period, both days included.

    mean: points a dossier of at most 18, one decimal; None without an evaluation.
    means: by index. ended: how many dossiers could have been evaluated.
    synthetic: how many evaluations of made-up dossiers are left out.
    """

    unit: str
    first: date
    last: date
    count: int
    ended: int
    mean: float | None
    grade: Grade | None
    means: Mapping[Index, float]
    satisfaction: Mapping[Satisfaction, int]
    comments: tuple[str, ...]
    officers: tuple[OfficerResult, ...]
    synthetic: int
