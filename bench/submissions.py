"""Complete, durable submissions a second, through the real server over loopback.

One submission stores a picture of 200 kB and an application that names it: checked,
inspected, with dossier, task, move, journal entries, event and its job. The peer is a
plain psycopg loop that commits the same rows, with fsync on, in the same run; it
neither reads nor checks anything, and stores no picture. `submissions_floor` is the
same request behind the same server with nothing read or checked (`bench/floor.py`).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from random import Random
from statistics import median
from typing import IO
from uuid import uuid4

import psycopg

from bench.report import line

# Taken in turns, so that a disk or a neighbour in a bad mood meets both alike.
ROUNDS, SECONDS, BARE_SECONDS = 5, 2.0, 1.0
CLIENTS = (1, 8, 32)
MOST = 800  # submissions a second to be ready for
BOUNDARY = "tinhso-bench"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


PORT = _free_port()


Rows = list[tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class Target:
    """Where to submit, as whom, to which of the 54 communes, with which answers."""

    token: str
    units: tuple[str, ...]
    answers: dict[str, object]


def main() -> None:
    """Print one JSON line for each number of clients."""
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as home:
        environment = _environment(home)
        prepared = json.loads(python(environment, "-m", "bench.prepare_submissions"))
        target = Target(
            prepared["token"], tuple(prepared["units"]), prepared["answers"]
        )
        url = prepared["database_url"]
        try:
            with server(environment):
                run(target, clients=8, seconds=5.0)  # caches, connections, folders
                rows = _rows_of_one_submission(url)
                _measure("submissions", target, url, rows)
            with server(environment, "bench.floor:application"):
                run(target, clients=8, seconds=5.0)
                _measure("submissions_floor", target, url, rows)
        finally:
            python(environment, "-m", "bench.prepare_submissions", "--drop")


def _measure(name: str, target: Target, url: str, rows: Rows) -> None:
    for clients in CLIENTS:
        bare, ours, times = [], [], []
        for _ in range(ROUNDS):
            bare.append(_bare_rate(url, rows))
            taken = run(target, clients=clients, seconds=SECONDS)
            ours.append(len(taken) / SECONDS)
            times += taken
        p99 = sorted(times)[int(len(times) * 0.99) - 1] * 1000
        line(
            f"{name}_{clients}_clients",
            median(ours),
            "submissions/s",
            peer="the same rows by a plain psycopg loop",
            peer_value=median(bare),
            p99_ms=round(p99, 1),
        )


def _environment(home: str) -> dict[str, str]:
    return {
        **os.environ,
        "TINHSO_BENCH_HOME": home,
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
    }


def python(environment: dict[str, str], *words: str) -> str:
    """Run a module of Python; answer what it prints."""
    result = subprocess.run(
        [sys.executable, *words],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return result.stdout


@contextmanager
def server(
    environment: dict[str, str], *application: str, log: IO[bytes] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve the database of the benchmark as long as the context lasts."""
    words = ("-m", "bench.prepare_submissions", "--serve", str(PORT), *application)
    process = subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait()
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            # One that was told to end while it was still loading may never hear it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait() -> None:
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=2)
            connection.request("GET", "/api/v1/procedures")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def run(target: Target, *, clients: int, seconds: float) -> list[float]:
    """Let clients submit for some seconds; answer the time of each submission.

    What they send is made before the time begins, as the rows of the peer are.
    """
    each = int(seconds * MOST / clients) + 1
    random = Random(time.time_ns())
    ready = [
        [body(target, file=pdf(random), random=random) for _ in range(each)]
        for _ in range(clients)
    ]
    deadline = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as pool:
        runs = [pool.submit(_client, target, deadline, bodies) for bodies in ready]
        return [taken for run in runs for taken in run.result()]


