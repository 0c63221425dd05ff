"""The words of notify."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound

MESSAGE_SCHEMA = Path(__file__).parent / "schema" / "message.json"
MAX_PARAM = 5000  # characters


class Channel(StrEnum):
    """Which way a message goes; the inbox has every message."""

    INBOX = "inbox"
    EMAIL = "email"
    CONSOLE = "console"


class DeliveryState(StrEnum):
    """How a delivery stands; `no_address`: the person left none."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One version of a wording; subject and body: {"vi": …, "en": …}."""

    id: UUID
    key: str
    version: int
    title: Mapping[str, str]
    channels: tuple[Channel, ...]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way of one message; attempts: how often it was tried."""

    channel: Channel
    state: DeliveryState
    attempts: int
    last_error: str
    next_attempt_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person; subject and body: {"vi": …, "en": …}.

    subject_id: the thing it speaks of, such as a dossier.
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


class MessageTemplateNotFound(NotFound):
    """No wording of that key."""


class MessageNotFound(NotFound):
    """No such message to this person."""


class MessageParamsWrong(Invalid):
    """A value for a placeholder is missing or too long; `fields` says which."""

    message = N_("Thiếu thông tin để soạn thông báo.")
