"""Assessments: what a unit says, what an appraiser finds, what is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tinhso.indicators.types.indexes import (
    Criterion,
    IndexSet,
    MainIndex,
    Measured,
    Total,
)
from tinhso.indicators.types.measures import Period
from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound
from tinhso.kernel.events.types import Event


class AssessmentState(StrEnum):
    """Whose turn it is: the unit's, the appraiser's, nobody's; then what is out."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    APPRAISED = "appraised"
    PUBLISHED = "published"


class ScoreState(StrEnum):
    """How one criterion stands between the unit and its appraiser."""

    EMPTY = "empty"
    SAID = "said"
    AGREED = "agreed"
    DISPUTED = "disputed"
    EXPLAINED = "explained"
    SETTLED = "settled"


class RemarkKind(StrEnum):
    """What a remark on a criterion does."""

    DISAGREE = "disagree"
    EXPLAIN = "explain"
    SETTLE = "settle"


class Whose(StrEnum):
    """Which of the three scores; none of them replaces another."""

    SELF = "self"
    APPRAISED = "appraised"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Bureau:
    """An organization as a policy sees it."""

    organization_id: UUID | None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what a unit says."""

    id: UUID
    file_id: UUID
    name: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said about a criterion, when, by whom. points: those it gave, if any."""

    kind: RemarkKind
    text: str
    points: Decimal | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """A criterion in an assessment; a, b: the figures behind the unit's own points."""

    criterion: Criterion
    state: ScoreState
    a: Decimal | None
    b: Decimal | None
    note: str
    said: Decimal | None
    appraised: Decimal | None
    published: Decimal | None
    evidence: Sequence[Evidence]
    remarks: Sequence[Remark]

    @property
    def difference(self) -> Decimal | None:
        """Tell by how much the appraiser differs; None until both have said."""
        if self.said is None or self.appraised is None:
            return None
        return self.appraised - self.said

    def of(self, whose: Whose) -> Decimal | None:
        """Tell one of the three scores."""
        found = {
            Whose.SELF: self.said,
            Whose.APPRAISED: self.appraised,
            Whose.PUBLISHED: self.published,
        }
        return found[whose]


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """An assessment in a list. totals: of the three scores."""

    id: UUID
    set_key: str
    period: Period
    unit: str
    unit_id: UUID
    appraiser: str
    appraiser_id: UUID
    state: AssessmentState
    due_on: date
    explain_by: date
    said: Total
    appraised: Total
    disputed: int
    published: Decimal | None
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment with its criteria, in the order of the set it was begun under.

    handed_in_at, appraised_at, published_on: None until then.
    """

    line: AssessmentLine
    index_set: IndexSet
    groups: Sequence[tuple[MainIndex, Sequence[Score]]]
    handed_in_at: datetime | None
    appraised_at: datetime | None
    published_on: date | None
    published_source: str

    def score(self, item: str) -> Score:
        """Read one criterion.

        :raises KeyError: if the set has none of this name.
        """
        found = {s.criterion.key: s for _, scores in self.groups for s in scores}
        return found[item]


# Which level of government a unit that a set measures has.
LEVELS = {
    Measured.PROVINCE: ("province",),
    Measured.AGENCY: ("province", "commune"),
    Measured.COMMUNE: ("commune",),
}


@dataclass(frozen=True, kw_only=True)
class AssessmentBegun(Event):
    """A unit was asked to assess itself."""

    unit_id: UUID
    set_key: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class AssessmentHandedIn(Event):
    """A unit handed its assessment in."""

    unit_id: UUID
    appraiser_id: UUID


@dataclass(frozen=True, kw_only=True)
class ScoreDisputed(Event):
    """An appraiser found other points than the unit."""

    unit_id: UUID
    item: str


@dataclass(frozen=True, kw_only=True)
class ScoreExplained(Event):
    """A unit answered its appraiser."""

    appraiser_id: UUID
    item: str


@dataclass(frozen=True, kw_only=True)
class AssessmentAppraised(Event):
    """Each criterion has its appraised points, and none is open."""

    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class ScorePublished(Event):
    """A score was published elsewhere, and stands here with its source."""

    unit_id: UUID


class AssessmentUnknown(NotFound):
    """There is no such assessment, or it is none of the asker's."""

    message = N_("Không tìm thấy bản đánh giá này.")


