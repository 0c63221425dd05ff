"""G26: each act on a dossier is in the lake once, and seen there within five seconds.

People submit to a running platform, and a reader beside it asks the lake all the time.
Then the worker is killed again and again while they go on. In the end the acts in the
lake are held against the events in the outbox: each once, none too many.
"""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from random import Random
from statistics import median
from threading import Thread
from typing import Any

import psycopg

from bench.submissions import Target
from torture.clients import new_submission, send
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of, prepare
from torture.serving import BIN, Platform, kill, platform

COMMAND = "python -m torture G26"
VISIBLE_SECONDS, PATIENCE_SECONDS = 5.0, 180.0
# What has a row in the lake, and what is still on its way there.
EVENTS = (
    "procedures.DossierSubmitted",
    "procedures.DossierMoved",
    "procedures.DeadlineExtended",
)
ON_ITS_WAY = """
SELECT (SELECT count(*) FROM events_outboxevent o WHERE name = ANY(%(names)s)
    AND NOT EXISTS (SELECT FROM events_delivery d WHERE d.event_id = o.id
        AND handler = 'tinhso.project.publications.publish_act'))
    + (SELECT count(*) FROM lake_waitingrow WHERE fault = '')
"""
WRONG = ("missing", "doubled", "unknown")
ACTS = "SELECT act_id FROM procedures.dossier_acts__all"


@dataclass(frozen=True, slots=True)
class Size:
    """How many dossiers are timed, and how often the worker is killed."""

    timed: int
    kills: int


LONG, SHORT = Size(60, 10), Size(6, 3)


def measure(*, short: bool) -> Iterator[Figure]:
    """Time what is submitted, kill the worker, compare."""
    size = SHORT if short else LONG
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with cluster(home, prepared.url), platform(environment) as served:
            seconds = _timed(served, prepared.target, environment, size.timed)
            _killed(served, prepared.target, size.kills)
            recovery = _drained(prepared.url)
            told = judged(_events(prepared.url), _acts(environment))
            made_anew = _made_anew(home, environment)
            again = judged(_events(prepared.url), _acts(environment))
            aside = _count(prepared.url, "lake_waitingrow WHERE fault <> ''")
    found = {
        "timed": len(seconds),
        "median_s": round(median(seconds), 1),
        "slowest_s": round(max(seconds), 1),
        "worker_kills": size.kills,
        **told,
        "set_aside": aside,
        "caught_up_s": round(recovery),
        "made_anew": made_anew,
        "wrong_then": sum(again[bad] for bad in WRONG),
    }
    yield Figure(
        "G26",
        found,
        n=size.timed + size.kills,
        reached=max(seconds) <= VISIBLE_SECONDS
        and not any(
            found[bad] for bad in ("missing", "doubled", "unknown", "set_aside")
        ),
        command=COMMAND,
        note="The seconds are those of a platform whose worker lives; the work of one"
        " that was killed is taken up half a minute later.",
    )


def judged(events: Sequence[str], acts: Sequence[str]) -> dict[str, int]:
    """Hold the acts in the lake against the events they tell of."""
    counts = Counter(acts)
    return {
        "acts": len(acts),
        "missing": len(set(events) - set(acts)),
        "doubled": sum(count - 1 for count in counts.values()),
        "unknown": len(set(acts) - set(events)),
    }


def _timed(
    served: Platform, target: Target, environment: Mapping[str, str], count: int
) -> list[float]:
    """Submit one after the other; answer after how many seconds each was seen."""
    random, acknowledged = Random(26), dict[str, float]()
    with _watching(environment) as seen:
        for _ in range(count):
            acknowledged[_submitted(served, target, random)] = time.time()
            time.sleep(random.uniform(0, 0.6))
        shown = _shown(seen, set(acknowledged))
    return [shown[dossier] - at for dossier, at in acknowledged.items()]


def _submitted(served: Platform, target: Target, random: Random) -> str:
    response = send(served.port, target, new_submission(target, random))
    if response.status != 201:
        raise RuntimeError(f"{response.status} {response.content!r}")
    return str(json.loads(response.content)["id"])


@contextmanager
def _watching(environment: Mapping[str, str]) -> Iterator["Queue[dict[str, object]]"]:
    """Run a reader of the lake as long as the context lasts; hand on what it tells."""
    process = subprocess.Popen(
        [sys.executable, "-m", "torture.lake_watch"],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: Queue[dict[str, object]] = Queue()
    assert process.stdout is not None
    Thread(target=_hand_on, args=(process.stdout, told), daemon=True).start()
    try:
        told.get(timeout=60)  # it is ready
        yield told
    finally:
        process.kill()
        process.wait()


def _hand_on(lines: Iterable[str], told: "Queue[dict[str, object]]") -> None:
    for line in lines:
        told.put(json.loads(line))


def _shown(seen: "Queue[dict[str, object]]", wanted: set[str]) -> dict[str, float]:
    """Wait until all are shown; what never is counts as infinitely late."""
    shown = dict.fromkeys(wanted, float("inf"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while float("inf") in shown.values() and time.monotonic() < deadline:
        try:
            told = seen.get(timeout=1)
        except Empty:
            continue
        if told["dossier"] in shown:
            shown[str(told["dossier"])] = float(str(told["at"]))
    return shown


def _killed(served: Platform, target: Target, kills: int) -> None:
    """Kill the worker while people submit, each time at another moment."""
    random = Random(27)
    for _ in range(kills):
        worker = _worker(served)
        for _ in range(random.randint(1, 4)):
            _submitted(served, target, random)
        time.sleep(random.uniform(0, 4))
        kill([worker])


def _worker(served: Platform) -> int:
    """Find the worker, once there is one and it has begun."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for pid in served.tree():
            if "procrastinate" in _words(pid):
                time.sleep(2)  # until it has loaded what it runs
                return pid
        time.sleep(0.1)
    raise RuntimeError(served.log()[-4000:])


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _drained(url: str) -> float:
    """Wait until nothing is on its way; answer for how many seconds."""
    begun = time.monotonic()
    with psycopg.connect(url, autocommit=True) as database:
        while time.monotonic() - begun < PATIENCE_SECONDS:
            row = database.execute(ON_ITS_WAY, {"names": list(EVENTS)}).fetchone()
            if row == (0,):
                break
            time.sleep(0.5)
    return time.monotonic() - begun


def _events(url: str) -> list[str]:
    sql = "SELECT id::text FROM events_outboxevent WHERE name = ANY(%s)"
    with psycopg.connect(url) as database:
        return [row[0] for row in database.execute(sql, [list(EVENTS)])]


def _count(url: str, what: str) -> int:
    with psycopg.connect(url) as database:
        row = database.execute(f"SELECT count(*) FROM {what}").fetchone()
        assert row is not None
        return int(row[0])


def _made_anew(home: Path, environment: Mapping[str, str]) -> int:
    """Lose all files, as by a restore, and rebuild; answer how many rows came in."""
    shutil.rmtree(home / "lake")
    return int(_asked(environment, "rebuild")["events"])


def _acts(environment: Mapping[str, str]) -> list[str]:
    """Ask the lake for the acts it holds, as an operator does."""
    found = _asked(environment, "query", ACTS, "--rows", "1000000")
    return [row[0] for row in found["rows"]]


def _asked(environment: Mapping[str, str], *words: str) -> dict[str, Any]:
    asked = subprocess.run(
        [str(BIN / "tinhso"), "lake", *words, "--json"],
        cwd=ROOT,
        env=dict(environment),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, Any] = json.loads(asked.stdout)
    return told
