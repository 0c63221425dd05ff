"""Tell a page when to read itself anew, as server-sent events (WHATWG HTML).

A page that waits holds a thread of its server, so few may: who comes after them is
answered at once and asks again, which is as good, only some seconds later.
"""

from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from time import monotonic, sleep

from django.db import close_old_connections

KIND = "text/event-stream"
# Of the eight threads of a server; how long one is held, and how often it looks.
WAITING = BoundedSemaphore(2)
SECONDS, EVERY = 50.0, 2.0
ASK_AGAIN = 5_000  # milliseconds


def asks_to_wait(accept: str) -> bool:
    """Tell whether a browser waits for events; anybody else is answered at once."""
    return KIND in accept


def changes(
    state: Callable[[], str], known: str, *, stays: bool = True
) -> Iterator[str]:
    """Send an event whenever the state is another than the one last known."""
    yield f"retry: {ASK_AGAIN}\n\n"
    is_held = stays and WAITING.acquire(blocking=False)
    until = monotonic() + (SECONDS if is_held else 0)
    try:
        yield from _looked(state, known, until)
    finally:
        if is_held:
            WAITING.release()


def _looked(state: Callable[[], str], known: str, until: float) -> Iterator[str]:
    while True:
        found = state()
        # The comment finds out whether anybody still listens.
        yield (
            f"id: {found}\nevent: numbers\ndata: {found}\n\n"
            if (found != known)
            else ": \n\n"
        )
        known = found
        if monotonic() >= until:
            return
        close_old_connections()
        sleep(EVERY)
