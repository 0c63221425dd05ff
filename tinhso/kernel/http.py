"""What both doors say over HTTP, free of any framework (RFC 9457, RFC 9110)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, Protocol, TypedDict, TypeVar
from urllib.parse import quote
from uuid import UUID

from tinhso.kernel.errors import Invalid, Refused, TooManyCalls, Unavailable

View = TypeVar("View", bound=Callable[..., Any])
# When to come back to what is away, in seconds (RFC 9110, 10.2.3).
RETRY_AFTER = "20"
# The methods that change nothing, and that people ask by (RFC 9110, 9.2.1).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Problem(TypedDict):
    """A refusal for machines, `application/problem+json`."""

    type: str
    title: str
    status: int
    fields: dict[str, list[str]]


def problem(refusal: Refused, *, translate: Callable[[str], str]) -> Problem:
    """Describe a refusal to a machine, in the language of the asker."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return Problem(
        type=f"urn:tinhso:refused:{refusal.code}",
        title=translate(refusal.message).format(**refusal.params),
        status=refusal.status,
        fields=fields,
    )


def retry_after(refusal: Refused) -> str:
    """Say when to come back, in seconds; empty where that is of no use."""
    if isinstance(refusal, TooManyCalls):
        return str(refusal.params["seconds"])
    return RETRY_AFTER if refusal.status == Unavailable.status else ""


def client_address(*, peer: str, forwarded: str, proxies: int) -> str:
    """Tell from where somebody asks, through as many proxies as are our own.

    peer: who is connected; forwarded: `X-Forwarded-For`, of which only what our own
    proxies added is believed.
    """
    added = [part.strip() for part in forwarded.split(",") if part.strip()]
    return added[-proxies] if proxies and len(added) >= proxies else peer


def asked_from(meta: Mapping[str, Any], *, proxies: int) -> str:
    """Tell from where a request comes, by what the server says of it (PEP 3333)."""
    return client_address(
        peer=meta.get("REMOTE_ADDR", ""),
        forwarded=meta.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=proxies,
    )


def thing_of(parts: Mapping[str, Any]) -> UUID | None:
    """Find what an address is about among its parts: the first that is an id."""
    for value in parts.values():
        with suppress(ValueError):
            return UUID(str(value))
    return None


class Limits(Protocol):
    """A decorator of a door that lets its views be asked so often in some minutes."""

    def __call__(self, *, most: int, minutes: int) -> Callable[[View], View]:
        """Say how often."""


def limits(count: Callable[[str, Any, int, int], None]) -> Limits:
    """Make a door's decorator `limited(most=…, minutes=…)` from how the door counts.

    count: is told the view's name, the request, most and minutes before each call, and
    raises where it is one too many.
    """

    def limited(*, most: int, minutes: int) -> Callable[[View], View]:
        def declare(view: View) -> View:
            @wraps(view)
            def inner(request: Any, *args: Any, **given: Any) -> Any:
                count(view.__qualname__, request, most, minutes)
                return view(request, *args, **given)

            return inner  # type: ignore[return-value]

        return declare

    return limited


def content_disposition(*, filename: str, inline: bool = False) -> str:
    """Name a download so that every browser keeps its Vietnamese letters (RFC 6266)."""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(filename, safe='')}"
