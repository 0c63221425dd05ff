"""How a year went: what a head says, and how their superior rates them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotAllowed
from tinhso.plans.types.plans import Words


class Side(StrEnum):
    """Whose word a rating is; neither replaces the other."""

    SELF = "self"
    SUPERIOR = "superior"


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The levels by which heads are rated, best first: {key: title}.

    is_certain: False where it was not seen that they still hold.
    """

    key: str
    title: Words
    levels: Mapping[str, Words]
    source: str
    valid_from: date
    is_certain: bool
    caution: Words


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What a year of an agency looks like in numbers; None: nobody knows.

    tasks: those due within the year; late: done after their day or not done;
    open: not yet due and not done. targets: those its tasks serve.
    dossiers_on_time: percent. directives_overdue: on the day it was asked.
    """

    tasks: int
    on_time: int
    late: int
    open: int
    targets: int
    targets_met: int
    dossiers_on_time: float | None
    directives_overdue: int

    @property
    def share(self) -> float | None:
        """Tell the share of tasks done on time among those that are over; percent."""
        over = self.on_time + self.late
        return round(100 * self.on_time / over, 1) if over else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of what one side said; the newest counts, the others stay.

    figures: the numbers that were known then.
    """

    side: Side
    number: int
    level: str
    text: str
    figures: Mapping[str, float | None]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """The year of an agency: its numbers today, and both sides' versions, newest first.

    superior_id: whose leaders rate; None where nobody stands above here.
    """

    agency_id: UUID
    agency_name: str
    superior_id: UUID | None
    superior_name: str
    year: int
    figures: YearFigures
    entries: Sequence[Entry]

    def latest(self, side: Side) -> Entry | None:
        """Find what a side said last."""
        return next((one for one in self.entries if one.side is side), None)

    @property
    def differs(self) -> bool:
        """Tell whether both sides spoke, and chose different levels."""
        said, rated = self.latest(Side.SELF), self.latest(Side.SUPERIOR)
        return said is not None and rated is not None and said.level != rated.level


class NotTheirYear(NotAllowed):
    """Only the head of the agency, or who leads the one above, speaks here."""

    message = N_("Bạn không phải người đứng đầu hoặc cấp trên của cơ quan này.")


class LevelUnknown(Invalid):
    """The scale has no such level."""

    message = N_("Hãy chọn một mức xếp loại.")


class ReviewTextMissing(Invalid):
    """A level is given with words, always."""

    message = N_("Hãy ghi nhận xét hoặc lý do.")


class YearWrong(Invalid):
    """The year has not begun, or the agency was not there in it."""

    message = N_("Không đánh giá được năm này.")


class SelfReviewMissing(Invalid):
    """The head has said nothing yet, so there is nothing to rate."""

    message = N_("Người đứng đầu chưa tự đánh giá năm này.")
