"""What both doors say over HTTP, free of any framework (RFC 9457, RFC 9110)."""

from collections.abc import Callable
from typing import TypedDict
from urllib.parse import quote

from tinhso.kernel.errors import Invalid, Refused, TooManyCalls, Unavailable

# When to come back to what is away, in seconds (RFC 9110, 10.2.3).
RETRY_AFTER = "20"


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


def content_disposition(*, filename: str, inline: bool = False) -> str:
    """Name a download so that every browser keeps its Vietnamese letters (RFC 6266)."""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(filename, safe='')}"
