"""Read messages."""

from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel.records import Page, read_place
from tinhso.notify.models import DeliveryRow, MessageRow, MessageTemplateRow
from tinhso.notify.types import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    MessageNotFound,
    MessageTemplate,
    MessageTemplateNotFound,
)

PAGE_SIZE = 50


def inbox(
    *, person_id: UUID, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Message]:
    """List the messages to a person, the newest first."""
    rows = _with_deliveries().filter(person_id=person_id).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=read_place(after))
    found = list(rows[: limit + 1])
    items = tuple(message_of(row) for row in found[:limit])
    return Page(items, str(items[-1].id) if len(found) > limit else None)


def unread(*, person_id: UUID) -> int:
    """Count the messages a person has not opened."""
    return MessageRow.objects.filter(person_id=person_id, read_at=None).count()


def messages_about(*, subject_id: UUID) -> tuple[Message, ...]:
    """List what was told about a thing, such as a dossier, the oldest first."""
    rows = _with_deliveries().filter(subject_id=subject_id).order_by("id")
    return tuple(message_of(row) for row in rows)


def get_message(*, message_id: UUID, person_id: UUID) -> Message:
    """Find a message to a person.

    :raises MessageNotFound: if there is none, or it is to somebody else.
    """
    row = _with_deliveries().filter(pk=message_id, person_id=person_id).first()
    if row is None:
        raise MessageNotFound()
    return message_of(row)


def get_message_template(*, key: str) -> MessageTemplate:
    """Find the newest version of a wording.

    :raises MessageTemplateNotFound: if there is none.
    """
    row = MessageTemplateRow.objects.filter(key=key).order_by("-number").first()
    if row is None:
        raise MessageTemplateNotFound(key=key)
    return MessageTemplate(
        id=row.id,
        key=row.key,
        version=row.number,
        title=row.title,
        channels=tuple(Channel(name) for name in row.channels),
        subject=row.subject,
        body=row.body,
        source=row.source,
    )


def message_of(row: MessageRow) -> Message:
    """Hand out a message."""
    deliveries = sorted(row.deliveryrow_set.all(), key=lambda one: one.channel)
    return Message(
        id=row.id,
        person_id=row.person_id,
        template_key=row.template.key,
        subject=row.subject,
        body=row.body,
        subject_id=row.subject_id,
        created_at=row.created_at,
        read_at=row.read_at,
        deliveries=tuple(_delivery(one) for one in deliveries),
    )


def _with_deliveries() -> QuerySet[MessageRow]:
    return MessageRow.objects.select_related("template").prefetch_related(
        "deliveryrow_set"
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        channel=Channel(row.channel),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
    )
