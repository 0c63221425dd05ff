"""Read plans and tasks: whole, filtered, overdue."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.documents.types import File
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.packs import versions
from tinhso.people import queries as people
from tinhso.plans.models import PlanRow, StepRow, TaskFileRow, TaskRow
from tinhso.plans.rules import declared, lights
from tinhso.plans.types import (
    Bureau,
    DeclaredPlan,
    Evidence,
    EvidenceUnknown,
    Light,
    Plan,
    PlanUnknown,
    Step,
    StepKind,
    Task,
    TaskState,
    TaskUnknown,
    Words,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

PLANS = "plans"
RUNNING = (TaskState.NOT_STARTED, TaskState.DOING)


def plans(*, actor: Actor) -> tuple[Plan, ...]:
    """List the plans that packs declare, the newest year first.

    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    known = _declared()
    found = [_plan(row, known[row.key]) for row in _plans() if row.key in known]
    return tuple(sorted(found, key=lambda one: (-one.declared.year, one.declared.key)))


def get_plan(*, key: str, actor: Actor) -> Plan:
    """Read a plan.

    :raises PlanUnknown: if there is none.
    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    row = _plans().filter(key=key).first()
    content = versions.newest(kind=PLANS, key=key)
    if row is None or content is None:
        raise PlanUnknown
    return _plan(row, declared.plan_of(content.body))


def tasks(
    *,
    on: date,
    actor: Actor,
    plan: str = "",
    agency_id: UUID | None = None,
    light: Light | None = None,
) -> tuple[Task, ...]:
    """List tasks as they stand on a day, in the order of their plan.

    agency_id: of an agency, those in which it helps included; light: that stand so.

    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    rows = _tasks().order_by("plan__key", "id")
    if plan:
        rows = rows.filter(plan__key=plan)
    if agency_id:
        rows = rows.filter(_of_agency(agency_id))
    found = tasks_of(rows, on)
    return tuple(one for one in found if light in (None, one.light))


def agency_tasks(*, on: date, actor: Actor) -> tuple[Task, ...]:
    """List the tasks of the asker's own agencies, the most pressing first."""
    places = security.desks_of(actor=actor)
    rows = _tasks().filter(agency__in=places, plan__closed_at=None)
    pressing = list(Light)
    return tuple(
        sorted(
            tasks_of(rows, on),
            key=lambda one: (pressing.index(one.light), one.due_on, one.number),
        )
    )


def overdue(
    *, on: date, actor: Actor, limit: int = 5, plan: str = ""
) -> tuple[Task, ...]:
    """List the tasks that are over their day and not done, the longest first.

    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    rows = _tasks().filter(
        state__in=RUNNING, due_on__lt=on, plan__closed_at=None, agency__isnull=False
    )
    if plan:
        rows = rows.filter(plan__key=plan)
    return tasks_of(rows.order_by("due_on", "id")[:limit], on)


def get_task(*, task_id: UUID, on: date, actor: Actor) -> Task:
    """Read a task as it stands on a day.

    :raises TaskUnknown: if there is none.
    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    found = tasks_of(_tasks().filter(pk=task_id), on)
    if not found:
        raise TaskUnknown
    return found[0]


def children(*, task_id: UUID, on: date, actor: Actor) -> tuple[Task, ...]:
    """List the tasks that agencies added beneath one.

    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    return tasks_of(_tasks().filter(parent=task_id).order_by("id"), on)


def steps(*, task_id: UUID, actor: Actor) -> tuple[Step, ...]:
    """List what was done about a task, the latest first.

    :raises NotAllowed: if the asker serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_PLANS)
    rows = StepRow.objects.filter(task=task_id).prefetch_related("files")
    return tuple(_step(row) for row in rows.order_by("-id"))


