"""Ask a service over HTTP, with an end in sight and little trust in its answer."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from tinhso.notify.providers.base import DeliveryError

WAIT = httpx.Timeout(5.0)
MOST_SECONDS = 10.0
MOST_BYTES = 64 * 1024
# Told too often, or not for now: the next letter would fare no better.
LATER = frozenset({408, 425, 429})
# Our own key or address is wrong; letters wait until somebody has mended it.
OURS = frozenset({401, 403, 407})


def client() -> httpx.Client:
    """Make a client that follows nobody elsewhere, and heeds no proxy of the shell."""
    return httpx.Client(timeout=WAIT, follow_redirects=False, trust_env=False)


def post(
    through: httpx.Client, url: str, *, content: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    """Send something; answer with status and content, at most 64 KiB of it.

    :raises DeliveryError: if nobody answers, or not within ten seconds.
    """
    deadline = time.monotonic() + MOST_SECONDS
    try:
        with through.stream("POST", url, content=content, headers=headers) as answer:
            taken = b""
            for part in answer.iter_bytes():
                taken += part
                if len(taken) > MOST_BYTES or time.monotonic() > deadline:
                    raise DeliveryError("answer without end", away=True)
            return answer.status_code, taken
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(type(error).__name__, away=True) from error


def refuse_bad_status(status: int, *, name: str) -> None:
    """Pass only an answer of success.

    :raises DeliveryError: otherwise; permanent where the letter itself is refused.
    """
    if 200 <= status < 300:
        return
    is_away = status in LATER | OURS or status >= 500
    raise DeliveryError(f"{name} {status}", permanent=not is_away, away=is_away)


def read_json(content: bytes) -> dict[str, Any]:
    """Read an answer; empty where it is no object of JSON."""
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
