"""What a way out must offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from tinhso.notify.types import PushSubscription


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: to: an address of the channel; key: the same at each attempt.

    short: for a telephone's screen; zalo: name of the wording there, and its values;
    browsers: where a push message goes; link: where it is read in full; unsubscribe:
    where one does without further ones, "" where the law asks for them.
    """

    to: str
    subject: str
    body: str
    key: str
    short: str = ""
    zalo: Mapping[str, Any] | None = None
    browsers: tuple[PushSubscription, ...] = ()
    link: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a letter that was taken.

    reference: by what the service knows it; is_awaited: it will tell whether it
    arrived; segments: of an SMS; gone: browsers that are no more.
    """

    reference: str = ""
    is_awaited: bool = False
    segments: int = 0
    gone: tuple[UUID, ...] = ()


class DeliveryError(Exception):
    """It was not delivered.

    permanent: trying again cannot help; away: the service itself does not answer, so
    that the next letter would fare no better now; gone: browsers that are no more.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        away: bool = False,
        gone: tuple[UUID, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.permanent, self.away, self.gone = permanent, away, gone


class Outcome(StrEnum):
    """What a service tells of a delivery."""

    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Told:
    """A report: key: ours, where the service repeats it; else its own reference."""

    outcome: Outcome
    key: str = ""
    reference: str = ""
    reason: str = ""


class Sender(Protocol):
    """Sends a letter, or raises `DeliveryError`."""

    def send(self, letter: Letter) -> Sent | None:
        """Hand the letter over; None says that it has arrived, as far as one knows."""


@runtime_checkable
class Lasting(Protocol):
    """A sender that keeps its connection for a round of letters."""

    def close(self) -> None:
        """End the round."""


@runtime_checkable
class Telling(Protocol):
    """A sender that is told over its own connection what arrived."""

    def told(self) -> tuple[Told, ...]:
        """Take what was told since the last time."""
