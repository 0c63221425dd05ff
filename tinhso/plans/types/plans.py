"""Plans, their tasks, and what is done about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from tinhso.kernel.events.types import Event


class TaskState(StrEnum):
    """What the agency says of a task."""

    NOT_STARTED = "not_started"
    DOING = "doing"
    DONE = "done"
    STOPPED = "stopped"


class Light(StrEnum):
    """How a task stands; `rules.lights` says by which rule."""

    OVERDUE = "overdue"
    SILENT = "silent"
    AT_RISK = "at_risk"
    UNASSIGNED = "unassigned"
    ON_COURSE = "on_course"
    DONE_LATE = "done_late"
    DONE = "done"
    STOPPED = "stopped"


class StepKind(StrEnum):
    """What a step in the history of a task is."""

    ADD = "add"
    REPORT = "report"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    MOVE_DAY = "move_day"
    MOVE_AGENCY = "move_agency"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a pack in both languages; what has no English stands as decided."""

    vi: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """Read it in a language: `vi` or `en`."""
        return self.en if language == "en" and self.en else self.vi


@dataclass(frozen=True, slots=True)
class Bureau:
    """An organization as a policy sees it."""

    organization_id: UUID | None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that stand together; declared: how many the source counts, None: unsaid."""

    key: str
    title: Words
    declared: int | None


@dataclass(frozen=True, slots=True)
class DeclaredTask:
    """A task as a pack declares it.

    agency, cooperating: keys of organizations, "" where the source names none that is
    known here; responsible: whom the source names, in its words. target: a key of the
    plan's targets, indicator: of an indicator; both "" where it serves none.
    """

    number: str
    group: str
    text: Words
    product: Words
    responsible: str
    agency: str
    cooperating: tuple[str, ...]
    target: str
    indicator: str
    due_on: date
    source: str


@dataclass(frozen=True, slots=True)
class DeclaredPlan:
    """A plan as a pack declares it.

    declared_tasks, declared_targets: how many the source counts, None where it does
    not say; there may be fewer here, for only what is published is entered.
    report_every: days after which an agency that said nothing is silent.
    """

    key: str
    title: Words
    year: int
    first_day: date
    last_day: date
    owner: str
    source: str
    targets: str
    caution: Words
    declared_tasks: int | None
    declared_targets: int | None
    report_every: int
    groups: tuple[Group, ...]
    tasks: tuple[DeclaredTask, ...]
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands. owner: who accepts what agencies report."""

    declared: DeclaredPlan
    owner_id: UUID
    owner_name: str
    closed_at: datetime | None
    closed_why: str

    @property
    def key(self) -> str:
        """Name the plan."""
        return self.declared.key


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a plan on a day.

    parent_id: the task it stands beneath; is_own: an agency added it for itself.
    keeper_id: the organization that accepts it, or changes its day or agency.
    done_on: the day on which it was reported done, None while it is not, or was sent
    back; accepted_on: when the keeper agreed.
    """

    id: UUID
    plan: str
    number: str
    group: str
    parent_id: UUID | None
    is_own: bool
    text: Words
    product: Words
    responsible: str
    agency_id: UUID | None
    agency_name: str
    cooperating: tuple[str, ...]
    keeper_id: UUID
    target: str
    indicator: str
    due_on: date
    source: str
    state: TaskState
    percent: int
    reported_on: date | None
    done_on: date | None
    accepted_on: date | None
    light: Light
    is_synthetic: bool

    @property
    def awaits(self) -> bool:
        """Tell whether it was reported done and nobody accepted it yet."""
        return self.state is TaskState.DONE and self.accepted_on is None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that came with a report."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a task, when, by whom; before, after: what a change changed.

    note: words of a report, or the reason of whatever else.
    """

    kind: StepKind
    state: TaskState
    percent: int
    note: str
    before: str
    after: str
    by: str
    at: datetime
    files: Sequence[Evidence]


@dataclass(frozen=True, kw_only=True)
class TaskDueSoon(Event):
    """A task is due within some working days, and nobody said that it is done."""

    agency_id: UUID
    number: str
    text: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(Event):
    """A task is over its day, and nobody said that it is done."""

    agency_id: UUID
    number: str
    text: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class TaskReportedDone(Event):
    """An agency says that a task is done; its keeper is to look."""

    keeper_id: UUID
    number: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TaskSentBack(Event):
    """The keeper of a task does not agree that it is done."""

    agency_id: UUID
    number: str
    text: str
    reason: str


class PlanUnknown(NotFound):
    """No pack declares this plan."""

    message = N_("Không có kế hoạch này.")


class TaskUnknown(NotFound):
    """There is no such task."""

    message = N_("Không có nhiệm vụ này.")


class EvidenceUnknown(NotFound):
    """There is no such file with this task."""

    message = N_("Không có tệp minh chứng này.")


class PlanClosed(Conflict):
    """The plan was closed; nothing in it changes any more."""

    message = N_("Kế hoạch đã đóng, không thay đổi được nữa.")


class TaskOfAnother(NotAllowed):
    """The task is another agency's, or the agency does not own the plan."""

    message = N_("Nhiệm vụ này do cơ quan khác phụ trách.")


class TaskAccepted(Conflict):
    """The task was accepted as done; it is not reported on again."""

    message = N_("Nhiệm vụ đã được xác nhận hoàn thành.")


class NothingToAccept(Conflict):
    """Nobody says that the task is done, or it was accepted before."""

    message = N_("Cơ quan chưa báo hoàn thành nhiệm vụ này.")


class AgencyDissolved(Conflict):
    """The agency is no more; give the task to the one that took over."""

    message = N_(
        "Cơ quan này đã kết thúc hoạt động. Hãy chuyển nhiệm vụ cho cơ quan tiếp nhận."
    )


class EvidenceMissing(Invalid):
    """Done is said without anything to show for it."""

    message = N_("Báo hoàn thành thì cần ít nhất một tệp minh chứng.")


class ProgressBackwards(Invalid):
    """Less is done than was said before, and it is not said why."""

    message = N_("Tiến độ thấp hơn lần trước ({before} %). Hãy ghi lý do.")


class ProgressWrong(Invalid):
    """State and percent contradict each other, or are none."""

    message = N_("Tình trạng và tỷ lệ hoàn thành chưa khớp nhau.")


class ReasonMissing(Invalid):
    """What is changed, stopped or sent back needs a reason."""

    message = N_("Hãy ghi lý do.")


class DayOutsidePlan(Invalid):
    """The day lies outside the plan."""

    message = N_("Hạn phải trong thời gian của kế hoạch: {first} đến {last}.")


class NothingChanged(Invalid):
    """Day and agency are what they were."""

    message = N_("Hạn và cơ quan vẫn như cũ. Hãy sửa ít nhất một mục.")


class TaskTextMissing(Invalid):
    """It does not say what is to be done."""

    message = N_("Hãy ghi nội dung nhiệm vụ.")


class ParentWrong(Invalid):
    """The task above is of another plan, or none of the agency's."""

    message = N_("Chỉ bổ sung được dưới nhiệm vụ cơ quan chủ trì hoặc phối hợp.")


class FilesWrong(Invalid):
    """A file cannot be kept; `fields` says why."""

    message = N_("Không nhận được tệp này.")


class AgencyUnknown(Invalid):
    """There is no such agency on that day."""

    message = N_("Hãy chọn cơ quan đang hoạt động.")
