"""Publish what happened, and tell subscribers: in order, at least once, with patience.

A message is numbered when it is published, one after the other, so that a subscription
is a place in a row: what stands behind it was taken. A receiver that is away keeps its
place; only a message it never takes is put aside, and seen.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.db import connection, transaction

from tinhso.exchange.actions.changing import note
from tinhso.exchange.models import (
    DeadLetterRow,
    SubscriptionRow,
    SubsystemRow,
    TopicMessageRow,
)
from tinhso.exchange.providers import webhooks
from tinhso.exchange.queries.topics import find_topic, subscription_of
from tinhso.exchange.rules import fields as agreed
from tinhso.exchange.rules import topics as rules
from tinhso.exchange.types import (
    Subscription,
    SubscriptionUnknown,
    SubscriptionWrong,
    SubsystemName,
    SubsystemUnknown,
    Told,
    TopicUnknown,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean

ADDRESS_WRONG = N_("Địa chỉ nhận phải bắt đầu bằng https://.")
FIELDS_WRONG = N_("Chỉ chọn trường mà chủ đề có.")
PURPOSE_MISSING = N_("Hãy nêu mục đích sử dụng.")
SOURCE_MISSING = N_("Hãy nêu căn cứ pháp lý.")
# Plain HTTP stays on this machine.
ADDRESS = re.compile(
    r"https://[A-Za-z0-9.-]{1,253}(:\d{1,5})?(/[!-~]{0,400})?"
    r"|http://(localhost|127\.0\.0\.1)(:\d{1,5})?(/[!-~]{0,400})?"
)
AT_ONCE = 200
# Of a subscription that is told: neither it nor who it belongs to was ended.
TAKES_PART: Mapping[str, None] = {
    "ended_at": None,
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


def subscribe(
    *,
    consumer: SubsystemName,
    topic: str,
    address: str,
    fields: Sequence[str],
    purpose: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> tuple[Subscription, str]:
    """Let a system be told of a topic from now on; answers the secret of its messages.

    :raises TopicUnknown: if nothing is told under that name.
    :raises SubsystemUnknown: if the system takes no part.
    :raises SubscriptionWrong: if something cannot be; `fields` says what.
    """
    _refuse_wrong(topic, address, fields, clean(purpose), clean(source))
    with transaction.atomic():
        row = SubscriptionRow.objects.create(
            consumer=_consumer(consumer),
            topic=topic,
            address=address,
            fields=sorted(set(fields)),
            purpose=clean(purpose)[:500],
            source=clean(source)[:300],
            position=_last(topic),
            next_at=at,
            made_at=at,
        )
        _note("subscribe", row, actor, at, topic=topic, consumer=str(consumer))
    return subscription_of(row), rules.secret_text(_key(row.id))


def end_subscription(*, subscription_id: UUID, actor: Actor, at: datetime) -> None:
    """Tell a system no more.

    :raises SubscriptionUnknown: if there is none, or it was ended.
    """
    with transaction.atomic():
        row = _lock(subscription_id, among={"ended_at": None})
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        _note("end_subscription", row, actor, at)


def replay(
    *, subscription_id: UUID, since: datetime, actor: Actor, at: datetime
) -> int:
    """Tell again what was published since a moment; answers how many messages.

    Receivers know messages by their ids, so nothing happens there twice.

    :raises SubscriptionUnknown: if there is none, or it was ended.
    """
    with transaction.atomic():
        row = _lock(subscription_id)
        found = TopicMessageRow.objects.filter(topic=row.topic, at__gte=since)
        first = found.order_by("number").values_list("number", flat=True).first()
        if first is None:
            return 0
        row.position = min(row.position, first - 1)
        row.attempts, row.next_at = 0, at
        row.save(update_fields=["position", "attempts", "next_at"])
        _note("replay", row, actor, at, since=since.isoformat())
        behind = TopicMessageRow.objects.filter(
            topic=row.topic, number__gt=row.position
        )
        return behind.count()


def retry_dead(*, subscription_id: UUID, actor: Actor, at: datetime) -> int:
    """Hand the messages that were put aside once more; answers how many were taken.

    :raises SubscriptionUnknown: if there is none, or it was ended.
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
        _note("retry_dead", row, actor, at, taken=taken)
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
    rows = TopicMessageRow.objects.filter(topic=row.topic, number__gt=row.position)
    return rows.order_by("number").first()


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
        key=_key(row.id), message_id=name, moment=moment, body=body
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


def _refuse_wrong(
    topic: str, address: str, fields: Sequence[str], purpose: str, source: str
) -> None:
    known = find_topic(name=topic)
    if known is None:
        raise TopicUnknown(name=topic)
    good = {
        "address": (ADDRESS_WRONG, ADDRESS.fullmatch(address) is not None),
        "fields": (FIELDS_WRONG, bool(fields) and set(fields) <= {*known.fields, "*"}),
        "purpose": (PURPOSE_MISSING, bool(purpose)),
        "source": (SOURCE_MISSING, bool(source)),
    }
    wrong = {
        name: [Phrase(said)] for name, (said, is_good) in good.items() if not is_good
    }
    if wrong:
        raise SubscriptionWrong(wrong)


def _consumer(name: SubsystemName) -> SubsystemRow:
    member = name.member
    row = SubsystemRow.objects.filter(
        member__instance=member.instance,
        member__member_class=member.member_class,
        member__code=member.code,
        member__ended_at=None,
        code=name.code,
        ended_at=None,
    ).first()
    if row is None:
        raise SubsystemUnknown
    return row


def _lock(
    subscription_id: UUID, *, among: Mapping[str, None] = TAKES_PART
) -> SubscriptionRow:
    rows = SubscriptionRow.objects.select_for_update(of=("self",))
    row = rows.filter(pk=subscription_id, **among).first()
    if row is None:
        raise SubscriptionUnknown
    return row


def _last(topic: str) -> int:
    rows = TopicMessageRow.objects.filter(topic=topic).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def _key(subscription_id: UUID) -> bytes:
    """Derive the key of a subscription, so that none is kept."""
    text = f"exchange.subscription:{subscription_id}"
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256")


def _note(
    deed: str, row: SubscriptionRow, actor: Actor, at: datetime, **details: object
) -> None:
    note(
        deed,
        subject="Subscription",
        subject_id=row.id,
        actor=actor,
        at=at,
        details=details,
    )
