"""Publish what happened, and tell subscribers: in order, at least once, with patience.

A message is numbered when it is published, one after the other, so that a subscription
is a place in a row: what stands behind it was taken. A receiver that is away keeps its
place; only a message it never takes is put aside, and seen.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from tinhso.exchange.actions.changing import note
from tinhso.exchange.models import DeadLetterRow, SubscriptionRow, TopicMessageRow
from tinhso.exchange.providers import webhooks
from tinhso.exchange.rules import fields as agreed
from tinhso.exchange.rules import topics as rules
from tinhso.exchange.types import AgreementState, SubscriptionUnknown, Told
from tinhso.kernel.actor import Actor

AT_ONCE = 200
# Of a subscription that is told: it is approved, and who it belongs to not ended.
TAKES_PART: Mapping[str, AgreementState | None] = {
    "state": AgreementState.APPROVED,
    "consumer__ended_at": None,
    "consumer__member__ended_at": None,
}


def publish(*, topic: str, key: UUID, body: Mapping[str, Any], at: datetime) -> bool:
    """Publish what happened, once for each key; tell whether it is new.

    Needs a transaction; those who publish at once wait for each other, so that no
    number appears after a higher one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('exchange.topics', 0))"
        )
    _, is_new = TopicMessageRow.objects.get_or_create(
        topic=topic, key=key, defaults={"body": body, "at": at}
    )
    return is_new


def replay(
    *, subscription_id: UUID, since: datetime, actor: Actor, at: datetime
) -> int:
    """Tell again what happened since a moment; answers how many messages.

    What happened before the subscription's own `since` stays untold. Receivers know
    messages by their ids, so nothing happens there twice.

    :raises SubscriptionUnknown: if there is none in force.
    """
    with transaction.atomic():
        row = _lock(subscription_id)
        first = first_since(row, since)
        if first is None:
            return 0
        row.position = min(row.position, first - 1)
        row.attempts, row.next_at = 0, at
        row.save(update_fields=["position", "attempts", "next_at"])
        note_on("replay", row, actor, at, since=since.isoformat())
        return _agreed(row).filter(number__gt=row.position).count()


def retry_dead(*, subscription_id: UUID, actor: Actor, at: datetime) -> int:
    """Hand the messages that were put aside once more; answers how many were taken.

    :raises SubscriptionUnknown: if there is none in force.
    """
    taken = 0
    with transaction.atomic(), webhooks.client() as through:
        row = _lock(subscription_id)
        dead = DeadLetterRow.objects.select_for_update().filter(
            subscription=row, again_at=None
        )
        for letter in dead.select_related("message").order_by("message__number"):
            if not _handed(row, letter.message, through, at):
                break
            letter.again_at, taken = at, taken + 1
            letter.save(update_fields=["again_at"])
        note_on("retry_dead", row, actor, at, taken=taken)
    return taken


def tell_subscribers(*, at: datetime) -> Told:
    """Tell each subscriber what is due, in order; several workers take different ones.

    A system that takes no part any more is told nothing; its place is kept. Whoever
    calls must not have a transaction open around it.
    """
    due = SubscriptionRow.objects.filter(**TAKES_PART, next_at__lte=at)
    told = Told(0, 0, 0)
    with webhooks.client() as through:
        for subscription_id in list(due.values_list("id", flat=True)):
            one = _tell(subscription_id, through, at)
            told = Told(
                told.taken + one.taken, told.failed + one.failed, told.dead + one.dead
            )
    return told


def _tell(subscription_id: UUID, through: httpx.Client, at: datetime) -> Told:
    """Tell one subscriber until nothing is left, or it takes no more."""
    taken = 0
    for _ in range(AT_ONCE):
        with transaction.atomic():
            row = _free(subscription_id, at)
            message = _next(row) if row is not None else None
            if row is None or message is None:
                break
            if not _handed(row, message, through, at):
                return Told(taken, 1, int(_set_back(row, message, at)))
            row.position, row.attempts, row.last_error = message.number, 0, ""
            row.save(update_fields=["position", "attempts", "last_error"])
        taken += 1
    return Told(taken, 0, 0)


def _free(subscription_id: UUID, at: datetime) -> SubscriptionRow | None:
    rows = SubscriptionRow.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=subscription_id, **TAKES_PART, next_at__lte=at).first()


def _next(row: SubscriptionRow) -> TopicMessageRow | None:
    return _agreed(row).filter(number__gt=row.position).order_by("number").first()


def first_since(row: SubscriptionRow, since: datetime) -> int | None:
    """Number the first message a subscription may be told that happened since then."""
    found = _agreed(row).filter(at__gte=since).order_by("number")
    return found.values_list("number", flat=True).first()


def last_number(topic: str) -> int:
    """Number the last message of a topic, 0 if there is none."""
    rows = TopicMessageRow.objects.filter(topic=topic).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def _agreed(row: SubscriptionRow) -> QuerySet[TopicMessageRow]:
    """Find what a subscription may be told at all."""
    return TopicMessageRow.objects.filter(topic=row.topic, at__gte=row.since)


def _handed(
    row: SubscriptionRow, message: TopicMessageRow, through: httpx.Client, at: datetime
) -> bool:
    told = agreed.kept(dict(message.body), row.fields)
    body = json.dumps(
        {"type": message.topic, "timestamp": message.at.isoformat(), "data": told},
        ensure_ascii=False,
    ).encode()
    moment, name = int(at.timestamp()), str(message.key)
    signed = rules.signature(
        key=key_of(row.id), message_id=name, moment=moment, body=body
    )
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": signed,
    }
    try:
        webhooks.hand(through, row.address, content=body, headers=headers)
    except webhooks.ReceiverFailed as error:
        row.last_error = str(error)[:200]
        return False
    return True


def _set_back(row: SubscriptionRow, message: TopicMessageRow, at: datetime) -> bool:
    """Try again later, or put the message aside; tell whether it was put aside."""
    row.attempts += 1
    is_dead = row.attempts >= rules.MOST_ATTEMPTS
    if is_dead:
        DeadLetterRow.objects.create(
            subscription=row, message=message, error=row.last_error, put_at=at
        )
        row.position, row.attempts = message.number, 0
    row.next_at = at + rules.wait_after(max(row.attempts, 1))
    row.save(update_fields=["position", "attempts", "last_error", "next_at"])
    return is_dead


def _lock(subscription_id: UUID) -> SubscriptionRow:
    rows = SubscriptionRow.objects.select_for_update(of=("self",))
    row = rows.filter(pk=subscription_id, **TAKES_PART).first()
    if row is None:
        raise SubscriptionUnknown
    return row


def key_of(subscription_id: UUID) -> bytes:
    """Derive the key of a subscription, so that none is kept."""
    text = f"exchange.subscription:{subscription_id}"
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256")


def note_on(
    deed: str, row: SubscriptionRow, actor: Actor, at: datetime, **details: object
) -> None:
    """Write an act on a subscription into the journal."""
    note(
        deed,
        subject="Subscription",
        subject_id=row.id,
        actor=actor,
        at=at,
        details=details,
    )
