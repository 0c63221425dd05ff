"""An agency with a task, a leader who keeps the plan, a member of the Council."""

from datetime import date
from types import SimpleNamespace

import pytest

from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.people import queries as people
from tinhso.plans import actions, queries
from tinhso.plans.models import TaskRow
from tinhso.plans.types import TaskState

PLAN = "demo_2026"


@pytest.fixture
def keeper(sign_in):
    """Leads the province, which owns the plan."""
    return sign_in("Vương Quốc Thái")


@pytest.fixture
def reporter(sign_in):
    """A case officer of the agency that has the task."""
    return sign_in("Cao Thị Hằng")


@pytest.fixture
def head(sign_in):
    """Leads that agency."""
    return sign_in("Hà Minh Đức")


@pytest.fixture
def elsewhere(sign_in):
    """A case officer of another agency."""
    return sign_in("Lương Thị Mỹ")


@pytest.fixture
def member(sign_in):
    return sign_in("Nghiêm Thị Tuyết")


@pytest.fixture
def agency(content, now):
    return people.organization_by_key(key="so_gddt", on=now.date())


@pytest.fixture
def task(content):
    """Due on 15 December; nobody has reported yet."""
    return TaskRow.objects.get(plan__key=PLAN, number="1.1")


@pytest.fixture
def report(task, reporter, now, picture):
    """Report on the task; with a file unless told otherwise."""

    def do(percent=40, state=TaskState.DOING, *, files=False, **changes):
        said = {
            "task_id": task.id,
            "state": state,
            "percent": percent,
            "note": "Đã rà soát 120 trường.",
            "uploads": [("minh-chung.png", picture())] if files else [],
            "actor": reporter,
            "at": now,
        }
        return actions.report_progress(**{**said, **changes})

    return do


@pytest.fixture
def done(report):
    return lambda **changes: report(100, TaskState.DONE, **{"files": True, **changes})


@pytest.fixture
def seen(task, keeper):
    """Read the task as it stands on a day, with its steps."""

    def do(on=date(2026, 6, 16)):
        return SimpleNamespace(
            task=queries.get_task(task_id=task.id, on=on, actor=keeper),
            steps=queries.steps(task_id=task.id, actor=keeper),
        )

    return do


def deliver(at):
    """Hand everything that happened to its reactions."""
    for row in OutboxEvent.objects.filter(delivered_at=None).order_by("id"):
        events.deliver(event_id=row.id, at=at)
