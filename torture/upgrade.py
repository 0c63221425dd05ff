"""G15: a new release is put in place while the one before serves; nobody notices.

The release before is run from its own sources. Clients submit with keys and try again:
before; while the new program meets the old tables; while the tables are brought up to
date under the old program; while servers are changed; and after. What they were told is
held against what is kept. Then the tests of the release before are run on the new
tables.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from torture import release, stored
from torture.clients import Clients, ask
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.history import Findings, Try, judge
from torture.prepare import ROOT, Prepared, environment_of, prepare
from torture.serving import BIN, START_SECONDS, Release, free_port, platform

COMMAND = "python -m torture G15"
CLIENTS = 4
TESTS = ("tests/api", "tests/procedures")
TEST_SECONDS = 20 * 60
NOT_PASSED = ("FAILED", "ERROR")
COUNTED = re.compile(r"(\d+) (passed|failed|error|skipped)")
# Receipts take their time where two programs and many clients share a machine.
CLIENT_PAUSE, TOLD_SECONDS = 0.4, 600


class Size(NamedTuple):
    """How long each step lasts, in seconds, and which tests are run."""

    seconds: float
    tests: tuple[str, ...]


LONG, SHORT = Size(20.0, TESTS), Size(5.0, ())


class Steps(NamedTuple):
    """What clients met, step by step: the statuses of their tries."""

    clients: Clients
    statuses: Mapping[str, Counter[int]]
    migrated: tuple[str, ...]


def measure(*, short: bool) -> Iterator[Figure]:
    """Upgrade from the release before to this one, under clients."""
    size = SHORT if short else LONG
    commit, _ = release.previous()
    if not release.is_known(commit):
        why = f"the history that knows {commit[:9]} is not here"
        yield Figure("G15", {}, 0, None, COMMAND, note=why)
        return
    with private_home() as home:
        before = release.check_out(commit, home / "before")
        lend_front_end(before)
        prepared = prepare(home, root=before)
        with cluster(home, prepared.url):
            steps = _upgraded(size, prepared, before)
            kept = stored.read(url=prepared.url, home=home, keys="t-%")
            found = judge(tries=steps.clients.tries, kept=kept)
            tests = old_tests(prepared, before, size.tests)
        yield _figure(commit, steps, found, tests)


def lend_front_end(before: Path) -> None:
    """Give the release before the fonts and scripts that set-up made for this one."""
    for name in ("node_modules", "var/vendor", "var/static", "var/fonts", "var/typst"):
        (before / name).parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            (before / name).symlink_to(ROOT / name)


def _upgraded(size: Size, prepared: Prepared, before: Path) -> Steps:
    """Go through the steps; the same clients submit all the time."""
    home, url = prepared.home, prepared.url
    called = (str(release.set_up(before) / "tinhso"),)
    old = environment_of(home, DATABASE_URL=url, PYTHONPATH=str(before))
    new = environment_of(home, DATABASE_URL=url)
    with ExitStack() as running:
        served = running.enter_context(platform(old, release=Release(before, called)))
        clients = Clients(served.port, prepared.target, pause=CLIENT_PAUSE)
        met = _Met(clients)
        with clients.submitting(CLIENTS):
            met.step("old_on_old", size.seconds)
            with _bare_server(new) as port:
                clients.turn_to(port)
                met.step("new_on_old", size.seconds)
                clients.turn_to(served.port)
                # What was on its way is answered before its server ends.
                time.sleep(1)
            migrated = _migrate(url, new)
            met.step("old_on_new", size.seconds)
            after = running.enter_context(platform(new))
            clients.turn_to(after.port)
            met.step("both_on_new", size.seconds)
            served.stop()
            met.step("new_on_new", size.seconds)
        stored.wait_until_told(url, most=TOLD_SECONDS)
    return Steps(clients, met.statuses, migrated)


class _Met:
    """Counts by step what the clients were answered."""

    def __init__(self, clients: Clients) -> None:
        self._clients, self._seen = clients, Counter[int]()
        self.statuses: dict[str, Counter[int]] = {}

    def step(self, name: str, seconds: float) -> None:
        """Let clients submit for some seconds, and call that a step."""
        time.sleep(seconds)
        now = Counter(self._clients.statuses)
        self.statuses[name] = now - self._seen
        self._seen = now


@contextmanager
def _bare_server(environment: Mapping[str, str]) -> Iterator[int]:
    """Serve with this release's program, and touch no table before; answer the port."""
    port = free_port()
    words = (
        *("-m", "tinhso.project.server", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "2"),
        *("--blocking-threads", "8", "--log-level", "warning"),
        "tinhso.project.wsgi:application",
    )
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        _wait_until_served(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_served(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ask(port, "GET", "/api/v1/procedures?q=khai+sinh", timeout=5).status == 200:
            return
        time.sleep(0.1)
    raise RuntimeError("the new program does not serve on the old tables")


def _migrate(url: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Bring the tables up to date while the old program works; answer what was new."""
    before = _applied(url)
    words = [str(BIN / "tinhso"), "migrate"]
    subprocess.run(words, env=environment, check=True, capture_output=True)
    return tuple(sorted(_applied(url) - before))


def _applied(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations")
        return {row[0] for row in rows}


def old_tests(prepared: Prepared, before: Path, tests: tuple[str, ...]) -> Counter[str]:
    """Run tests of the release before on tables that this one has made.

    Answers how many passed, failed, were skipped. They are told to take the database
    as it is; that it still has the new tables afterwards is looked at.
    """
    if not tests:
        return Counter()
    url = _new_database(prepared)
    environment = environment_of(
        prepared.home, DATABASE_URL=prepared.url, PYTHONPATH=str(before)
    )
    words = ("-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *tests)
    result = subprocess.run(
        [str(before / ".venv" / "bin" / "python"), *words],
        cwd=before,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TEST_SECONDS,
    )
    _, released = release.previous()
    assert _applied(url) - released, "the tests made tables of their own"
    said = [one for one in result.stdout.splitlines() if one.startswith(NOT_PASSED)]
    print("".join(f"  {one}\n" for one in said), end="")
    return counted(result.stdout)


def counted(said: str) -> Counter[str]:
    """Read what pytest sums up in its last line."""
    last = (said.strip().splitlines() or [""])[-1]
    return Counter({what: int(number) for number, what in COUNTED.findall(last)})


def _new_database(prepared: Prepared) -> str:
    """Make the database that Django would make for tests, with the new tables."""
    name = str(conninfo_to_dict(prepared.url)["dbname"])
    with psycopg.connect(prepared.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE test_{name}")
    url = prepared.url.replace(f"/{name}?", f"/test_{name}?")
    _migrate_fresh(environment_of(prepared.home, DATABASE_URL=url))
    return url


def _migrate_fresh(environment: Mapping[str, str]) -> None:
    words = [str(BIN / "tinhso"), "migrate"]
    subprocess.run(words, env=environment, check=True, capture_output=True)


def _figure(commit: str, steps: Steps, found: Findings, tests: Counter[str]) -> Figure:
    for fault in found.faults():
        print(f"  {fault}")
    faults = {
        **found.counts(),
        "failed_acknowledgements": len(never_acknowledged(steps.clients.tries)),
        "bare_500": steps.clients.statuses.get(500, 0),
        "old_tests_failed": tests["failed"] + tests["error"],
    }
    acknowledged = {
        f"acknowledged_{name}": statuses[201]
        for name, statuses in steps.statuses.items()
    }
    again = sum(steps.clients.statuses.values()) - steps.clients.statuses.get(201, 0)
    counts = {"migrations": len(steps.migrated), **acknowledged, "tried_again": again}
    tested = {"old_tests_passed": tests["passed"]} if tests else {}
    return Figure(
        "G15",
        {**counts, **faults, **tested},
        n=steps.clients.acknowledged() + tests.total(),
        reached=not any(faults.values())
        and all(acknowledged.values())
        and bool(steps.migrated),
        command=COMMAND,
        note=(
            f"From {commit[:9]} to this tree: {', '.join(steps.migrated)}. new_on_old:"
            " only this release's server, for its worker needs the new tables; `tinhso"
            " run` never comes there, as it migrates before it serves. Only submissions"
            " are tried in the steps, not every page. tried_again: not acknowledged at"
            " once, and sent again under the same key."
        ),
    )


def never_acknowledged(tries: Sequence[Try]) -> set[str]:
    """List the keys that were sent and never acknowledged."""
    return {one.key for one in tries} - {one.key for one in tries if one.code}