def evidence_file(
    *, task_id: UUID, evidence_id: UUID, actor: Actor
) -> tuple[File, bytes]:
    """Read a file that came with a report.

    :raises EvidenceUnknown: if there is none with this task.
    :raises NotAllowed: if the asker is of no side of the task, nor oversees it.
    """
    row = TaskFileRow.objects.filter(pk=evidence_id, step__task=task_id).first()
    task = TaskRow.objects.filter(pk=task_id).first()
    if row is None or task is None:
        raise EvidenceUnknown
    if not may_read_evidence(
        actor=actor, agency_id=task.agency_id, keeper_id=task.keeper_id
    ):
        raise EvidenceUnknown
    file = documents.get_file(file_id=row.file_id)
    return file, documents.read_file(file_id=file.id)


def may_read_evidence(*, actor: Actor, agency_id: UUID | None, keeper_id: UUID) -> bool:
    """Tell whether somebody is of a side of a task, or oversees all of them."""
    return any(
        security.may(actor=actor, deed=Deed.READ_EVIDENCE, thing=Bureau(place))
        for place in (agency_id, keeper_id)
    )


def tasks_of(rows: Iterable[TaskRow], on: date) -> tuple[Task, ...]:
    """Turn rows into tasks as they stand on a day."""
    listed = list(rows)
    names = _names(key for row in listed for key in row.cooperating)
    return tuple(_task(row, names, on) for row in listed)


def course_of(row: TaskRow) -> lights.Course:
    """Tell what the rule of lights must know of a task."""
    return lights.Course(
        state=TaskState(row.state),
        percent=row.percent,
        begins_on=row.begins_on,
        due_on=row.due_on,
        reported_on=row.reported_on,
        done_on=row.done_on,
        has_agency=row.agency_id is not None,
        report_every=row.plan.report_every,
    )


def _declared() -> Mapping[str, DeclaredPlan]:
    return {
        content.key: declared.plan_of(content.body)
        for content in versions.in_force(kind=PLANS)
    }


def _plans() -> QuerySet[PlanRow]:
    return PlanRow.objects.select_related("owner")


def _tasks() -> QuerySet[TaskRow]:
    return TaskRow.objects.select_related("plan", "agency")


def _of_agency(agency_id: UUID) -> Q:
    keys = [people.get_organization(organization_id=agency_id).key]
    return Q(agency=agency_id) | Q(cooperating__contains=keys)


def _names(keys: Iterable[str]) -> Mapping[str, str]:
    """Name organizations by key; those that are no more keep their last name."""
    return people.short_names(keys=set(keys))


def _plan(row: PlanRow, told: DeclaredPlan) -> Plan:
    return Plan(
        declared=told,
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        closed_at=row.closed_at,
        closed_why=row.closed_why,
    )


def _task(row: TaskRow, names: Mapping[str, str], on: date) -> Task:
    return Task(
        id=row.id,
        plan=row.plan.key,
        number=row.number,
        group=row.group,
        parent_id=row.parent_id,
        is_own=row.is_own,
        text=Words(**row.text),
        product=Words(**row.product),
        responsible=row.responsible,
        agency_id=row.agency_id,
        agency_name=row.agency.name if row.agency else "",
        cooperating=tuple(names.get(key, key) for key in row.cooperating),
        keeper_id=row.keeper_id,
        target=row.target,
        indicator=row.indicator,
        due_on=row.due_on,
        source=row.source,
        state=TaskState(row.state),
        percent=row.percent,
        reported_on=row.reported_on,
        done_on=row.done_on,
        accepted_on=row.accepted_on,
        light=lights.light(course_of(row), on),
        is_synthetic=row.plan.is_synthetic,
    )


def _step(row: StepRow) -> Step:
    return Step(
        kind=StepKind(row.kind),
        state=TaskState(row.state),
        percent=row.percent,
        note=row.note,
        before=row.before,
        after=row.after,
        by=row.by_name,
        at=local(row.at),
        files=tuple(Evidence(one.id, one.name) for one in row.files.all()),
    )


def ids_of_agency(*, agency_id: UUID) -> Collection[UUID]:
    """List the periods of an agency: what it was called before counts as well."""
    key = people.get_organization(organization_id=agency_id).key
    return people.ids_of_keys(keys=[key])
