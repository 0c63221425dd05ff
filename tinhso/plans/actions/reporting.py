"""Report on a task; its keeper accepts what is done, or sends it back."""

from datetime import date, datetime
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.plans.actions.locking import (
    Uploads,
    changing,
    keep_files,
    reason_of,
    refuse_dissolved,
    step,
)
from tinhso.plans.models import TaskFileRow, TaskRow
from tinhso.plans.queries.plans import tasks_of
from tinhso.plans.types import (
    EvidenceMissing,
    NothingToAccept,
    ProgressBackwards,
    ProgressWrong,
    ReasonMissing,
    StepKind,
    Task,
    TaskAccepted,
    TaskReportedDone,
    TaskSentBack,
    TaskState,
)
from tinhso.security.types import Deed

WHOLE = 100


def report_progress(
    *,
    task_id: UUID,
    state: TaskState,
    percent: int,
    note: str,
    actor: Actor,
    at: datetime,
    uploads: Uploads = (),
) -> Task:
    """Say how far one's agency has come with a task.

    percent: 0 to 100; 100 where it is done, less where it is not, 0 where it has not
    begun. note: what was done; the reason, where it is stopped or less than before.

    :raises TaskUnknown, TaskOfAnother: if it is not the actor's.
    :raises PlanClosed, AgencyDissolved, TaskAccepted: if it is too late.
    :raises ProgressWrong: if state and percent contradict each other.
    :raises ProgressBackwards, ReasonMissing: if it needs a reason.
    :raises EvidenceMissing: if it is said to be done, and nothing shows it.
    :raises FilesWrong: if a file cannot be kept.
    """
    with changing(task_id, actor, Deed.REPORT_ON_TASK) as row:
        today = local(at).date()
        refuse_dissolved(row, today)
        _refuse(row, state, percent, note, has_files=bool(uploads))
        row.state, row.percent, row.reported_on = state, percent, today
        row.done_on = today if state is TaskState.DONE else None
        row.save()
        made = step(StepKind.REPORT, row, actor, at, note=note)
        if row.agency_id:
            keep_files(made, uploads, row.agency_id, actor, at)
        if state is TaskState.DONE:
            told = TaskReportedDone(
                subject_id=row.id,
                keeper_id=row.keeper_id,
                number=row.number,
                text=row.text["vi"],
            )
            events.record(told, actor=actor, at=at)
        return _shown(row, today)


def accept_task(*, task_id: UUID, actor: Actor, at: datetime) -> Task:
    """Agree that a task is done.

    :raises TaskUnknown, TaskOfAnother, PlanClosed: if it is not the actor's now.
    :raises NothingToAccept: if nobody says that it is done, or it was accepted.
    """
    with changing(task_id, actor, Deed.KEEP_PLAN) as row:
        today = local(at).date()
        _refuse_open(row)
        row.accepted_on = today
        row.save()
        step(StepKind.ACCEPT, row, actor, at)
        return _shown(row, today)


def send_back_task(*, task_id: UUID, reason: str, actor: Actor, at: datetime) -> Task:
    """Disagree that a task is done; the agency goes on, and answers.

    It stands again where it stood before it was said to be done.

    :raises TaskUnknown, TaskOfAnother, PlanClosed: if it is not the actor's now.
    :raises NothingToAccept: if nobody says that it is done, or it was accepted.
    :raises ReasonMissing: if it is not said why.
    """
    with changing(task_id, actor, Deed.KEEP_PLAN) as row:
        today = local(at).date()
        _refuse_open(row)
        why = reason_of(reason)
        row.state, row.percent, row.done_on = TaskState.DOING, _before(row), None
        row.save()
        step(StepKind.SEND_BACK, row, actor, at, note=why)
        if row.agency_id:
            told = TaskSentBack(
                subject_id=row.id,
                agency_id=row.agency_id,
                number=row.number,
                text=row.text["vi"],
                reason=why,
            )
            events.record(told, actor=actor, at=at)
        return _shown(row, today)


def _refuse(
    row: TaskRow, state: TaskState, percent: int, note: str, *, has_files: bool
) -> None:
    if row.accepted_on is not None:
        raise TaskAccepted
    if not _fits(state, percent):
        raise ProgressWrong({"percent": [ProgressWrong.message]})
    if percent < row.percent and not clean(note):
        message = Phrase(ProgressBackwards.message, before=row.percent)
        raise ProgressBackwards({"note": [message]}, before=row.percent)
    if state is TaskState.STOPPED and not clean(note):
        raise ReasonMissing({"note": [ReasonMissing.message]})
    if state is TaskState.DONE and not has_files and not _has_evidence(row):
        raise EvidenceMissing({"files": [EvidenceMissing.message]})


def _fits(state: TaskState, percent: int) -> bool:
    allowed = {
        TaskState.NOT_STARTED: range(1),
        TaskState.DOING: range(WHOLE),
        TaskState.DONE: range(WHOLE, WHOLE + 1),
        TaskState.STOPPED: range(WHOLE),
    }
    return percent in allowed[state]


def _has_evidence(row: TaskRow) -> bool:
    """Tell whether a file came since the task was last sent back."""
    files = TaskFileRow.objects.filter(step__task=row)
    back = row.steps.filter(kind=StepKind.SEND_BACK).order_by("-id").first()
    return (files.filter(step__gt=back.id) if back else files).exists()


def _refuse_open(row: TaskRow) -> None:
    if row.state != TaskState.DONE or row.accepted_on is not None:
        raise NothingToAccept


def _before(row: TaskRow) -> int:
    """Find how far a task had come before it was said to be done."""
    told = row.steps.filter(kind=StepKind.REPORT).exclude(state=TaskState.DONE)
    last = told.order_by("-id").first()
    return last.percent if last else 0


def _shown(row: TaskRow, on: date) -> Task:
    return tasks_of([row], on)[0]