class AssessmentThere(Conflict):
    """The unit is being assessed by this set for this period already."""

    message = N_("Đơn vị đã có bản đánh giá của kỳ này.")


class AssessmentMovedOn(Conflict):
    """The assessment is not, or no longer, where this can be done."""

    message = N_("Bản đánh giá đã chuyển bước nên không làm được việc này nữa.")


class HandedInTwice(Conflict):
    """The assessment was handed in before."""

    message = N_("Bản đánh giá đã được gửi rồi.")


class AfterDeadline(Conflict):
    """The day until which the unit could do this is over."""

    message = N_("Đã quá hạn ngày {day}. Hãy đề nghị cơ quan thẩm định gia hạn.")


class WrongUnit(Invalid):
    """The set does not measure units of this kind, or the unit would judge itself."""

    message = N_("Bộ chỉ số này không đánh giá loại đơn vị đã chọn.")


class UnitDissolved(Conflict):
    """The unit is no more."""

    message = N_("Đơn vị đã giải thể hoặc sắp xếp lại, không còn đánh giá được.")


class NoAppraiser(Conflict):
    """No pack says who appraises by this set."""

    message = N_("Chưa có cơ quan thẩm định cho bộ chỉ số này.")


class DeadlinesWrong(Invalid):
    """The days are over, or in the wrong order."""

    message = N_("Hạn gửi phải từ hôm nay; hạn giải trình không trước hạn gửi.")


class FiguresWrong(Invalid):
    """The figures cannot be, or are missing."""

    message = N_("Số liệu chưa đúng. Mẫu số phải lớn hơn 0 và không nhỏ hơn tử số.")


class PointsAboveMaximum(Invalid):
    """More points than there are, or less than none."""

    message = N_("Điểm phải từ 0 đến {maximum}.")


class NothingCounted(Invalid):
    """The platform has nothing real to count in this period."""

    message = N_("Hệ thống chưa có hồ sơ thật nào trong kỳ này để tính.")


class EvidenceMissing(Invalid):
    """Criteria have points and nothing to show for them; `fields` names them."""

    message = N_("Tiêu chí {number} chưa có tệp minh chứng.")


class CriteriaOpen(Invalid):
    """Criteria have no value; handing in without them must be said on purpose."""

    message = N_("Còn {count} tiêu chí chưa có số liệu.")


class ReasonNeeded(Invalid):
    """Other points than the unit's need a reason."""

    message = N_("Điểm khác với điểm đơn vị tự chấm thì phải nêu lý do.")


class ExplanationNeeded(Invalid):
    """An explanation says something."""

    message = N_("Hãy ghi nội dung giải trình.")


class NotDisputed(Conflict):
    """The criterion is not in dispute."""

    message = N_("Tiêu chí này không có điểm khác nhau cần giải trình hay chốt.")


class NotExplainedYet(Conflict):
    """The unit may still explain."""

    message = N_("Đơn vị chưa giải trình và còn hạn đến hết ngày {day}.")


class AppraisalIncomplete(Conflict):
    """Criteria are not appraised yet, or still in dispute."""

    message = N_("Còn {open} tiêu chí chưa thẩm định và {disputed} tiêu chí chưa chốt.")


class PublicationWithoutSource(Invalid):
    """A published score names the document it stands in."""

    message = N_("Hãy ghi văn bản công bố điểm.")


class EvidenceUnknown(NotFound):
    """There is no such file in the assessment."""

    message = N_("Không tìm thấy tệp minh chứng này.")


class IndexSheetUnreadable(Invalid):
    """What was sent is no workbook."""

    message = N_("Không đọc được tệp này. Hãy gửi tệp Excel (.xlsx).")


class SheetLayoutChanged(Invalid):
    """The workbook is not laid out as it was handed out; `cell` says where."""

    message = N_("Ô {cell} khác với tệp đã tải. Hãy tải tệp mới, chỉ điền cột a, b.")


class FigureUnreadable(Invalid):
    """A cell that should hold a number holds none."""

    message = N_("Ô {cell} phải là một số.")


class FigureImpossible(Invalid):
    """The figure of a cell cannot be by the rule of its criterion."""

    message = N_("Số liệu ở ô {cell} không hợp với cách tính của tiêu chí.")
