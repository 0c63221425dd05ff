"""Count how often somebody does something; answer repeated calls alike."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.db import connection, transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotAllowed, Phrase, TooManyCalls
from tinhso.security.models import AnsweredCall, CallCount
from tinhso.security.types import CallAnswer, KeyUsedForOther

# How long a repeated call gets the first one's answer.
ANSWERS_KEPT = timedelta(days=3)


def answer_once(
    *,
    key: str,
    digest: str,
    perform: Callable[[], CallAnswer],
    actor: Actor,
    at: datetime,
) -> CallAnswer:
    """Perform a call that bears a key; answer its repetitions as the first time.

    A call that comes while the first is under way waits for it. What is refused has no
    effect and is not kept: the same key may try again.

    :raises KeyUsedForOther: if the key came with another call.
    :raises NotAllowed: if nobody is known to call.
    """
    if actor.id is None:
        raise NotAllowed
    with transaction.atomic():
        row, is_first = AnsweredCall.objects.get_or_create(
            account_id=actor.id,
            key=key,
            defaults={"digest": digest, "at": at},
        )
        if is_first:
            answer = perform()
            row.status, row.body = answer.status, answer.body
            row.save(update_fields=["status", "body"])
    if row.digest != digest:
        message = Phrase(KeyUsedForOther.message)
        raise KeyUsedForOther({"idempotency_key": [message]})
    assert row.status is not None  # noqa: S101 - both were committed together
    return CallAnswer(row.status, row.body)


# One statement, so that nobody slips through between asking and counting.
COUNT = f"""
INSERT INTO {CallCount._meta.db_table} AS known (key, count, ends_at)
VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at <= %(at)s THEN 1 ELSE known.count + 1 END,
    ends_at = CASE WHEN known.ends_at <= %(at)s
        THEN excluded.ends_at ELSE known.ends_at END
RETURNING count, ends_at
"""  # noqa: S608 - the name is our own


def count_call(
    *, what: str, who: str, most: int, window: timedelta, at: datetime
) -> None:
    """Count that somebody does something, however many servers there are.

    who: an address or an id; only a digest of it is kept.

    :raises TooManyCalls: beyond `most` within a window that begins with the first.
    """
    key = sha256(f"{what}:{who}:{settings.SECRET_KEY}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "at": at, "ends_at": at + window})
        count, ends_at = cursor.fetchone()
    if count > most:
        raise TooManyCalls(seconds=max(1, ceil((ends_at - at).total_seconds())))


def forget_counts(*, at: datetime) -> int:
    """Delete the counts whose window is over; say how many."""
    deleted, _ = CallCount.objects.filter(ends_at__lt=at).delete()
    return deleted


def forget_answers(*, at: datetime) -> int:
    """Delete the answers kept for repetitions that are old; say how many."""
    deleted, _ = AnsweredCall.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    return deleted
