"""Returns: what agencies report by form, by when, and who accepts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.indicators.types.assessments import Evidence
from tinhso.indicators.types.measures import Indicator, Period, PeriodKind
from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound
from tinhso.kernel.events.types import Event


class Reporters(StrEnum):
    """Agencies that are asked together: all that are there when a period ends."""

    COMMUNES = "communes"
    DEPARTMENTS = "departments"


class ReturnState(StrEnum):
    """Whose turn it is; OWED: nobody has begun. REPLACED: a later version holds."""

    OWED = "owed"
    DRAFT = "draft"
    SENT = "sent"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    REPLACED = "replaced"

    @property
    def is_open(self) -> bool:
        """Tell whether it is the agency's turn."""
        return self in (ReturnState.OWED, ReturnState.DRAFT, ReturnState.SENT_BACK)


class ReturnRemarkKind(StrEnum):
    """What was done to a return."""

    SENT = "sent"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"


class OverTime(StrEnum):
    """How a longer period comes of shorter ones: all added up, or the last of them."""

    SUM = "sum"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """What is counted, in words: `Số người được tập huấn`."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is reported of an indicator, by whom, how often and until when.

    since: the first period; due_after: working days after a period's end;
    remind_before: working days before that; approver: key of the agency that accepts,
    "" for the one above each reporter; denominator: None where it is no share;
    over_time: None where no longer period comes of those reported.
    """

    indicator: str
    every: PeriodKind
    since: Period
    due_after: int
    remind_before: tuple[int, ...]
    groups: tuple[Reporters, ...]
    agencies: tuple[str, ...]
    approver: str
    evidence: bool
    numerator: FigureAsked
    denominator: FigureAsked | None
    source: str
    over_time: OverTime | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One indicator of one agency in one period, whether somebody has begun or not.

    version: 0 where nobody has; is_late: sent after its day, or not sent and its day
    is over; is_owed: the agency still has to send it.
    """

    asked: Asked
    indicator: Indicator
    period: Period
    agency_id: UUID
    agency_code: str
    agency: str
    agency_short: str
    approver_id: UUID
    approver: str
    due_on: date
    state: ReturnState
    version: int
    numerator: int | None
    denominator: int | None
    sent_at: datetime | None
    is_late: bool
    is_owed: bool
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class ReturnRemark:
    """What was done to a return, when and by whom; text: the reason, if there is one.

    version: to which one.
    """

    kind: ReturnRemarkKind
    text: str
    by: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class ReturnVersion:
    """A version of a return that was accepted once."""

    number: int
    state: ReturnState
    numerator: int | None
    denominator: int | None
    accepted_by: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Return:
    """A return as a whole: its newest version, and those that were accepted."""

    line: ReturnLine
    note: str
    evidence: Sequence[Evidence]
    remarks: Sequence[ReturnRemark]
    accepted: Sequence[ReturnVersion]


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong with a cell of a workbook. told: what stands in it."""

    cell: str
    told: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ReturnSent(Event):
    """An agency sent a return."""

    agency_id: UUID
    approver_id: UUID
    indicator: str
    period: str


@dataclass(frozen=True, kw_only=True)
class ReturnSentBack(Event):
    """A return was sent back, with a reason."""

    agency_id: UUID
    indicator: str
    period: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReturnAccepted(Event):
    """A return was accepted and counts."""

    agency_id: UUID
    indicator: str
    period: str


@dataclass(frozen=True, kw_only=True)
class ReturnDue(Event):
    """An agency is reminded of a return; is_late: its day is over."""

    agency_id: UUID
    indicator: str
    period: str
    due_on: date
    is_late: bool


class ReturnUnknown(NotFound):
    """Nothing of the kind is reported, or it is none of the asker's."""

    message = N_("Không tìm thấy báo cáo này.")


class NotAsked(Conflict):
    """The indicator is not asked of this agency."""

    message = N_("Chỉ tiêu này không giao cho cơ quan đã chọn báo cáo.")


class PeriodNotAsked(Conflict):
    """It is reported for other periods."""

    message = N_("Chỉ tiêu này không báo cáo cho kỳ “{period}”.")


class PeriodOpen(Conflict):
    """The period is not over."""

    message = N_("Kỳ báo cáo chưa kết thúc; nhập được từ ngày {day}.")


class ReporterDissolved(Conflict):
    """The agency was no more when the period ended."""

    message = N_("Cơ quan đã giải thể hoặc sắp xếp lại trước khi hết kỳ này.")


class NoApprover(Conflict):
    """Nobody accepts what the agency reports."""

    message = N_("Chưa có cơ quan nào duyệt báo cáo này.")


class ReturnMovedOn(Conflict):
    """The return is not, or no longer, where this can be done."""

    message = N_("Báo cáo đã chuyển bước nên không làm được việc này nữa.")


class SentTwice(Conflict):
    """The return was sent before."""

    message = N_("Báo cáo này đã được gửi rồi.")


class FigureNegative(Invalid):
    """A count is less than nothing."""

    message = N_("Số liệu không được âm.")


class NumeratorAboveDenominator(Invalid):
    """A part is more than the whole."""

    message = N_("Số đạt không được lớn hơn tổng số.")


class FigureNotAsked(Invalid):
    """The indicator is no share, and has nothing to divide by."""

    message = N_("Chỉ tiêu này không có tổng số.")


class FigureTooLarge(Invalid):
    """More than anything in a province can be."""

    message = N_("Số liệu quá lớn.")


class FigureMissing(Invalid):
    """A figure is missing."""

    message = N_("Hãy nhập số liệu.")


class ReturnEvidenceMissing(Invalid):
    """There is nothing to show for the figures."""

    message = N_("Báo cáo này phải có ít nhất một tệp minh chứng.")


class ReturnFileRefused(Invalid):
    """A file cannot be taken; `fields` says why."""

    message = N_("Không nhận được tệp này.")


class ReturnReasonNeeded(Invalid):
    """A return is sent back or corrected for a reason."""

    message = N_("Hãy nêu lý do.")


class ReturnSheetUnreadable(Invalid):
    """What was sent is no workbook."""

    message = N_("Không đọc được tệp này. Hãy gửi tệp Excel (.xlsx) đã tải từ đây.")


class ReturnSheetWrong(Invalid):
    """Cells of the workbook are wrong; `faults` names them. Nothing was written."""

    message = N_("Tệp có ô chưa đúng nên chưa ghi gì. Hãy sửa các ô bên dưới.")

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__({"sheet": [self.message]})
        self.faults = tuple(faults)
