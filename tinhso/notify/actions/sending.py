"""Write messages into inboxes, and queue the ways they go out by."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.notify import providers, queries
from tinhso.notify.models import DeliveryRow, MessageRow
from tinhso.notify.rules.ways import ways
from tinhso.notify.rules.wording import Written, written
from tinhso.notify.types import (
    Channel,
    ChannelSettings,
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
    template = queries.get_message_template(key=template_key)
    text = written(template, params)
    chosen = queries.channel_settings(person_id=person_id)
    with transaction.atomic():
        row, fresh = MessageRow.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults=_values(template, text, chosen, subject_id, at),
        )
        if fresh:
            _queue(row, template, chosen, at)
            _write_audit(row, template, actor, at)
    return queries.message_of(row)


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


def _values(
    template: MessageTemplate,
    text: Written,
    chosen: ChannelSettings,
    subject_id: UUID | None,
    at: datetime,
) -> dict[str, object]:
    return {
        "person_id": chosen.person_id,
        "template_id": template.id,
        "subject": text.subject,
        "body": text.body,
        "short": text.short,
        "zalo": text.zalo,
        "ways": ways(
            template.channels,
            chosen,
            key=template.key,
            obligation=template.obligation,
            there=providers.there(),
        ),
        "subject_id": subject_id,
        "created_at": at,
    }


def _queue(
    row: MessageRow, template: MessageTemplate, chosen: ChannelSettings, at: datetime
) -> None:
    first = list(row.ways or ()) if chosen.is_every else list(row.ways or ())[:1]
    # The console is no way to anybody, and stands beside the others.
    beside = [Channel.CONSOLE] if Channel.CONSOLE in template.channels else []
    made = [
        DeliveryRow(message=row, channel=way, **_fresh(row, way, at))
        for way in (*first, *beside)
    ]
    DeliveryRow.objects.bulk_create(made)
    if made and all(one.state == DeliveryState.NO_ADDRESS for one in made):
        queue_next(message=row, at=at)


def _fresh(message: MessageRow, way: str, at: datetime) -> dict[str, object]:
    """Lay a new delivery out; one on paper needs an address before it is printed."""
    is_lost = way == Channel.LETTER and not _residence(message.person_id)
    state = DeliveryState.NO_ADDRESS if is_lost else DeliveryState.QUEUED
    return {"state": state, "next_attempt_at": at, "since": None if is_lost else at}


def _residence(person_id: UUID) -> str:
    return people.get_person(person_id=person_id).residence.strip()


def _write_audit(
    row: MessageRow, template: MessageTemplate, actor: Actor, at: datetime
) -> None:
    audit.write(
        "notify.send_message",
        subject="notify.Message",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"template": template.key, "version": template.version},
    )
