"""The national portal over HTTP; what it must answer stands in docs/reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

TIMEOUT_SECONDS = 10.0


class PortalAwayError(Exception):
    """The portal did not take a message; args[0] says why.

    is_silent: it does not answer at all, so that no other message would be taken now.
    """

    def __init__(self, why: str, *, is_silent: bool = False) -> None:
        super().__init__(why)
        self.is_silent = is_silent


class Portal(Protocol):
    """What takes messages about dossiers."""

    def tell(self, body: Mapping[str, Any]) -> None:
        """Hand a message over; the portal has taken it when this returns.

        :raises PortalAwayError: if it has not.
        """


@dataclass(frozen=True, slots=True)
class HttpPortal:
    """The portal at an address, with the key both sides share."""

    url: str
    key: str

    def tell(self, body: Mapping[str, Any]) -> None:
        """Post a message; any answer of the 200s takes it."""
        try:
            answer = httpx.post(
                f"{self.url}/statuses",
                json=dict(body),
                headers={"Authorization": f"Bearer {self.key}"},
                timeout=TIMEOUT_SECONDS,
            )
        except httpx.HTTPError as error:
            why = f"{type(error).__name__}: {error}"
            raise PortalAwayError(why, is_silent=True) from error
        if not answer.is_success:
            raise PortalAwayError(f"HTTP {answer.status_code}")
