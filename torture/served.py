"""A server of its own, with a database, a home and a temporary folder to look into."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from bench import submissions

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 20 * 2**20  # bytes of a request, as the settings have it


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is, whom it knows, and where it could leave traces."""

    url: str
    port: int
    pid: int
    token: str
    units: tuple[str, ...]
    answers: dict[str, Any]
    database_url: str
    home: Path
    temporary: Path
    log: Path


@contextmanager
def served(**settings: str) -> Iterator[Served]:
    """Serve a province of synthetic people as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="tinhso-torture-") as folder:
        home, temporary = Path(folder, "home"), Path(folder, "tmp")
        home.mkdir()
        temporary.mkdir()
        # What set-up made, as far as it has: fonts come with the first PDF.
        for name in ("static", "vendor", "fonts"):
            if (ROOT / "var" / name).is_dir():
                (home / name).symlink_to(ROOT / "var" / name)
        environment = {
            **os.environ,
            **settings,
            "TINHSO_BENCH_HOME": str(home),
            "TMPDIR": str(temporary),
            "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        }
        prepared = json.loads(
            submissions.python(environment, "-m", "bench.prepare_submissions")
        )
        log = Path(folder, "server.log")
        try:
            with (
                log.open("wb") as told,
                submissions.server(environment, log=told) as process,
            ):
                yield Served(
                    url=f"http://127.0.0.1:{submissions.PORT}",
                    port=submissions.PORT,
                    pid=process.pid,
                    token=prepared["token"],
                    units=tuple(prepared["units"]),
                    answers=prepared["answers"],
                    database_url=prepared["database_url"],
                    home=home,
                    temporary=temporary,
                    log=log,
                )
        finally:
            words = ("-m", "bench.prepare_submissions", "--drop")
            submissions.python(environment, *words)


def tree(pid: int) -> list[int]:
    """List a process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            told = _stat(int(entry))
            if told:
                parents.setdefault(int(told[1]), []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """Read what stands behind the name of a process; nothing if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()
    except OSError:
        return []


def memory(pid: int) -> int:
    """Tell the memory of a process, in bytes, what it shares counted by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(ln.split()[1]) * 1024 for ln in lines if ln[:4] == "Pss:"), 0)


@dataclass
class Meter:
    """Memory and CPU of a process and all below it, looked at while something runs.

    peak: bytes at most at once; seconds: CPU of each process, also of those that are
    gone, as far as they were seen.
    """

    pid: int
    interval: float = 0.02
    peak: int = 0
    seconds: dict[int, float] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)

    def look(self) -> None:
        """Look once."""
        pids = tree(self.pid)
        self.peak = max(self.peak, sum(map(memory, pids)))
        ticks = os.sysconf("SC_CLK_TCK")
        for pid in pids:
            told = _stat(pid)
            if told:
                self.seconds[pid] = (int(told[11]) + int(told[12])) / ticks

    def cpu(self) -> float:
        """Tell the CPU seconds of all processes ever seen."""
        return sum(self.seconds.values())

    @contextmanager
    def watching(self) -> Iterator["Meter"]:
        """Look again and again until the context ends."""
        self.look()
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()
            self.look()

    def _run(self) -> None:
        while not self._stop.wait(self.interval):
            self.look()
