"""G16: fifteen submissions a second on top of a year's dossiers, and pages meanwhile.

What is asked comes when it is due, whether the platform keeps up or not, and each time
is counted from when it was due: who waits in the queue waits, too. Generator, server,
worker and database share the machine. What was acknowledged is held against what is
stored, as everywhere.

`python -m torture.storm DOSSIERS` fills a database, and prints whose pages to ask for.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from random import Random
from statistics import median
from threading import Lock
from typing import NamedTuple

from bench.prepare_submissions import fill_province
from torture import stored
from torture.clients import Submission, ask, new_submission, send, tried
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.history import Findings, Try, judge
from torture.prepare import ROOT, Prepared, environment_of, prepare
from torture.serving import Platform, platform

COMMAND = "python -m torture G16"
SUBMISSIONS, PAGES = 15.0, 30.0  # a second, at random moments
SUBMITTED_MS, SHOWN_MS = 400.0, 300.0  # 95 of 100 are quicker
SERVER_WORKERS = 2
AT_ONCE = 200
WARM_SECONDS = 5.0
TOLD_SECONDS = 1800  # until every receipt is written, afterwards


class Size(NamedTuple):
    """dossiers: there before; seconds: how long the storm lasts."""

    dossiers: int
    seconds: float


LONG, SHORT = Size(1_070_000, 300.0), Size(2_000, 10.0)


class Page(NamedTuple):
    """What somebody looks at; cookie: of whoever looks, none for a passer-by."""

    path: str
    cookie: str = ""


class Storm:
    """What was asked and how long it took, in milliseconds, from when it was due."""

    def __init__(self, served: Platform, prepared: Prepared) -> None:
        self.tries: list[Try] = []
        self.submitted: list[float] = []
        self.shown: list[float] = []
        self.statuses: dict[int, int] = {}
        self._port, self._target, self._lock = served.port, prepared.target, Lock()

    def last(self, seconds: float, pages: Sequence[Page]) -> None:
        """Let it rage so many seconds; return when all is answered."""
        random, shown = Random(time.time_ns()), cycle(pages)
        kinds = ((SUBMISSIONS, True), (PAGES, False))
        due = sorted(
            (at, is_submission)
            for rate, is_submission in kinds
            for at in moments(rate, seconds, random)
        )
        begun = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for at, is_submission in due:
                if is_submission:
                    do = self._submit(new_submission(self._target, random))
                else:
                    do = self._show(next(shown))
                time.sleep(max(0.0, begun + at - time.perf_counter()))
                pool.submit(do, begun + at)

    def forget_times(self) -> None:
        """Count from here on; what was told before is still held to."""
        self.submitted, self.shown, self.statuses = [], [], {}

    def _submit(self, one: Submission) -> Callable[[float], None]:
        def do(due: float) -> None:
            response = send(self._port, self._target, one)
            took = time.perf_counter() - due
            with self._lock:
                self.tries.append(tried(one, response))
                self._note(self.submitted, took, response.status)

        return do

    def _show(self, page: Page) -> Callable[[float], None]:
        def do(due: float) -> None:
            headers = {"Cookie": page.cookie} if page.cookie else {}
            response = ask(self._port, "GET", page.path, b"", headers)
            took = time.perf_counter() - due
            with self._lock:
                self._note(self.shown, took, response.status)

        return do

    def _note(self, times: list[float], took: float, status: int) -> None:
        times.append(took * 1000)
        self.statuses[status] = self.statuses.get(status, 0) + 1


def measure(*, short: bool) -> Iterator[Figure]:
    """Fill the year, let the storm come, and look at what is left of it."""
    size = SHORT if short else LONG
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(
            home,
            DATABASE_URL=prepared.url,
            # The clerk's session is made without one.
            TINHSO_OFFICERS_NEED_SECOND_FACTOR="no",
        )
        with cluster(home, prepared.url):
            words = (sys.executable, "-m", "torture.storm", str(size.dossiers))
            printed = subprocess.run(
                words, env=environment, cwd=ROOT, check=True, capture_output=True
            ).stdout.decode()
            pages = pages_of(json.loads(printed.splitlines()[-1]))
            with platform(environment, workers=SERVER_WORKERS) as served:
                storm = Storm(served, prepared)
                storm.last(WARM_SECONDS, pages)
                storm.forget_times()
                storm.last(size.seconds, pages)
                told_after = stored.wait_until_told(prepared.url, most=TOLD_SECONDS)
            kept = stored.read(url=prepared.url, home=home, keys="t-%")
        yield _figure(size, storm, judge(tries=storm.tries, kept=kept), told_after)


def pages_of(filled: dict[str, str]) -> list[Page]:
    """List what citizens and a clerk look at, each as often as the others."""
    desk = filled["cookie"]
    return [
        Page("/"),
        Page("/thu-tuc?q=khai+sinh"),
        Page("/thu-tuc/1.001193"),
        Page("/lam-viec?vai=all", desk),
        Page("/lam-viec/tim?q=nguyen+van+an", desk),
        Page(f"/lam-viec/ho-so/{filled['dossier']}", desk),
    ]


def moments(rate: float, seconds: float, random: Random) -> list[float]:
    """Draw the moments of events that come by chance, so many a second on average."""
    at, found = random.expovariate(rate), []
    while at < seconds:
        found.append(at)
        at += random.expovariate(rate)
    return found


def share(times: Sequence[float], part: float) -> float:
    """Tell what so large a part of them is at most; the longest for 1."""
    return sorted(times)[max(0, round(part * len(times)) - 1)]


def _figure(size: Size, storm: Storm, found: Findings, told_after: float) -> Figure:
    faults = found.counts()
    for fault in found.faults():
        print(f"  {fault}")
    unanswered = sum(n for status, n in storm.statuses.items() if status >= 300)
    unanswered += storm.statuses.get(0, 0)
    submitted, shown = share(storm.submitted, 0.95), share(storm.shown, 0.95)
    is_quick = submitted <= SUBMITTED_MS and shown <= SHOWN_MS
    return Figure(
        "G16",
        {
            "dossiers_before": size.dossiers,
            "submitted": len(storm.submitted),
            "a_second": round(len(storm.submitted) / size.seconds, 1),
            "submit_p50_ms": round(median(storm.submitted)),
            "submit_p95_ms": round(submitted),
            "submit_p99_ms": round(share(storm.submitted, 0.99)),
            "pages": len(storm.shown),
            "page_p50_ms": round(median(storm.shown)),
            "page_p95_ms": round(shown),
            "page_p99_ms": round(share(storm.shown, 0.99)),
            "not_answered_well": unanswered,
            **faults,
            "last_told_after_s": round(told_after),
        },
        n=len(storm.submitted) + len(storm.shown),
        reached=is_quick and not unanswered and not any(faults.values()),
        command=COMMAND,
        note=(
            f"{SUBMISSIONS:.0f} submissions and {PAGES:.0f} pages a second come by"
            f" chance over {size.seconds:.0f} s, on {os.cpu_count()} cores that the"
            " generator shares. Times count from when each was due. All submissions"
            " come through the interface, of one account; pages are start, search,"
            " procedure, and a clerk's list, search and dossier. last_told_after_s:"
            " from the end of the storm until the last receipt was written."
        ),
    )


def main(dossiers: int) -> None:
    """Fill the database of the environment with dossiers; print whose pages to ask."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    print(json.dumps(fill_province(os.environ["DATABASE_URL"], dossiers)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
