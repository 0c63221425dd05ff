"""Count how often somebody does something; answer repeated calls alike."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from threading import Lock
from uuid import UUID

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


# How many writes of an account a process counts before it tells the others.
STEP = 10
WRITES_WINDOW = timedelta(minutes=10)
# One statement, so that nobody slips through between asking and counting.
COUNT = f"""
INSERT INTO {CallCount._meta.db_table} AS known (key, count, ends_at)
VALUES (%(key)s, %(by)s, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at <= %(at)s THEN %(by)s
        ELSE known.count + %(by)s END,
    ends_at = CASE WHEN known.ends_at <= %(at)s
        THEN excluded.ends_at ELSE known.ends_at END
RETURNING count, ends_at
"""  # noqa: S608 - the name is our own


def count_call(
    *, what: str, who: str, most: int, window: timedelta, at: datetime, by: int = 1
) -> None:
    """Count that somebody does something, however many servers there are.

    who: an address or an id; only a digest of it is kept. by: how often they did it.

    :raises TooManyCalls: beyond `most` within a window that begins with the first.
    """
    key = sha256(f"{what}:{who}:{settings.SECRET_KEY}".encode()).hexdigest()
    with connection.cursor() as cursor:
        values = dict[str, str | int | datetime](key=key, at=at, by=by)
        cursor.execute(COUNT, {**values, "ends_at": at + window})
        count, ends_at = cursor.fetchone()
    if count > most:
        raise TooManyCalls(seconds=max(1, ceil((ends_at - at).total_seconds())))


class Tally:
    """The writes of accounts that one process has seen, told to the others by tens.

    So that nine of ten cost nothing; who is over the limit is remembered to the end.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._untold = Counter[UUID]()
        self._ends = dict[UUID, datetime]()

    def add(self, account_id: UUID) -> int:
        """Add a write; answer how many are to be told now, 0 while they can wait."""
        with self._lock:
            self._untold[account_id] += 1
            is_due = self._untold[account_id] >= STEP
            return self._untold.pop(account_id) if is_due else 0

    def refuse(self, account_id: UUID, *, until: datetime) -> None:
        """Remember that an account has written too much."""
        with self._lock:
            self._ends[account_id] = until

    def waits(self, account_id: UUID, *, at: datetime) -> float:
        """Tell how long an account still has to wait, in seconds; 0 if it need not."""
        until = self._ends.get(account_id, at)
        if until > at:
            return (until - at).total_seconds()
        with self._lock:
            self._ends.pop(account_id, None)
        return 0


TALLY = Tally()


def count_write(*, account_id: UUID, at: datetime) -> None:
    """Count that an account writes something, on whichever page or call.

    Ten more than the limit may pass in each process of the server.

    :raises TooManyCalls: beyond `TINHSO_WRITES_IN_TEN_MINUTES`.
    """
    if seconds := TALLY.waits(account_id, at=at):
        raise TooManyCalls(seconds=ceil(seconds))
    if not (count := TALLY.add(account_id)):
        return
    try:
        count_call(
            what="write",
            who=str(account_id),
            most=settings.TINHSO_WRITES_IN_TEN_MINUTES,
            window=WRITES_WINDOW,
            at=at,
            by=count,
        )
    except TooManyCalls as refusal:
        until = at + timedelta(seconds=float(str(refusal.params["seconds"])))
        TALLY.refuse(account_id, until=until)
        raise


def forget_counts(*, at: datetime) -> int:
    """Delete the counts whose window is over; say how many."""
    deleted, _ = CallCount.objects.filter(ends_at__lt=at).delete()
    return deleted


def forget_answers(*, at: datetime) -> int:
    """Delete the answers kept for repetitions that are old; say how many."""
    deleted, _ = AnsweredCall.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    return deleted
