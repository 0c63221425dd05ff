"""Record events in the outbox, and deliver them to the reactions."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import DEFAULT_QUEUE, Job, Status
from pydantic import TypeAdapter

from tinhso.kernel.events.models import Delivery, OutboxEvent
from tinhso.kernel.events.types import Causer, Event, EventContext
from tinhso.kernel.ids import new_id

DELIVER_JOB = "tinhso.jobs.deliver_event"
DONE_JOBS_HOURS, FAILED_JOBS_HOURS = 24, 90 * 24

# Every act passes here, so an event and the job that delivers it are written together.
# One lock for each subject: its events are delivered in the order of recording.
RECORD = f"""
event AS (
    INSERT INTO {OutboxEvent._meta.db_table}
        (id, name, subject_id, actor_id, recorded_at, body)
    SELECT %(event)s, %(event_name)s, %(event_subject)s, %(actor)s::uuid, %(at)s,
        %(event_body)s::jsonb ADDED
    RETURNING id, subject_id
)"""
DEFER = f""", job AS (
    INSERT INTO {ProcrastinateJob._meta.db_table} (queue_name, task_name, lock, args)
    SELECT '{DEFAULT_QUEUE}', '{DELIVER_JOB}', subject_id::text,
        jsonb_build_object('event_id', id) FROM event
)"""  # noqa: S608 - the names are our own

E = TypeVar("E", bound=Event)
Reaction = Callable[[E, EventContext, datetime], object]

_event_types: dict[str, type[Event]] = {}
_adapters: dict[type[Event], TypeAdapter[Any]] = {}
_reactions: dict[str, list[Reaction[Any]]] = defaultdict(list)


def on(event_type: type[E], reaction: Reaction[E]) -> None:
    """Let a reaction follow an event. Called on `project/reactions.py` only."""
    name = event_name(event_type)
    _event_types[name] = event_type
    _reactions[name].append(reaction)


def event_name(event_type: type[Event]) -> str:
    """Name an event by its room: `procedures.DossierSubmitted`."""
    return f"{event_type.__module__.split('.')[1]}.{event_type.__name__}"


def record(event: Event, *, actor: Causer, at: datetime) -> UUID:
    """Write an event into the outbox of the current transaction.

    :raises RuntimeError: if no transaction is open, since the event could then
        outlive a change that failed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction that makes it")
    parts, values = recording(event, actor=actor, at=at)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} SELECT id FROM event", values)  # noqa: S608
        event_id: UUID = cursor.fetchone()[0]
    return event_id


def recording(
    event: Event, *, actor: Causer, at: datetime, added: str = ""
) -> tuple[str, dict[str, Any]]:
    """Lay an event out as part of a larger statement: its SQL, and the values.

    added: SQL that completes the body from another part: `|| … FROM dossier`.
    """
    name = event_name(type(event))
    return _parts(added, name in _reactions), {
        "at": at,
        "actor": actor.id,
        "event": new_id(),
        "event_name": name,
        "event_subject": event.subject_id,
        "event_body": _adapter(type(event)).dump_json(event).decode(),
    }


@lru_cache
def _parts(added: str, is_awaited: bool) -> str:
    sql = RECORD + (DEFER if is_awaited else "")
    return " ".join(sql.replace("ADDED", added).split())


