"""Read messages, and the wordings they are made by."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from tinhso.kernel.packs.types import Content
from tinhso.kernel.records import Page, read_place
from tinhso.notify.models import DeliveryRow, MessageRow, MessageTemplateRow
from tinhso.notify.providers.links import read_token
from tinhso.notify.rules import sms, wording
from tinhso.notify.types import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    MessageNotFound,
    MessageTemplate,
    MessageTemplateNotFound,
    Obligation,
    Preview,
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


def message_by_key(*, dedupe_key: str) -> Message:
    """Find the message that was written by a key.

    :raises MessageNotFound: if there is none.
    """
    row = _with_deliveries().filter(dedupe_key=dedupe_key).first()
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
    return template_from(row)


def template_of_link(*, token: str) -> MessageTemplate:
    """Find which kind of message a link to do without it is about.

    :raises LinkWrong: if it is not ours.
    """
    _, key = read_token(token)
    return get_message_template(key=key)


def message_templates() -> tuple[MessageTemplate, ...]:
    """List the newest version of each wording, by key."""
    rows = MessageTemplateRow.objects.order_by("key", "-number").distinct("key")
    return tuple(template_from(row) for row in rows)


def template_of(*, content: Content) -> MessageTemplate:
    """Read a wording as content writes it, before it is published."""
    body = content.body
    return MessageTemplate(
        id=UUID(int=0),
        key=content.key,
        version=content.version,
        title=body["title"],
        channels=tuple(Channel(name) for name in body["channels"]),
        subject=body["subject"],
        body=body["body"],
        source=body["source"],
        obligation=Obligation(body.get("obligation", "service")),
        short=body.get("sms"),
        zalo=body.get("zalo", ""),
        is_urgent=body.get("urgent", False),
        examples=tuple(body.get("examples", [])),
    )


def preview(*, template: MessageTemplate, values: Mapping[str, str]) -> Preview:
    """Show a wording as each channel would, filled with values.

    :raises MessageParamsWrong: if a placeholder has no value, or one too long.
    """
    text = wording.written(template, values)
    accented = settings.TINHSO_SMS_ACCENTED
    short = sms.fitted(text.short["vi"] if accented else sms.plain(text.short["vi"]))
    measured = sms.measured(short)
    return Preview(
        values=values,
        subject=text.subject,
        body=text.body,
        sms=short,
        segments=measured.segments,
        coding=measured.coding,
        push={"title": text.subject["vi"], "body": ""},
        zalo=text.zalo,
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
        ways=tuple(Channel(one) for one in row.ways or ()),
        obligation=Obligation(row.template.obligation),
    )


def _with_deliveries() -> QuerySet[MessageRow]:
    return MessageRow.objects.select_related("template").prefetch_related(
        "deliveryrow_set"
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        channel=Channel(row.channel),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
        sent_at=row.sent_at,
        reference=row.reference,
        segments=row.segments,
        cost=row.cost,
    )


def template_from(row: MessageTemplateRow) -> MessageTemplate:
    """Hand out a wording."""
    return MessageTemplate(
        id=row.id,
        key=row.key,
        version=row.number,
        title=row.title,
        channels=tuple(Channel(name) for name in row.channels),
        subject=row.subject,
        body=row.body,
        source=row.source,
        obligation=Obligation(row.obligation),
        short=row.short,
        zalo=row.zalo,
        is_urgent=row.is_urgent,
        examples=tuple(row.examples or ()),
    )
