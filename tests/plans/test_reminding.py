"""An agency is told five working days before, and once more when it is overdue."""

from datetime import UTC, date, datetime

from tests.plans.conftest import PLAN, deliver
from tinhso.notify.models import MessageRow
from tinhso.plans import actions
from tinhso.plans.models import TaskRow


def at(day):
    return datetime(2026, *day, 2, 0, tzinfo=UTC)


def only(task, due_on=date(2026, 6, 30)):
    """Leave one running task of one's own day."""
    TaskRow.objects.exclude(pk=task.id).update(agency=None)
    TaskRow.objects.filter(pk=task.id).update(due_on=due_on)


def told(task, key):
    rows = MessageRow.objects.filter(subject_id=task.id, template__key=key)
    return {one.person_id for one in rows}


def test_it_is_told_some_working_days_before_and_once(task, reporter, head):
    only(task)

    # Tuesday 23 June and the five working days after it end on Tuesday 30 June.
    assert actions.remind_of_tasks(at=at((6, 22))) == 0
    assert actions.remind_of_tasks(at=at((6, 23))) == 1
    assert actions.remind_of_tasks(at=at((6, 24))) == 0
    deliver(at((6, 24)))
    assert told(task, "task_due_soon") == {reporter.person_id, head.person_id}


def test_what_is_overdue_is_told_once_and_again_for_another_day(task, keeper, reporter):
    only(task)
    TaskRow.objects.filter(pk=task.id).update(reminded_at=at((6, 1)))

    assert actions.remind_of_tasks(at=at((6, 30))) == 0
    assert actions.remind_of_tasks(at=at((7, 1))) == 1
    assert actions.remind_of_tasks(at=at((7, 2))) == 0
    deliver(at((7, 2)))
    assert reporter.person_id in told(task, "task_overdue")
    actions.change_task(
        task_id=task.id,
        due_on=date(2026, 7, 3),
        agency_id=TaskRow.objects.get(pk=task.id).agency_id,
        reason="Bão.",
        actor=keeper,
        at=at((7, 2)),
    )
    assert actions.remind_of_tasks(at=at((7, 2))) == 1
    assert actions.remind_of_tasks(at=at((7, 4))) == 1


def test_what_is_done_or_closed_is_not_told(task, done, keeper, now):
    only(task)
    done()
    assert actions.remind_of_tasks(at=at((6, 25))) == 0

    TaskRow.objects.filter(pk=task.id).update(
        state="doing", percent=5, done_on=None, due_on=date(2026, 6, 30)
    )
    actions.close_plan(key=PLAN, reason="Hết năm.", actor=keeper, at=now)
    assert actions.remind_of_tasks(at=at((7, 5))) == 0


def test_the_agency_hears_that_it_was_sent_back_and_the_keeper_that_it_is_done(
    task, done, keeper, reporter, now
):
    done()
    actions.send_back_task(task_id=task.id, reason="Thiếu.", actor=keeper, at=now)
    deliver(now)

    assert told(task, "task_done") == {keeper.person_id}
    assert reporter.person_id in told(task, "task_sent_back")
