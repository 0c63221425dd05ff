"""The ways a message goes, and what people chose among them."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """Which way a message goes; the inbox has every message."""

    INBOX = "inbox"
    EMAIL = "email"
    CONSOLE = "console"
    SMS = "sms"
    ZALO = "zalo"
    PUSH = "push"
    LETTER = "letter"


# Of who has chosen nothing: what costs nothing first.
USUAL = (Channel.EMAIL, Channel.PUSH, Channel.ZALO, Channel.SMS, Channel.LETTER)


class Obligation(StrEnum):
    """Why a message is sent; it decides whether people may do without it.

    LAW: a law asks for it; SERVICE: it belongs to what somebody asked for, and can be
    switched off; NEWS: it needs consent.
    """

    LAW = "law"
    SERVICE = "service"
    NEWS = "news"


class DeliveryState(StrEnum):
    """How a delivery stands; `no_address`: the person left none.

    SENT: handed over, and a receipt is awaited, or it is in the post; UNCONFIRMED: no
    receipt came in time, so that the next channel was taken; one may still come.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which telephones stay silent; they may pass midnight."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a person wants to be reached.

    order: the channels they use, the first one first; is_every: by all of them at
    once, not by the next only where one failed; quiet: None as configured; off: keys
    of wordings they do without.
    """

    person_id: UUID
    order: tuple[Channel, ...]
    is_every: bool
    quiet: Quiet | None
    takes_news: bool
    off: frozenset[str]
    zalo_user_id: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that shows messages (RFC 8030); its keys are those of RFC 8291."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How a channel is used; published as content.

    patience_minutes: how long without a sign that it arrived before the next channel
    is taken.
    """

    channel: Channel
    patience_minutes: int
    prices: tuple["Price", ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a channel costs from a day on; amount: VND a segment, or a message."""

    valid_from: date
    amount: int
    source: str
    is_uncertain: bool


class Verdict(StrEnum):
    """What became of a report of a service."""

    TAKEN = "taken"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
