"""An event is told if and only if its change was made, and each reaction acts once."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.events.types import Event


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(Event):
    word: str


@pytest.fixture
def told(monkeypatch):
    """Reactions of this test alone; answers the list they write to."""
    monkeypatch.setattr(events, "_reactions", events.defaultdict(list))
    monkeypatch.setattr(events, "_event_types", {})
    heard = []

    def listen(event, context, at):
        heard.append((event.word, context.event_id))

    events.on(SomethingHappened, listen)
    return heard


def record(now, word="x"):
    with transaction.atomic():
        event = SomethingHappened(subject_id=uuid4(), word=word)
        return events.record(event, actor=SYSTEM, at=now)


@pytest.mark.django_db
def test_an_event_is_delivered_once_however_often_it_is_tried(told, now):
    event_id = record(now)

    events.deliver(event_id=event_id, at=now)
    events.deliver(event_id=event_id, at=now)

    assert told == [("x", event_id)]
    assert OutboxEvent.objects.get().delivered_at == now


@pytest.mark.django_db
def test_a_change_that_fails_takes_its_event_and_job_along(told, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(now)
        raise RuntimeError

    assert not OutboxEvent.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_the_job_stands_in_the_same_transaction(told, now):
    event_id = record(now)

    job = ProcrastinateJob.objects.get()
    assert job.args == {"event_id": str(event_id)}


@pytest.mark.django_db
def test_the_job_is_the_one_that_procrastinate_would_have_written(told, now):
    event = OutboxEvent.objects.get(pk=record(now))
    events._defer(event.id, event.subject_id)

    ours, theirs = ProcrastinateJob.objects.order_by("id").values()

    assert {**ours, "id": None} == {**theirs, "id": None}


@pytest.mark.django_db
def test_a_reaction_that_fails_leaves_nothing_and_is_tried_again(told, now):
    broken = True

    def react(event, context, at):
        audit.write("t.x", subject="t.X", subject_id=None, actor=SYSTEM, at=at)
        if broken:
            raise RuntimeError

    events.on(SomethingHappened, react)
    event_id = record(now)

    with pytest.raises(RuntimeError):
        events.deliver(event_id=event_id, at=now)
    assert not JournalEntry.objects.exists()
    broken = False
    events.deliver(event_id=event_id, at=now)

    assert JournalEntry.objects.count() == 1
    assert len(told) == 1


@pytest.mark.django_db
def test_a_reaction_that_fails_keeps_no_other_from_hearing(told, now):
    def fail(event, context, at):
        raise RuntimeError("away")

    events._reactions[events.event_name(SomethingHappened)].insert(0, fail)
    event_id = record(now)

    with pytest.raises(RuntimeError, match="away"):
        events.deliver(event_id=event_id, at=now)

    assert told == [("x", event_id)]
    assert OutboxEvent.objects.get().delivered_at is None


@pytest.mark.django_db
def test_what_nobody_delivered_is_deferred_once_more(told, now):
    record(now)
    _all_jobs_are("failed")

    assert events.redeliver_overdue(before=now) == 0
    assert events.redeliver_overdue(before=now + timedelta(minutes=2)) == 1
    assert ProcrastinateJob.objects.count() == 2


@pytest.mark.django_db
def test_what_waits_in_a_long_queue_is_not_deferred_again(told, now):
    record(now)

    assert events.redeliver_overdue(before=now + timedelta(minutes=2)) == 0
    assert ProcrastinateJob.objects.count() == 1


def _all_jobs_are(status, task=events.DELIVER_JOB):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status,"
            " task_name = %s",
            [status, task],
        )


@pytest.mark.django_db
def test_what_a_worker_died_with_is_done_by_another(told, now):
    record(now)
    _all_jobs_are("doing")

    assert events.take_up_abandoned() == 1
    assert ProcrastinateJob.objects.get().status == "todo"


@pytest.mark.django_db
def test_what_a_living_worker_does_is_left_to_it(told, now):
    record(now)
    _all_jobs_are("doing")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute(
            "UPDATE procrastinate_jobs SET worker_id = %s", cursor.fetchone()
        )

    assert events.take_up_abandoned() == 0
    assert ProcrastinateJob.objects.get().status == "doing"


@pytest.mark.django_db
def test_a_round_by_the_clock_that_died_is_closed_for_the_next_one_comes(told, now):
    record(now)
    _all_jobs_are("doing", task="tinhso.jobs.x")

    assert events.take_up_abandoned() == 0
    assert ProcrastinateJob.objects.get().status == "failed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "hours", "is_kept"),
    [
        ("succeeded", 25, False),
        ("succeeded", 23, True),
        ("failed", 25, True),
        ("failed", 91 * 24, False),
        ("todo", 91 * 24, True),
    ],
)
def test_jobs_that_are_done_are_forgotten_after_a_day(
    told, now, status, hours, is_kept
):
    record(now)
    _all_jobs_are("doing")
    if status != "todo":
        _all_jobs_are(status)
    with connection.cursor() as cursor:
        past = "UPDATE procrastinate_events SET at = at - %s * interval '1 hour'"
        cursor.execute(past, [hours])

    events.forget_jobs()

    assert ProcrastinateJob.objects.exists() is is_kept


def test_an_event_outside_a_transaction_is_refused(told, now, monkeypatch):
    monkeypatch.setattr(events, "connection", SimpleNamespace(in_atomic_block=False))

    with pytest.raises(RuntimeError, match="in the transaction"):
        events.record(
            SomethingHappened(subject_id=uuid4(), word="x"), actor=SYSTEM, at=now
        )


@pytest.mark.django_db
def test_a_reaction_that_came_later_catches_up_alone_and_once(told, now):
    event_id = record(now)
    events.deliver(event_id=event_id, at=now)
    later = []

    def hear_later(event, context, at):
        later.append((event.word, context.recorded_at))

    hear_later.__module__ = "a.page"
    events.on(SomethingHappened, hear_later)

    counts = [
        events.catch_up(page="a.page", at=now + timedelta(minutes=2)) for _ in range(2)
    ]

    assert counts == [1, 0]
    assert later == [("x", now)]
    assert len(told) == 1
