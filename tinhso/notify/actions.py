"""Publish wordings, write messages, and deliver them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel import plugins
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Kind
from tinhso.notify import queries
from tinhso.notify.models import DeliveryRow, MessageRow, MessageTemplateRow
from tinhso.notify.providers.base import DeliveryError, Letter, Sender
from tinhso.notify.providers.console import Console
from tinhso.notify.providers.smtp import Smtp
from tinhso.notify.rules import (
    MAX_ATTEMPTS,
    filled,
    one_line,
    placeholders,
    stray_braces,
    tidy,
    wait_after,
    wrong_params,
)
from tinhso.notify.types import (
    MESSAGE_SCHEMA,
    Channel,
    DeliveryState,
    Message,
    MessageNotFound,
    MessageParamsWrong,
    MessageTemplate,
)
from tinhso.people import queries as people

_BUILT_IN = {Channel.EMAIL.value: Smtp, Channel.CONSOLE.value: Console}

# What a message says once what it was about is erased.
ERASED = {"vi": "Nội dung đã được xóa.", "en": "This was erased."}


def publish_message_template(content: Content, actor: Actor, at: datetime) -> None:
    """Keep a new version of a wording; messages written before keep theirs."""
    body = content.body
    with transaction.atomic():
        row = MessageTemplateRow.objects.create(
            key=content.key,
            number=content.version,
            title=body["title"],
            channels=body["channels"],
            subject=body["subject"],
            body=body["body"],
            source=body["source"],
            digest=content.digest,
            published_at=at,
        )
        audit.write(
            "notify.publish_message_template",
            subject="notify.MessageTemplate",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"key": row.key, "version": row.number},
        )


def check_message_template(content: Content) -> dict[str, str]:
    """Answer {field: what is wrong} with braces, and with what English leaves out."""
    wrong = {}
    for field in ("subject", "body"):
        texts = content.body[field]
        for language, text in texts.items():
            if stray_braces(text):
                wrong[f"{field}.{language}"] = "braces enclose placeholders only"
        if placeholders(texts["vi"]) != placeholders(texts["en"]):
            wrong[f"{field}.en"] = "its placeholders are not those of vi"
    return wrong


MESSAGES = Kind(
    name="messages",
    pattern="messages/*.yaml",
    schema=MESSAGE_SCHEMA,
    apply=publish_message_template,
    check=check_message_template,
)


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
    """Write a message into a person's inbox and queue its deliveries.

    dedupe_key: the same key answers the same message, however often it is asked for.
    :raises MessageTemplateNotFound: if there is no such wording.
    :raises MessageParamsWrong: if a placeholder has no value, or one too long.
    """
    template = queries.get_message_template(key=template_key)
    subject, body = _written(template, params)
    with transaction.atomic():
        row, fresh = MessageRow.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={
                "person_id": person_id,
                "template_id": template.id,
                "subject": subject,
                "body": body,
                "subject_id": subject_id,
                "created_at": at,
            },
        )
        if fresh:
            _queue(row, template, at)
            _write_audit(row, template, actor, at)
    return queries.message_of(row)


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
        subject=ERASED, body=ERASED
    )


def deliver_due(*, at: datetime, limit: int = 100) -> int:
    """Try deliveries that are due, each in its own transaction; say how many went.

    Workers at the same time take different ones. A worker that dies leaves its
    delivery queued. A service that does not answer ends the round, so that nobody
    waits for it once for each letter. Whoever calls must not have a transaction open
    around it.
    """
    return sum(outcome for outcome in _outcomes(at, limit) if outcome)


def _outcomes(at: datetime, limit: int) -> list[bool]:
    done: list[bool] = []
    while len(done) < limit and (outcome := _deliver_next(at)) is not None:
        done.append(outcome)
    return done


def _deliver_next(at: datetime) -> bool | None:
    """Try one; None when nothing is due, or the service is away."""
    with transaction.atomic():
        row = (
            DeliveryRow.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message")
            .filter(state=DeliveryState.QUEUED, next_attempt_at__lte=at)
            .order_by("next_attempt_at", "id")
            .first()
        )
        if row is None:
            return None
        is_away = _try(row, at)
        row.save()
        return None if is_away else row.state == DeliveryState.DELIVERED


def _try(row: DeliveryRow, at: datetime) -> bool:
    """Try one; tell whether the service is away."""
    to = _address(row)
    if not to:
        row.state = DeliveryState.NO_ADDRESS
        return False
    row.attempts += 1
    try:
        _sender(row.channel).send(_letter(row, to))
    except DeliveryError as error:
        _note_failure(row, error, at)
        return error.away
    row.state, row.delivered_at, row.last_error = DeliveryState.DELIVERED, at, ""
    return False


def _note_failure(row: DeliveryRow, error: DeliveryError, at: datetime) -> None:
    row.last_error = str(error)[:300]
    row.next_attempt_at = at + wait_after(row.attempts)
    # A service that is away for a day must not cost anybody their letter.
    if error.permanent or (row.attempts >= MAX_ATTEMPTS and not error.away):
        row.state = DeliveryState.FAILED


def _address(row: DeliveryRow) -> str:
    if row.channel == Channel.CONSOLE:
        return "console"
    return people.get_person(person_id=row.message.person_id).email


def _letter(row: DeliveryRow, to: str) -> Letter:
    message = row.message
    body = f"{message.body['vi']}\n\n---\n\n{message.body['en']}\n"
    return Letter(to=to, subject=message.subject["vi"], body=body, key=str(row.id))


def _sender(channel: str) -> Sender:
    made: Sender = plugins.load(
        group="tinhso.notify", name=channel, built_in=_BUILT_IN
    )()
    return made


def _written(
    template: MessageTemplate, params: Mapping[str, object]
) -> tuple[dict[str, str], dict[str, str]]:
    texts = [*template.subject.values(), *template.body.values()]
    wanted = set().union(*map(placeholders, texts))
    if wrong := wrong_params(wanted, params):
        raise MessageParamsWrong(wrong)
    values = {name: tidy(params[name]) for name in wanted}
    subject = {k: one_line(filled(t, values)) for k, t in template.subject.items()}
    body = {k: filled(t, values) for k, t in template.body.items()}
    return subject, body


def _queue(row: MessageRow, template: MessageTemplate, at: datetime) -> None:
    DeliveryRow.objects.bulk_create(
        DeliveryRow(
            message=row,
            channel=channel,
            state=DeliveryState.QUEUED,
            next_attempt_at=at,
        )
        for channel in template.channels
        if channel != Channel.INBOX
    )


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
