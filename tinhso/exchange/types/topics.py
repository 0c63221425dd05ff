"""What happened, told to whoever subscribed: topics, subscriptions, dead letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.exchange.types.directory import AgreementState, SubsystemName
from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused


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
    """That a system may be told of a topic; address: where its receiver listens.

    fields: what of a message it gets. since: what happened from then on is told; None
    until it is approved, unless a moment was asked for. position: the last number it
    took. attempts: in vain, of the next. waiting: how many messages it has not taken
    yet, dead: how many were put aside. organization_id: who answers for the topic.
    """

    id: UUID
    consumer: SubsystemName
    consumer_title: str
    consumer_organization_id: UUID | None
    topic: str
    topic_title: str
    organization_id: UUID | None
    address: str
    fields: tuple[str, ...]
    purpose: str
    source: str
    since: datetime | None
    state: AgreementState
    asked_by: UUID | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str
    position: int
    attempts: int
    last_error: str
    waiting: int
    dead: int
    ended_at: datetime | None
    owner_id: UUID | None = None


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
    """There is no such subscription in force, or the asker may not know of it."""

    message = N_("Không tìm thấy đăng ký nhận sự kiện.")


class SubscriptionTwice(Conflict):
    """The system asked to be told of the topic at this address before."""

    message = N_("Hệ thống này đã đăng ký chủ đề này tại địa chỉ này.")


class SubscriptionDecided(Conflict):
    """It was decided on before, or was ended."""

    message = N_("Đăng ký nhận sự kiện này đã được quyết định.")


class SubscriptionNeedsSecond(Refused):
    """Who asked for it does not approve it."""

    status = 403
    message = N_("Người đề nghị không được tự phê duyệt. Cần một người khác.")


class SubscriptionWrong(Invalid):
    """A subscription that cannot be; `fields` says why."""

    message = N_("Đăng ký chưa đúng. Hãy xem lại các mục được đánh dấu.")
