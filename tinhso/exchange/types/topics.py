"""What happened, told to whoever subscribed: topics, subscriptions, dead letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.exchange.types.directory import SubsystemName
from tinhso.kernel.errors import N_, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of thing that happens; fields: what a message of it may hold."""

    name: str
    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A message of a topic; number: in the order of publishing, key: of the event."""

    number: int
    topic: str
    key: UUID
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """That a system is told of a topic; address: where its receiver listens.

    fields: what of a message it gets. position: the last number it took. attempts: in
    vain, of the next. waiting: how many messages it has not taken yet, dead: how many
    were put aside.
    """

    id: UUID
    consumer: SubsystemName
    topic: str
    address: str
    fields: tuple[str, ...]
    purpose: str
    source: str
    position: int
    attempts: int
    last_error: str
    waiting: int
    dead: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a round of telling came to."""

    taken: int
    failed: int
    dead: int


class TopicUnknown(NotFound):
    """Nothing is told under that name."""

    message = N_("Không có chủ đề {name}.")


class SubscriptionUnknown(NotFound):
    """There is no such subscription, or it was ended."""


class SubscriptionWrong(Invalid):
    """A subscription that cannot be; `fields` says why."""

    message = N_("Đăng ký chưa đúng. Hãy xem lại các mục được đánh dấu.")
