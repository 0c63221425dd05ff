"""G2: each write of one submission fails in turn; it is refused, or stored in full.

A trace of one submission tells which calls write: to files, to the database, to the
client. Then each of them fails once, with EIO and with ENOSPC, by `strace -e inject`;
and each kind of write of PostgreSQL, in all of its processes at once. Whatever the
client is told, the same key must succeed afterwards, and all must be there once.
"""

import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from torture import stored
from torture.clients import Submission, new_submission, send, tried
from torture.cluster import Cluster, cluster, private_home
from torture.figures import Figure
from torture.history import Try, judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import Platform, platform

STRACE = "/usr/bin/strace"
ERRORS = {True: ("EIO",), False: ("EIO", "ENOSPC")}
CALLS = (
    "write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,"
    "mkdir,mkdirat,sendto,sendmsg"
)
DATABASE_CALLS = {
    True: ("pwrite64", "fdatasync"),
    False: ("pwrite64", "pwritev", "fdatasync", "fsync", "write"),
}
# How often a process of the database may write before it fails.
DATABASE_TIMES = {True: (1,), False: (1, 2, 3, 5, 8)}
LINE = re.compile(r"^(\d+) +(\w+)\((?:\d+<([^>]*)>)?(.*)$", re.M)
# Threads of the server wake each other by these; no disk and no line can fail them.
NO_WRITES = ("anon_inode", "pipe:")
AGAIN_SECONDS, TRACE_SECONDS = 60, 0.3


class Call(NamedTuple):
    """A call that writes: the nth of its name in its thread, and where to."""

    name: str
    nth: int
    target: str


def measure(*, short: bool) -> Iterator[Figure]:
    """Let every write of a submission fail once; not run without strace."""
    if not Path(STRACE).exists():
        yield _not_run("strace is not installed")
        return
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with (
            cluster(home, prepared.url) as database,
            # One worker, so that it is the one who is traced.
            platform(environment, workers=1) as served,
        ):
            trial = Trial(prepared, database, served)
            trial.warm_up()
            yield trial.figure(short=short)


class Trial:
    """The submissions that met a fault, with what their senders were told."""

    def __init__(self, prepared: Prepared, database: Cluster, served: Platform) -> None:
        self._prepared, self._database, self._served = prepared, database, served
        self._random = Random(time.time_ns())
        self._tries: list[Try] = []
        self._first: Counter[int] = Counter()
        self._met: Counter[str] = Counter()
        self._restarts = 0

    def warm_up(self) -> None:
        """Let every thread of the server have its connection and its caches."""
        for _ in range(20):
            self._send(self._new())

    def figure(self, *, short: bool) -> Figure:
        """Try each write with each error; answer what was found."""
        calls = self._calls()
        if not calls:
            return _not_run("strace may not trace here")
        for error in ERRORS[short]:
            for call in calls:
                self._fail_in_server(call, error)
            for name in DATABASE_CALLS[short]:
                for nth in DATABASE_TIMES[short]:
                    self._fail_in_database(name, nth, error)
        return self._sum_up(len(calls))

    def _calls(self) -> list[Call]:
        """Trace a submission; list the calls that write, by thread and name."""
        with traced(self._workers(), f"trace={CALLS}") as trace:
            self._send(self._new())
            time.sleep(TRACE_SECONDS)
        return writes(trace.text)

    def _fail_in_server(self, call: Call, error: str) -> None:
        words = f"inject={call.name}:error={error}:when={call.nth}"
        self._try_one("server", self._workers(), words)

    def _fail_in_database(self, name: str, nth: int, error: str) -> None:
        words = f"inject={name}:error={error}:when={nth}"
        self._try_one("database", self._database.pids(), words)

    def _try_one(self, where: str, pids: Sequence[int], words: str) -> None:
        one = self._new()
        # Not those that PostgreSQL starts to recover: the fault is over by then.
        with traced(pids, words, threads=where == "server") as trace:
            self._first[self._send(one)] += 1
        self._met[where] += "(INJECTED)" in trace.text
        if not self._database.is_running():
            self._database.start()
            self._restarts += 1
        self._until_acknowledged(one)

    def _until_acknowledged(self, one: Submission) -> None:
        deadline = time.monotonic() + AGAIN_SECONDS
        while self._send(one) != 201 and time.monotonic() < deadline:
            time.sleep(0.2)

    def _new(self) -> Submission:
        return new_submission(self._prepared.target, self._random)

    def _send(self, one: Submission) -> int:
        response = send(self._served.port, self._prepared.target, one, timeout=20)
        self._tries.append(tried(one, response))
        return response.status

    def _workers(self) -> tuple[int, ...]:
        self._served.wait(AGAIN_SECONDS)
        return self._served.server_workers()

    def _sum_up(self, calls: int) -> Figure:
        url, home = self._prepared.url, self._prepared.home
        stored.wait_until_told(url, most=3 * AGAIN_SECONDS)
        kept = stored.read(url=url, home=home, keys="t-%")
        found = judge(tries=self._tries, kept=kept)
        for fault in found.faults():
            print(f"  {fault}")
        keys = {one.key for one in self._tries}
        answered = {one.key for one in self._tries if one.code}
        faults = {**found.counts(), "bare_500": self._first[500]}
        return Figure(
            "G2",
            {
                "writes_of_a_submission": calls,
                "failed_in_server": self._met["server"],
                "failed_in_database": self._met["database"],
                "acknowledged_at_once": self._first[201],
                "told_503": self._first[503],
                "no_answer": self._first[0],
                "database_gone": self._restarts,
                "never_succeeded": len(keys - answered),
                **faults,
            },
            n=self._met.total(),
            reached=not any(faults.values()) and keys == answered,
            command="python -m torture G2",
            note=(
                "Injected by strace into the server worker, call by call, and into all"
                " processes of PostgreSQL at once; PostgreSQL answers a failed fsync"
                " of its journal by starting anew, as it should."
            ),
        )


@dataclass
class Trace:
    """What strace wrote; empty until it has ended."""

    text: str = ""


@contextmanager
def traced(pids: Sequence[int], words: str, *, threads: bool = True) -> Iterator[Trace]:
    """Trace processes as long as the context lasts; threads: and what they start."""
    trace, follow = Trace(), ["-f"] if threads else []
    with tempfile.NamedTemporaryFile(prefix="ts-trace-", mode="r") as log:
        attached = [word for pid in pids for word in ("-p", str(pid))]
        process = subprocess.Popen(
            [STRACE, *follow, "-y", "-o", log.name, "-e", words, *attached],
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        process.stderr.readline()
        time.sleep(0.1)
        try:
            yield trace
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
            trace.text = Path(log.name).read_text(errors="replace")


def writes(trace: str) -> list[Call]:
    """List the calls that write in a trace, each by its number in its thread."""
    counts: Counter[tuple[str, str]] = Counter()
    found = []
    for thread, name, target, rest in LINE.findall(trace):
        counts[thread, name] += 1
        if not target.startswith(NO_WRITES):
            where = target or rest.partition(",")[0]
            found.append(Call(name, counts[thread, name], where))
    # The same number in two threads fails in both.
    return list({(call.name, call.nth): call for call in found}.values())


def _not_run(why: str) -> Figure:
    return Figure("G2", {}, 0, None, "python -m torture G2", note=why)
