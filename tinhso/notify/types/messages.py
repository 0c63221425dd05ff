"""Wordings, and the messages made by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tinhso.notify.types.channels import Channel, DeliveryState, Obligation

SCHEMAS = Path(__file__).parents[1] / "schema"
MESSAGE_SCHEMA = SCHEMAS / "message.json"
CHANNEL_SCHEMA = SCHEMAS / "channel.json"
MAX_PARAM = 5000  # characters


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One version of a wording; subject and body: {"vi": …, "en": …}.

    short: what goes by SMS, likewise, None for the subject; zalo: the name under which
    Zalo approved the wording, "" for none; is_urgent: quiet hours do not hold it up;
    examples: values to try it with.
    """

    id: UUID
    key: str
    version: int
    title: Mapping[str, str]
    channels: tuple[Channel, ...]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    source: str
    obligation: Obligation = Obligation.SERVICE
    short: Mapping[str, str] | None = None
    zalo: str = ""
    is_urgent: bool = False
    examples: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way of one message; attempts: how often it was tried.

    reference: by what the service knows it; segments: of an SMS; cost: VND.
    """

    id: UUID

    channel: Channel
    state: DeliveryState
    attempts: int
    last_error: str
    next_attempt_at: datetime
    delivered_at: datetime | None
    sent_at: datetime | None = None
    reference: str = ""
    segments: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person; subject and body: {"vi": …, "en": …}.

    subject_id: the thing it speaks of, such as a dossier; ways: the channels it may go
    by, in their order.
    """

    id: UUID
    person_id: UUID
    template_key: str
    subject: Mapping[str, str]
    body: Mapping[str, str]
    subject_id: UUID | None
    created_at: datetime
    read_at: datetime | None
    deliveries: tuple[Delivery, ...]
    ways: tuple[Channel, ...] = ()
    obligation: Obligation = Obligation.SERVICE


@dataclass(frozen=True, slots=True)
class Preview:
    """A wording as each channel would show it, filled with an example.

    segments: of the SMS; coding: `GSM` or `UCS2`.
    """

    values: Mapping[str, str]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    sms: str
    segments: int
    coding: str
    push: Mapping[str, str]
    zalo: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a channel cost in a month; amount: VND."""

    month: str
    channel: Channel
    messages: int
    segments: int
    amount: int


@dataclass(frozen=True, slots=True)
class LetterToPost:
    """A letter to be printed and posted."""

    delivery_id: UUID
    to_name: str
    to_address: str
    subject: Mapping[str, str]
    body: Mapping[str, str]
    queued_at: datetime
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the platform rests, announced; texts: {"vi": …, "en": …}.

    is_planned: announced seven working days ahead; reason: why not, otherwise.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    what: Mapping[str, str]
    is_planned: bool
    reason: str
    announced_at: datetime
    ended_at: datetime | None
