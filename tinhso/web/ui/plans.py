"""What the pages of plans say alike: lights, states, lines, steps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.people.types import Organization
from tinhso.plans.types import (
    Light,
    Plan,
    ProgressWrong,
    Step,
    StepKind,
    Task,
    TaskState,
)
from tinhso.web.ui.phrases import said
from tinhso.web.ui.writing import moment

MOST_FILES = 5
LIGHTS = {
    Light.OVERDUE: (gettext_lazy("Quá hạn"), "bad"),
    Light.SILENT: (gettext_lazy("Lâu không báo cáo"), "warn"),
    Light.AT_RISK: (gettext_lazy("Có nguy cơ chậm"), "warn"),
    Light.UNASSIGNED: (gettext_lazy("Chưa rõ cơ quan"), ""),
    Light.ON_COURSE: (gettext_lazy("Đúng tiến độ"), "good"),
    Light.DONE_LATE: (gettext_lazy("Xong, trễ hạn"), "warn"),
    Light.DONE: (gettext_lazy("Xong đúng hạn"), "good"),
    Light.STOPPED: (gettext_lazy("Đã dừng"), ""),
}
STATES = {
    TaskState.NOT_STARTED: gettext_lazy("Chưa bắt đầu"),
    TaskState.DOING: gettext_lazy("Đang làm"),
    TaskState.DONE: gettext_lazy("Đã xong"),
    TaskState.STOPPED: gettext_lazy("Dừng, không làm nữa"),
}
STEPS = {
    StepKind.ADD: gettext_lazy("Thêm nhiệm vụ"),
    StepKind.REPORT: gettext_lazy("Báo cáo tiến độ"),
    StepKind.ACCEPT: gettext_lazy("Xác nhận hoàn thành"),
    StepKind.SEND_BACK: gettext_lazy("Trả lại, chưa xác nhận"),
    StepKind.MOVE_DAY: gettext_lazy("Đổi hạn"),
    StepKind.MOVE_AGENCY: gettext_lazy("Đổi cơ quan thực hiện"),
}
LABELS = {
    "percent": gettext_lazy("Tỷ lệ hoàn thành"),
    "note": gettext_lazy("Kết quả hoặc lý do"),
    "files": gettext_lazy("Minh chứng"),
    "reason": gettext_lazy("Lý do"),
    "due_on": gettext_lazy("Hạn"),
    "agency": gettext_lazy("Cơ quan thực hiện"),
    "text": gettext_lazy("Nội dung nhiệm vụ"),
}


def labels() -> dict[str, str]:
    """Name the fields of the forms."""
    return {name: str(label) for name, label in LABELS.items()}


def light(found: Light) -> dict[str, str]:
    """Say how a task stands."""
    text, tone = LIGHTS[found]
    return {"text": str(text), "tone": tone}


def counts(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Count tasks by how they stand, the most pressing first."""
    counted = [(one, sum(t.light is one for t in tasks)) for one in Light]
    return [{**light(one), "count": n, "value": one.value} for one, n in counted if n]


def plan_line(plan: Plan, tasks: Sequence[Task]) -> dict[str, Any]:
    """Write a plan as a line of a list."""
    told = plan.declared
    return {
        "href": reverse("plan", args=[plan.key]),
        "title": said(told.title),
        "source": told.source,
        "year": told.year,
        "entered": len([one for one in tasks if not one.is_own]),
        "declared": told.declared_tasks,
        "counts": counts(tasks),
        "is_closed": plan.closed_at is not None,
        "is_synthetic": told.is_synthetic,
    }


