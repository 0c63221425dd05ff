"""G5: the clock of the server jumps while it serves; nothing breaks, due dates stand.

The platform runs under libfaketime, whose clock follows a file: it jumps by an hour
and by 400 days, both ways, to the last seconds of a year and to the morning of Tết,
while clients submit and look. PostgreSQL keeps the true time.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg

from torture import stored
from torture.clients import ask, new_submission, send, tried
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.history import Answer, Try, judge
from torture.prepare import ROOT, Prepared, environment_of, prepare
from torture.serving import BIN, Platform, platform

LIBRARIES = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
LIBRARY = next(iter(sorted(LIBRARIES)), Path("/nowhere"))
JUMPS = (
    "+0",
    "+1h",
    "-1h",
    "+400d",
    "-400d",
    "+0",
    "@2026-12-31 23:59:57",
    "@2027-02-06 07:59:00",
    "@2028-02-29 23:59:57",
    "+0",
)
# The library refuses the sleeps of Python, which end at a moment of the true clock.
SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], max(0, seconds)) and None
"""
EACH = {True: 3, False: 40}  # submissions after a jump
PATHS = ("/", "/thu-tuc/1.001193", "/suc-khoe", "/api/v1/procedures")
OWN = "/api/v1/dossiers"
DUE = "SELECT id::text, due_at FROM procedures_dossierrow"
TOLD_SECONDS = 120


def measure(*, short: bool) -> Iterator[Figure]:
    """Let the clock jump; not run without libfaketime."""
    if not LIBRARY.exists():
        why = "libfaketime is not installed"
        yield Figure("G5", {}, 0, None, "python -m torture G5", note=why)
        return
    with private_home() as home:
        prepared = prepare(home)
        watch, mended = home / "clock", home / "mended"
        watch.write_text("+0\n")
        mended.mkdir()
        (mended / "sitecustomize.py").write_text(SLEEP)
        environment = environment_of(
            home,
            DATABASE_URL=prepared.url,
            PYTHONPATH=f"{mended}:{ROOT}",
            LD_PRELOAD=str(LIBRARY),
            FAKETIME_TIMESTAMP_FILE=str(watch),
            FAKETIME_NO_CACHE="1",
            # What is waited for is measured truly.
            FAKETIME_DONT_FAKE_MONOTONIC="1",
        )
        with cluster(home, prepared.url), platform(environment) as served:
            yield _jump(prepared, served, watch, EACH[short])


def _jump(prepared: Prepared, served: Platform, watch: Path, each: int) -> Figure:
    random, tries = Random(time.time_ns()), list[Try]()
    statuses: list[int] = []
    moved = 0
    for jump in JUMPS:
        due = _due(prepared.url)
        watch.write_text(f"{jump}\n")
        for _ in range(each):
            one = new_submission(prepared.target, random)
            response = send(served.port, prepared.target, one)
            tries.append(tried(one, response))
            statuses += [response.status, *_looks(prepared, served)]
        later = _due(prepared.url)
        moved += sum(later.get(dossier) != when for dossier, when in due.items())
    return _figure(prepared, tries, statuses, moved)


def _looks(prepared: Prepared, served: Platform) -> list[int]:
    key = {"Authorization": f"Bearer {prepared.target.token}"}
    seen = [ask(served.port, "GET", path).status for path in PATHS]
    return [*seen, ask(served.port, "GET", OWN, headers=key).status]


def _due(url: str) -> dict[str, object]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(DUE).fetchall())


def _figure(
    prepared: Prepared, tries: list[Try], statuses: list[int], moved: int
) -> Figure:
    stored.wait_until_told(prepared.url, most=TOLD_SECONDS)
    kept = stored.read(url=prepared.url, home=prepared.home, keys="t-%")
    found = judge(tries=tries, kept=kept)
    for fault in found.faults():
        print(f"  {fault}")
    faults = {
        "crashes": sum(status == 0 or status >= 500 for status in statuses),
        "due_dates_moved": moved,
        "journal_faults": _journal_faults(prepared),
        **found.counts(),
    }
    acknowledged = len({one.key for one in tries if one.code})
    refused = sum(one.answer is Answer.REFUSED for one in tries)
    return Figure(
        "G5",
        {
            "jumps": len(JUMPS),
            "acknowledged": acknowledged,
            "refused_by_name": refused,
            **faults,
        },
        n=len(statuses),
        # 400 days back the child of the application is not born yet.
        reached=not any(faults.values())
        and refused == JUMPS.count("-400d") * len(tries) / len(JUMPS)
        and acknowledged + refused == len(tries),
        command="python -m torture G5",
        note=(
            f"The jumps: {', '.join(JUMPS)}. The server's clock jumps, PostgreSQL's"
            " does not. 400 days back the application is refused, for its child is not"
            " born by then. The order of what happened is tested with a frozen clock:"
            " tests/procedures/test_clock.py."
        ),
    )


def _journal_faults(prepared: Prepared) -> int:
    """Let the platform verify its own journal, numbered by sequence."""
    result = subprocess.run(
        [str(BIN / "tinhso"), "audit", "verify", "--json"],
        env=environment_of(prepared.home, DATABASE_URL=prepared.url),
        capture_output=True,
        text=True,
    )
    return len(json.loads(result.stdout)["faults"])
