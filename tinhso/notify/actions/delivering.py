"""Deliver what is queued, and pass on to the next channel what does not arrive.

Letters are borrowed in batches and sent one by one; what became of each is written
before the next one goes. So a worker that dies leaves those of its batch queued, and
at most the one it was sending goes twice.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tinhso.kernel.clock import local
from tinhso.notify import providers, queries
from tinhso.notify.actions.laying_out import Receiver, letter_of
from tinhso.notify.actions.reporting import take_told
from tinhso.notify.actions.sending import queue_next
from tinhso.notify.models import (
    ON_THE_WAY,
    DeliveryRow,
    MessageRow,
    PushSubscriptionRow,
)
from tinhso.notify.providers.base import (
    DeliveryError,
    Lasting,
    Sender,
    Sent,
    Telling,
)
from tinhso.notify.rules.ways import RINGING, patience, price_on, wakes_at
from tinhso.notify.rules.wording import MAX_ATTEMPTS, wait_after
from tinhso.notify.types import (
    Channel,
    ChannelRule,
    ChannelSettings,
    DeliveryState,
)
from tinhso.people import queries as people

BATCH = 100
# For so long nobody else takes a borrowed letter; a batch is given back before.
LEASE = timedelta(minutes=3)
LENT_SECONDS = 60.0
# What goes out by itself; letters on paper wait for somebody who prints them.
BY_MAIL = (Channel.EMAIL, Channel.CONSOLE)
TO_TELEPHONES = (Channel.PUSH, Channel.ZALO, Channel.SMS)
OUTWARD = (*BY_MAIL, *TO_TELEPHONES)


def deliver_due(
    *, at: datetime, limit: int = 5000, channels: Collection[Channel] = OUTWARD
) -> int:
    """Try deliveries that are due; say how many went.

    limit: of each channel. Workers at the same time take different ones. A service
    that does not answer ends the round of its channel, so that nobody waits for it
    once for each letter. Whoever calls must not have a transaction open around it.
    """
    rules = queries.channel_rules()
    return sum(_Round(one, rules.get(one), at).deliver(limit) for one in channels)


def pass_on_overdue(*, at: datetime, limit: int = 1000) -> int:
    """Take the next channel for what shows no sign of arrival; say for how many.

    What was handed over is then unconfirmed; what still is tried goes on being tried.
    """
    rules = queries.channel_rules()
    passed = 0
    for channel in Channel:
        before = at - patience(rules.get(channel), channel)
        rows = DeliveryRow.objects.filter(
            channel=channel, state__in=ON_THE_WAY, since__lte=before
        ).values_list("id", flat=True)
        passed += sum(_pass_on(one, at) for one in list(rows[:limit]))
    return passed


def _pass_on(delivery_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        row = (
            DeliveryRow.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message")
            .filter(pk=delivery_id, state__in=ON_THE_WAY, since__isnull=False)
            .first()
        )
        if row is None:
            return False
        following = queue_next(message=row.message, at=at)
        row.since = None
        # A letter in the post has no receipt to come; nor has what nothing follows.
        if row.state == DeliveryState.SENT and row.channel != Channel.LETTER:
            row.state = DeliveryState.UNCONFIRMED
        row.save(update_fields=["since", "state"])
        return following is not None


class _Round:
    """One channel's letters of one round, through one sender."""

    def __init__(
        self, channel: Channel, rule: ChannelRule | None, at: datetime
    ) -> None:
        self._channel, self._rule, self._at = channel, rule, at
        self._sender: Sender | None = None

    def deliver(self, limit: int) -> int:
        """Send up to so many; say how many went."""
        done = 0
        with ExitStack() as stack:
            for batch in self._batches(limit):
                self._open(stack)
                went, is_over = self._send(batch)
                done += went
                if is_over:
                    break
            self._listen(stack)
        return done

    def _batches(self, limit: int) -> Iterator[list[DeliveryRow]]:
        left = limit
        while left > 0 and (batch := _borrow(self._channel, self._at, left)):
            left -= len(batch)
            yield batch

    def _open(self, stack: ExitStack) -> None:
        if self._sender is None:
            self._sender = providers.sender(self._channel)
            if isinstance(self._sender, Lasting):
                stack.callback(self._sender.close)

    def _send(self, batch: list[DeliveryRow]) -> tuple[int, bool]:
        """Send a batch; tell how many went, and whether the service is away."""
        began, done = time.monotonic(), 0
        receivers = _receivers(batch)
        for number, row in enumerate(batch, start=1):
            went = self._try(row, receivers[row.message.person_id])
            done += went is True
            is_late = time.monotonic() - began > LENT_SECONDS
            if went is None or is_late:
                _give_back(batch[number:])
                return done, went is None
        return done, False

    def _try(self, row: DeliveryRow, to: Receiver) -> bool | None:
        """Try one; None where the service is away."""
        letter = letter_of(row, to)
        if not letter.to:
            _settle(row, self._at, state=DeliveryState.NO_ADDRESS)
            return False
        wakes = self._wakes(row, to.chosen)
        if wakes is not None:
            _settle(row, self._at, next_attempt_at=wakes, since=wakes)
            return False
        assert self._sender is not None  # noqa: S101 - opened before the first batch
        try:
            sent = self._sender.send(letter) or Sent()
        except DeliveryError as error:
            _forget(error.gone)
            _settle(row, self._at, **_failure(row, error, self._at))
            return None if error.away else False
        _forget(sent.gone)
        self._note(row, sent)
        return True

    def _wakes(self, row: DeliveryRow, chosen: ChannelSettings) -> datetime | None:
        if row.channel not in RINGING or row.message.template.is_urgent:
            return None
        quiet = chosen.quiet or queries.usual_quiet()
        return wakes_at(local(self._at), quiet)

    def _note(self, row: DeliveryRow, sent: Sent) -> None:
        price = price_on(self._rule, local(self._at))
        is_awaited = sent.is_awaited
        _settle(
            row,
            self._at,
            state=DeliveryState.SENT if is_awaited else DeliveryState.DELIVERED,
            attempts=row.attempts + 1,
            last_error="",
            sent_at=self._at,
            since=self._at if is_awaited else None,
            delivered_at=None if is_awaited else self._at,
            reference=sent.reference,
            segments=sent.segments,
            cost=price * max(sent.segments, 1),
        )

    def _listen(self, stack: ExitStack) -> None:
        """Take what the other side tells over the connection, if any is waited for."""
        awaited = DeliveryRow.objects.filter(
            channel=self._channel,
            state__in=[DeliveryState.SENT, DeliveryState.UNCONFIRMED],
            sent_at__gte=self._at - timedelta(days=2),
        )
        if self._channel == Channel.SMS and awaited.exists():
            self._open(stack)
            if isinstance(self._sender, Telling):
                for told in self._sender.told():
                    take_told(channel=self._channel, told=told, at=self._at)