def groups(plan: Plan, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Put tasks together under their groups; those beneath follow the one above."""
    by_group: dict[str, list[Task]] = {}
    for one in tasks:
        by_group.setdefault(one.group, []).append(one)
    return [
        {
            "key": group.key,
            "title": said(group.title),
            "declared": group.declared,
            "entered": len([t for t in by_group.get(group.key, []) if not t.is_own]),
            "lines": [line(one) for one in _beneath(by_group.get(group.key, []))],
        }
        for group in plan.declared.groups
    ]


def _beneath(tasks: Sequence[Task]) -> list[Task]:
    shown = {one.id for one in tasks}
    own: dict[UUID | None, list[Task]] = {}
    for one in tasks:
        above = one.parent_id if one.parent_id in shown else None
        own.setdefault(above, []).append(one)
    ordered: list[Task] = []
    waiting = own.get(None, [])[::-1]
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        waiting += own.get(one.id, [])[::-1]
    return ordered


def line(one: Task) -> dict[str, Any]:
    """Write a task as a line of a list."""
    return {
        "one": one,
        "href": reverse("plan_task", args=[one.plan, one.id]),
        "text": said(one.text),
        "agency": one.agency_name or one.responsible,
        "light": light(one.light),
        "state": str(STATES[one.state]),
        "awaits": one.awaits,
    }


def timeline(
    steps: Iterable[Step], task: Task, *, may_read: bool
) -> list[dict[str, Any]]:
    """Tell what was done about a task, the latest first."""
    return [
        {
            "title": STEPS[one.kind],
            "at": moment(one.at),
            "who": one.by,
            "said": _said(one),
            "note": one.note,
            "files": [
                {
                    "name": file.name,
                    "href": reverse("plan_evidence", args=[task.plan, task.id, file.id])
                    if may_read
                    else "",
                }
                for file in one.files
            ],
        }
        for one in steps
    ]


def _said(step: Step) -> str:
    if step.before or step.after:
        return gettext("{before} → {after}").format(
            before=step.before or "–", after=step.after
        )
    if step.kind is StepKind.REPORT:
        return f"{STATES[step.state]}, {step.percent} %"
    return ""


def state_choices() -> list[dict[str, str]]:
    """List what an agency may say of a task."""
    return [{"value": one.value, "label": str(text)} for one, text in STATES.items()]


def light_choices() -> list[dict[str, str]]:
    """List how tasks may stand, to filter by."""
    every = {"value": "", "label": gettext("Mọi tình trạng")}
    listed = [{"value": one.value, "label": str(t)} for one, (t, _) in LIGHTS.items()]
    return [every, *listed]


def agency_choices(
    agencies: Iterable[Organization], first: str
) -> list[dict[str, str]]:
    """List agencies to choose from; first: what choosing none says."""
    return [
        {"value": "", "label": first},
        *({"value": str(one.id), "label": one.name} for one in agencies),
    ]


def agencies_in(tasks: Iterable[Task]) -> list[dict[str, str]]:
    """List the agencies that have tasks, to filter by."""
    named: Mapping[UUID, str] = {
        one.agency_id: one.agency_name for one in tasks if one.agency_id
    }
    every = {"value": "", "label": gettext("Mọi cơ quan")}
    ordered = sorted(named.items(), key=lambda pair: pair[1])
    return [every, *({"value": str(key), "label": name} for key, name in ordered)]


def read_light(text: str) -> Light | None:
    """Read how tasks shall stand; None for all."""
    return Light(text) if text in set(Light) else None


def read_state(text: str) -> TaskState:
    """Read what an agency says of a task.

    :raises ProgressWrong: if it says nothing.
    """
    if text not in set(TaskState):
        raise ProgressWrong({"state": [gettext("Hãy chọn tình trạng.")]})
    return TaskState(text)


def read_percent(text: str, state: TaskState) -> int:
    """Read a percent as people type it; what is done is all of it.

    :raises ProgressWrong: if it is none.
    """
    known = {TaskState.DONE: 100, TaskState.NOT_STARTED: 0}
    typed = text.strip().removesuffix("%").strip()
    if not typed and state in known:
        return known[state]
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        raise ProgressWrong({"percent": [gettext("Hãy ghi số từ 0 đến 100.")]})
    return int(typed)


def uploads(request: HttpRequest) -> list[tuple[str, bytes]]:
    """Read the files that came along, the first five."""
    parts = request.FILES.getlist("files")[:MOST_FILES]
    return [(part.name or "", part.read()) for part in parts]


COLUMNS = (
    *("plan", "number", "parent", "text", "agency", "cooperating", "product", "due_on"),
    *("state", "percent", "light", "reported_on", "done_on", "accepted_on", "target"),
    *("source", "made_up"),
)


def row(one: Task, numbers: Mapping[UUID, str]) -> list[object]:
    """Write a task as a row of the list that leaves; numbers: of tasks above."""
    return [
        one.plan,
        one.number,
        numbers.get(one.parent_id, "") if one.parent_id else "",
        one.text.vi,
        one.agency_name or one.responsible,
        ", ".join(one.cooperating),
        one.product.vi,
        one.due_on.isoformat(),
        one.state.value,
        one.percent,
        one.light.value,
        one.reported_on or "",
        one.done_on or "",
        one.accepted_on or "",
        one.target,
        one.source,
        one.is_synthetic,
    ]


def own(tasks: Iterable[Task], places: Collection[UUID]) -> list[Task]:
    """Keep the tasks that some organizations keep, and that await acceptance."""
    return [one for one in tasks if one.awaits and one.keeper_id in places]
