"""Tells which dossiers the lake shows, and when it first did, until its input ends.

`python -m torture.lake_watch`: a JSON line a dossier, as a reader beside the platform
sees it. It is a process of its own, because Django stays with one database.
"""

import json
import sys
import time
from threading import Event, Thread

import django

django.setup()

from tinhso.kernel.actor import SYSTEM  # noqa: E402
from tinhso.lake import queries  # noqa: E402
from tinhso.lake.types import Limits  # noqa: E402

EVERY = 0.1  # seconds
SHOWN = "SELECT dossier_id FROM procedures.dossier_acts__all WHERE action = 'submit'"
LIMITS = Limits(rows=10**6, seconds=30, memory=2**30, reads=2**33)


def main() -> None:
    """Watch until nobody listens."""
    ended, seen = Event(), set[str]()
    Thread(target=_listen, args=(ended,), daemon=True).start()
    print(json.dumps({"ready": True}), flush=True)
    while not ended.wait(EVERY):
        found = queries.ask(sql=SHOWN, limits=LIMITS, actor=SYSTEM)
        at = time.time()
        for (dossier,) in found.rows:
            if dossier not in seen:
                seen.add(dossier)
                print(json.dumps({"dossier": dossier, "at": at}), flush=True)


def _listen(ended: Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