def _receivers(batch: list[DeliveryRow]) -> dict[UUID, Receiver]:
    ids = {row.message.person_id for row in batch}
    chosen = queries.settings_of(person_ids=ids)
    found = people.get_people(ids=ids)
    return {one: Receiver(found[one], chosen[one]) for one in ids}


def _borrow(channel: Channel, at: datetime, most: int) -> list[DeliveryRow]:
    """Take a batch that nobody else is at; it is due again after the lease."""
    with transaction.atomic():
        rows = list(
            DeliveryRow.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message__template")
            .filter(
                channel=channel, state=DeliveryState.QUEUED, next_attempt_at__lte=at
            )
            .order_by("next_attempt_at", "id")[: min(most, BATCH)]
        )
        ids = [row.id for row in rows]
        DeliveryRow.objects.filter(pk__in=ids).update(next_attempt_at=at + LEASE)
    return rows


def _give_back(rows: list[DeliveryRow]) -> None:
    for row in rows:
        DeliveryRow.objects.filter(pk=row.id, state=DeliveryState.QUEUED).update(
            next_attempt_at=row.next_attempt_at
        )


def _settle(row: DeliveryRow, at: datetime, **changes: Any) -> None:
    """Write what became of a delivery, and queue the next way where it ended badly.

    A report may have come before the answer to the letter; then its word stands.
    """
    ended = changes.get("state") in (DeliveryState.FAILED, DeliveryState.NO_ADDRESS)
    own = DeliveryRow.objects.filter(pk=row.id, state=DeliveryState.QUEUED)
    if not ended:
        if not _write(row, changes):
            _complete(row, changes)
        return
    with transaction.atomic():
        if own.update(since=None, **changes):
            message = MessageRow.objects.select_for_update().get(pk=row.message_id)
            queue_next(message=message, at=at)


def _write(row: DeliveryRow, changes: dict[str, Any]) -> bool:
    """Write changes of a delivery that is still queued; once a letter, hence by hand.

    Outside a transaction this is one, and durable before the next letter goes.
    """
    columns = ", ".join(f"{name} = %({name})s" for name in changes)
    statement = (
        f"UPDATE {DeliveryRow._meta.db_table} SET {columns}"  # noqa: S608 - names are ours
        f" WHERE id = %(id)s AND state = '{DeliveryState.QUEUED}'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**changes, "id": row.id})
        return bool(cursor.rowcount)


def _complete(row: DeliveryRow, changes: dict[str, Any]) -> None:
    told = ("sent_at", "attempts", "reference", "segments", "cost")
    known = {name: changes[name] for name in told if name in changes}
    if known:
        DeliveryRow.objects.filter(pk=row.id).update(**known)


def _failure(row: DeliveryRow, error: DeliveryError, at: datetime) -> dict[str, Any]:
    attempts = row.attempts + 1
    changes: dict[str, Any] = {
        "attempts": attempts,
        "last_error": str(error)[:300],
        "next_attempt_at": at + wait_after(attempts),
    }
    # A service that is away for a day must not cost anybody their letter.
    if error.permanent or (attempts >= MAX_ATTEMPTS and not error.away):
        changes["state"] = DeliveryState.FAILED
    return changes


def _forget(browsers: Collection[UUID]) -> None:
    """Forget browsers of which their service says that they are gone."""
    if browsers:
        PushSubscriptionRow.objects.filter(pk__in=browsers).delete()