def _client(target: Target, deadline: float, ready: Sequence[bytes]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    random = Random(time.time_ns())
    bodies, times = iter(ready), []
    while time.perf_counter() < deadline:
        content = next(bodies, None)
        content = content or body(target, file=pdf(random), random=random)
        headers = {
            "Authorization": f"Bearer {target.token}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Idempotency-Key": f"{random.getrandbits(64):x}",
        }
        start = time.perf_counter()
        _ask(connection, "/api/v1/submissions", content, headers)
        times.append(time.perf_counter() - start)
    return times


def body(target: Target, *, file: bytes, random: Random) -> bytes:
    """Write what a client sends: an application, and the one file it names."""
    application = {
        "procedure": "1.001193",
        "unit_id": random.choice(target.units),
        "answers": target.answers,
    }
    return b"".join(
        (
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=application"
            f"\r\n\r\n{json.dumps(application)}\r\n--{BOUNDARY}\r\n"
            "Content-Disposition: form-data; name=birth_proof; filename=scan.pdf\r\n"
            "Content-Type: application/pdf\r\n\r\n".encode(),
            file,
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )


def _ask(
    connection: HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> dict[str, object]:
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    content: dict[str, object] = json.loads(response.read())
    if response.status != 201:
        raise SystemExit(f"{path}: {response.status} {content}")
    return content


NOISE = Random(1).randbytes(198_000)


def pdf(random: Random, *, size: int = len(NOISE)) -> bytes:
    """Write a PDF of one page around bytes that do not compress, as scans do not.

    size: of its content, in bytes; 200 kB unless told.

    Each differs from all others in some bytes, so that none is stored before.
    """
    half = size // 2
    stream = NOISE[:half] + random.randbytes(32) + NOISE[half + 32 : size]
    return one_page(stream)


def one_page(stream: bytes, *, fonts: bytes = b"") -> bytes:
    """Write a PDF of one page; fonts: the entry that names those of its content."""
    parts = [b"%PDF-1.7\n"]
    offsets = []
    page = b"/MediaBox [0 0 595 842] /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R %s%s >>" % (page, fonts),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    for number, content in enumerate(objects, start=1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = sum(map(len, parts))
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"xref\n0 5\n0000000000 65535 f \n" + table)
    parts.append(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return b"".join(parts)


# The rows of one submission: table, and how they belong to the dossier.
ENTRIES = (
    "subject_id = %(id)s OR subject_id IN"
    " (SELECT file_id FROM procedures_dossierfilerow WHERE dossier_id = %(id)s)"
)
WRITTEN = {
    "documents_filerow": "id IN (SELECT file_id FROM procedures_dossierfilerow"
    " WHERE dossier_id = %(id)s)",
    "procedures_dossiercounter": "organization_id ="
    " (SELECT organization_id FROM procedures_dossierrow WHERE id = %(id)s)"
    " ORDER BY day DESC LIMIT 1",
    "procedures_dossierrow": "id = %(id)s",
    "procedures_dossierfilerow": "dossier_id = %(id)s",
    "procedures_moverow": "dossier_id = %(id)s",
    "procedures_taskrow": "dossier_id = %(id)s",
    "audit_journalentry": ENTRIES,
    "audit_awaitingseal": "entry_id IN"
    f" (SELECT id FROM audit_journalentry WHERE {ENTRIES})",
    "events_outboxevent": "subject_id = %(id)s",
    "procrastinate_jobs": "lock = %(id)s::text",
    "procrastinate_events": "job_id IN"
    " (SELECT id FROM procrastinate_jobs WHERE lock = %(id)s::text)",
}
# What must differ from copy to copy, so that no unique index refuses it.
FRESH = {
    "audit_awaitingseal": ("entry_id",),
    "procedures_dossiercounter": ("id", "organization_id"),
    "procedures_dossierfilerow": ("id", "dossier_id"),
    "procedures_dossierrow": ("id", "code", "idempotency_key"),
    "procedures_taskrow": ("id", "dossier_id"),
    "procrastinate_jobs": (),
    "procrastinate_events": (),
}
# Their numbers come from a sequence.
NUMBERED = {"procrastinate_jobs", "procrastinate_events"}


def _rows_of_one_submission(url: str) -> Rows:
    """Read which rows the newest submission wrote, table by table."""
    with psycopg.connect(url) as connection:
        newest = connection.execute(
            "SELECT id FROM procedures_dossierrow ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert newest is not None
        return [
            (table, row[0])
            for table, condition in WRITTEN.items()
            for row in connection.execute(
                f"SELECT to_jsonb(t) FROM {table} t WHERE {condition}",  # type: ignore[arg-type]
                {"id": newest[0]},
            )
        ]


def _bare_rate(url: str, rows: Rows) -> float:
    """Commit copies of the same rows in a plain loop; answer submissions a second.

    The copies go into tables with the same columns, defaults and indexes.
    """
    with psycopg.connect(url, autocommit=True, prepare_threshold=3) as connection:
        for table in dict.fromkeys(table for table, _ in rows):
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS bare_{table}"  # type: ignore[arg-type]
                f" (LIKE {table} INCLUDING ALL)"
            )
        statements = [_statement(table, row) for table, row in rows]
        count, deadline = 0, time.perf_counter() + BARE_SECONDS
        while time.perf_counter() < deadline:
            with connection.transaction():
                for statement, values, fresh in statements:
                    news = [str(uuid4()) for _ in fresh]
                    connection.execute(statement, [*news, *values])  # type: ignore[arg-type]
            count += 1
    return count / BARE_SECONDS


def _statement(
    table: str, row: dict[str, object]
) -> tuple[str, list[object], tuple[str, ...]]:
    """Write a plain INSERT; the fresh columns come first."""
    fresh = FRESH.get(table, ("id",))
    kept = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
        if name not in fresh and not (table in NUMBERED and name == "id")
    }
    names = ", ".join(f'"{column}"' for column in [*fresh, *kept])
    places = ", ".join(["%s"] * (len(fresh) + len(kept)))
    return (
        f"INSERT INTO bare_{table} ({names}) VALUES ({places})",
        list(kept.values()),
        fresh,
    )


if __name__ == "__main__":
    main()
