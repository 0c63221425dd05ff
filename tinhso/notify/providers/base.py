"""What a way out must offer."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: to: an address of the channel; key: the same at each attempt."""

    to: str
    subject: str
    body: str
    key: str


class DeliveryError(Exception):
    """It was not delivered.

    permanent: trying again cannot help; away: the service itself does not answer, so
    that the next letter would fare no better now.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, away: bool = False
    ) -> None:
        super().__init__(reason)
        self.permanent, self.away = permanent, away


class Sender(Protocol):
    """Sends a letter, or raises `DeliveryError`."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over."""
