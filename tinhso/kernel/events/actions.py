"""Record events in the outbox, and deliver them to the reactions."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs
from pydantic import TypeAdapter

from tinhso.kernel.events.models import Delivery, OutboxEvent
from tinhso.kernel.events.types import Causer, Event, EventContext
from tinhso.kernel.ids import new_id

DELIVER_JOB = "tinhso.jobs.deliver_event"

# Written by hand, for every act passes here.
RECORD = f"""
INSERT INTO {OutboxEvent._meta.db_table}
    (id, name, subject_id, body, actor_id, recorded_at)
VALUES (%s, %s, %s, %s::jsonb, %s, %s)
"""  # noqa: S608 - the name is our own

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
    name = event_name(type(event))
    event_id = new_id()
    body = _adapter(type(event)).dump_json(event).decode()
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [event_id, name, event.subject_id, body, actor.id, at])
    if name in _reactions:
        _defer(event_id, event.subject_id)
    return event_id


def deliver(*, event_id: UUID, at: datetime) -> int:
    """Hand an event to each of its reactions that has not had it; say how many."""
    row = OutboxEvent.objects.get(pk=event_id)
    event_type = _event_types.get(row.name)
    if event_type is None:
        return 0
    event = _adapter(event_type).validate_python(row.body)
    context = EventContext(row.id, row.actor_id)
    done = sum(
        _deliver_once(reaction, event, context, at) for reaction in _reactions[row.name]
    )
    OutboxEvent.objects.filter(pk=event_id, delivered_at=None).update(delivered_at=at)
    return done


def redeliver_overdue(*, before: datetime) -> int:
    """Defer once more what was recorded before a moment and never delivered."""
    overdue = OutboxEvent.objects.filter(
        delivered_at=None, recorded_at__lt=before, name__in=list(_reactions)
    ).values_list("id", "subject_id")
    for event_id, subject_id in overdue[:1000]:
        _defer(event_id, subject_id)
    return len(overdue[:1000])


def _deliver_once(
    reaction: Reaction[Any], event: Event, context: EventContext, at: datetime
) -> bool:
    with transaction.atomic():
        _, fresh = Delivery.objects.get_or_create(
            event_id=context.event_id,
            handler=f"{reaction.__module__}.{reaction.__qualname__}",
            defaults={"delivered_at": at},
        )
        if fresh:
            reaction(event, context, at)
    return fresh


def _defer(event_id: UUID, subject_id: UUID) -> None:
    # One lock for each subject: its events are delivered in the order of recording.
    jobs.configure_task(DELIVER_JOB, lock=str(subject_id)).defer(event_id=str(event_id))


def _adapter(event_type: type[Event]) -> TypeAdapter[Any]:
    if event_type not in _adapters:
        _adapters[event_type] = TypeAdapter(event_type)
    return _adapters[event_type]
