"""Hand a message to a subscriber's receiver; anything but success is a failure."""

import time
from collections.abc import Mapping

import httpx

WAIT = httpx.Timeout(5.0)
MOST_SECONDS = 10.0
MOST_BYTES = 2**16


class ReceiverFailed(Exception):  # noqa: N818 - it is no mistake of ours
    """A receiver did not take a message."""


def client() -> httpx.Client:
    """Make a client that follows nobody elsewhere, and heeds no proxy of the shell."""
    return httpx.Client(timeout=WAIT, follow_redirects=False, trust_env=False)


def hand(
    through: httpx.Client, url: str, *, content: bytes, headers: Mapping[str, str]
) -> None:
    """Post a message.

    :raises ReceiverFailed: if nobody answers, the answer does not end within ten
        seconds and 64 KiB, or is no success.
    """
    deadline = time.monotonic() + MOST_SECONDS
    try:
        with through.stream("POST", url, content=content, headers=headers) as answer:
            read = 0
            for part in answer.iter_bytes():
                read += len(part)
                if read > MOST_BYTES or time.monotonic() > deadline:
                    raise ReceiverFailed("answer without end")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ReceiverFailed(type(error).__name__) from error
    if not answer.is_success:
        raise ReceiverFailed(f"HTTP {answer.status_code}")
