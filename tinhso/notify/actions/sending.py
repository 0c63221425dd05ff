"""Write messages into inboxes, and queue the ways they go out by."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.ids import new_id
from tinhso.notify import providers, queries
from tinhso.notify.actions.storing import Queued, store
from tinhso.notify.models import DeliveryRow, MessageRow
from tinhso.notify.rules.ways import ways
from tinhso.notify.rules.wording import written
from tinhso.notify.types import (
    Channel,
    ChannelSettings,
    Delivery,
    DeliveryState,
    Message,
    MessageNotFound,
    MessageTemplate,
)
from tinhso.people import queries as people

# What a message says once what it was about is erased.
ERASED = {"vi": "Nội dung đã được xóa.", "en": "This was erased."}


def send_message(
    *,
    template_key: str,
    person_id: UUID,
    params: Mapping[str, object],
    subject_id: UUID | None,
    dedupe_key: str,
    actor: Actor,
    at: datetime,
) -> Message:
    """Write a message into a person's inbox and queue the first way it goes out by.

    It goes by the channels of its wording that the person uses, in their order: the
    next one where one failed, or by all of them at once if they want it so.

    dedupe_key: the same key answers the same message, however often it is asked for.
    :raises MessageTemplateNotFound: if there is no such wording.
    :raises MessageParamsWrong: if a placeholder has no value, or one too long.
    """
    template, chosen = queries.to_write(key=template_key, person_id=person_id)
    text = written(template, params)
    order = ways(
        template.channels,
        chosen,
        key=template.key,
        obligation=template.obligation,
        there=providers.there(),
    )
    queued = _queued(template, chosen, order)
    message_id = store(
        person_id=person_id,
        template=template,
        text=text,
        ways=order,
        queued=queued,
        subject_id=subject_id,
        dedupe_key=dedupe_key,
        actor=actor,
        at=at,
    )
    if message_id is None:
        return queries.message_by_key(dedupe_key=dedupe_key)
    return Message(
        id=message_id,
        person_id=person_id,
        template_key=template.key,
        subject=text.subject,
        body=text.body,
        subject_id=subject_id,
        created_at=at,
        read_at=None,
        deliveries=tuple(
            Delivery(one.id, Channel(one.channel), one.state, 0, "", at, None)
            for one in sorted(queued, key=lambda one: one.channel)
        ),
        ways=order,
        obligation=template.obligation,
    )


def queue_next(*, message: MessageRow, at: datetime) -> DeliveryRow | None:
    """Queue the next way of a message that has not been taken; None if none is left."""
    taken = set(message.deliveryrow_set.values_list("channel", flat=True))
    left = [way for way in message.ways or () if way not in taken]
    if not left:
        return None
    row, _ = DeliveryRow.objects.get_or_create(
        message=message, channel=left[0], defaults=_fresh(message, left[0], at)
    )
    if row.state == DeliveryState.NO_ADDRESS:
        return queue_next(message=message, at=at)
    return row


def read_message(
    *, message_id: UUID, person_id: UUID, actor: Actor, at: datetime
) -> Message:
    """Note that a person opened a message; the first time counts.

    :raises MessageNotFound: if there is none to this person.
    """
    with transaction.atomic():
        mine = MessageRow.objects.filter(pk=message_id, person_id=person_id)
        if not mine.exists():
            raise MessageNotFound()
        mine.filter(read_at=None).update(read_at=at)
    return queries.get_message(message_id=message_id, person_id=person_id)


def erase_messages(*, subject_id: UUID) -> int:
    """Empty the messages about something that was erased; say how many there were."""
    return MessageRow.objects.filter(subject_id=subject_id).update(
        subject=ERASED, body=ERASED, short=ERASED, zalo=None
    )


def _queued(
    template: MessageTemplate, chosen: ChannelSettings, order: tuple[Channel, ...]
) -> list[Queued]:
    """Lay out what goes at once: the first way, or all of them if wanted so."""
    made = []
    for way in order:
        made.append(Queued(new_id(), way, _state(chosen.person_id, way)))
        if made[-1].state is DeliveryState.QUEUED and not chosen.is_every:
            break
    # The console is no way to anybody, and stands beside the others.
    if Channel.CONSOLE in template.channels:
        made.append(Queued(new_id(), Channel.CONSOLE, DeliveryState.QUEUED))
    return made


def _state(person_id: UUID, way: str) -> DeliveryState:
    """Tell how a way begins; a letter on paper needs an address to be printed."""
    is_lost = way == Channel.LETTER and not _residence(person_id)
    return DeliveryState.NO_ADDRESS if is_lost else DeliveryState.QUEUED


def _fresh(message: MessageRow, way: str, at: datetime) -> dict[str, object]:
    state = _state(message.person_id, way)
    since = at if state is DeliveryState.QUEUED else None
    return {"state": state, "next_attempt_at": at, "since": since}


def _residence(person_id: UUID) -> str:
    return people.get_person(person_id=person_id).residence.strip()