def deliver(*, event_id: UUID, at: datetime) -> int:
    """Hand an event to each of its reactions that has not had it; say how many.

    One that fails keeps no other from having it; it is raised afterwards.
    """
    row = OutboxEvent.objects.get(pk=event_id)
    if row.name not in _event_types:
        return 0
    done, failed = 0, None
    for reaction in _reactions[row.name]:
        try:
            done += _deliver_once(reaction, row, at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            failed = failed or error
    if failed is not None:
        raise failed
    OutboxEvent.objects.filter(pk=event_id, delivered_at=None).update(delivered_at=at)
    return done


def redeliver_overdue(*, before: datetime, most: int = 1000) -> int:
    """Defer once more what was recorded before a moment and waits for no job."""
    overdue = OutboxEvent.objects.filter(
        delivered_at=None, recorded_at__lt=before, name__in=list(_reactions)
    ).exclude(Exists(_open_jobs()))
    rows = list(overdue.order_by("id").values_list("id", "subject_id")[:most])
    for event_id, subject_id in rows:
        _defer(event_id, subject_id)
    return len(rows)


def _open_jobs() -> QuerySet[ProcrastinateJob]:
    """Find the jobs of an event that wait or run; a lock is that of its subject."""
    named = KeyTextTransform("event_id", "args")
    return ProcrastinateJob.objects.filter(
        Exact(named, Cast(OuterRef("id"), CharField())),
        task_name=DELIVER_JOB,
        status__in=(Status.TODO.value, Status.DOING.value),
        lock=Cast(OuterRef("subject_id"), CharField()),
    )


def take_up_abandoned() -> int:
    """Let others do what a worker had begun when it died; say how many.

    A job that is being done keeps its lock: until it is taken up, nothing more would
    be told of its dossier. What comes again by the clock is not repeated.
    """
    abandoned = async_to_sync(jobs.job_manager.get_stalled_jobs)()
    return sum(async_to_sync(_take_up)(job) for job in abandoned)


async def _take_up(job: Job) -> bool:
    if job.task_name == DELIVER_JOB:
        await jobs.job_manager.retry_job(job)
        return True
    await jobs.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    return False


def forget_jobs() -> None:
    """Forget the jobs that ended well before yesterday, and those that did not later.

    Clocks alone make ninety thousand a day.
    """
    forget = async_to_sync(jobs.job_manager.delete_old_jobs)
    forget(nb_hours=DONE_JOBS_HOURS)
    forget(nb_hours=FAILED_JOBS_HOURS, include_failed=True)


def forget_deliveries(*, page: str) -> int:
    """Forget what the reactions of one page have had, so that they get it all again.

    page: the module they stand in; what they did must be gone in the same transaction.
    """
    handlers = [
        _handler(reaction)
        for reactions in _reactions.values()
        for reaction in reactions
        if reaction.__module__ == page
    ]
    forgotten, _ = Delivery.objects.filter(handler__in=handlers).delete()
    return forgotten


def catch_up(*, page: str, at: datetime, most: int = 1000) -> int:
    """Hand the reactions of one page the events that were before them; say how many.

    page: the module they stand in. In the order of recording, each once, as ever.
    """
    return sum(
        _catch_up(name, reaction, at, most)
        for name, reactions in _reactions.items()
        for reaction in reactions
        if reaction.__module__ == page
    )


def _catch_up(name: str, reaction: Reaction[Any], at: datetime, most: int) -> int:
    had = Delivery.objects.filter(event=OuterRef("pk"), handler=_handler(reaction))
    missed = OutboxEvent.objects.filter(~Exists(had), name=name).order_by("id")
    return sum(_deliver_once(reaction, row, at) for row in missed[:most])


def _deliver_once(reaction: Reaction[Any], row: OutboxEvent, at: datetime) -> bool:
    event = _adapter(_event_types[row.name]).validate_python(row.body)
    context = EventContext(row.id, row.actor_id, row.recorded_at)
    with transaction.atomic():
        _, fresh = Delivery.objects.get_or_create(
            event_id=row.id,
            handler=_handler(reaction),
            defaults={"delivered_at": at},
        )
        if fresh:
            reaction(event, context, at)
    return fresh


def _handler(reaction: Reaction[Any]) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"


def _defer(event_id: UUID, subject_id: UUID) -> None:
    jobs.configure_task(DELIVER_JOB, lock=str(subject_id)).defer(event_id=str(event_id))


def _adapter(event_type: type[Event]) -> TypeAdapter[Any]:
    if event_type not in _adapters:
        _adapters[event_type] = TypeAdapter(event_type)
    return _adapters[event_type]
