"""A platform as `tinhso run` starts it, with the processes it is made of."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from torture.clients import ask
from torture.cluster import children
from torture.prepare import ROOT

START_SECONDS = 90
BIN = Path(sys.executable).parent


class Release(NamedTuple):
    """Where the sources of a platform are, and how its `tinhso` is called."""

    root: Path
    program: tuple[str, ...]


HERE = Release(ROOT, (str(BIN / "tinhso"),))


class Platform:
    """`tinhso run` with its tree: supervisor, server, its workers, worker of jobs."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        workers: int,
        before: Sequence[str] = (),
        scheme: str = "http",
        release: Release = HERE,
    ) -> None:
        self.port, self._root = free_port(), release.root
        self._words = [
            *before,
            *(*release.program, "run", "--port", str(self.port)),
            *("--workers", str(workers)),
        ]
        origin = f"{scheme}://localhost:{self.port}"
        self._environment = {**environment, "TINHSO_ORIGIN": origin}
        self._log = Path(environment["TINHSO_HOME"]) / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; answer how many seconds it took until it served."""
        self.spawn()
        return self.wait(START_SECONDS)

    def spawn(self) -> None:
        """Start it without waiting."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                cwd=self._root,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> float:
        """Wait until a page that needs the database is served; answer the seconds.

        :raises RuntimeError: with the log, if it is not in time.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if self.serves():
                return time.monotonic() - begun
            time.sleep(0.05)
        raise RuntimeError(f"not served in {seconds} s:\n{self.log()[-4000:]}")

    def serves(self) -> bool:
        """Tell whether a request that reads the database is answered with 200."""
        path = "/api/v1/procedures?q=khai+sinh"
        return ask(self.port, "GET", path, timeout=5).status == 200

    def is_running(self) -> bool:
        """Tell whether the supervisor runs."""
        return self._process is not None and self._process.poll() is None

    def tree(self) -> tuple[int, ...]:
        """List all processes below the supervisor."""
        assert self._process is not None
        return children(self._process.pid)

    def server(self) -> int | None:
        """Tell the first process of the server, if there is one now."""
        return next((pid for pid in self.tree() if _parent_is(pid, self._pid())), None)

    def server_workers(self) -> tuple[int, ...]:
        """List the processes that answer requests."""
        return tuple(p for p in self.tree() if _is_server(p) and not self._is_first(p))

    def kill_below(self) -> None:
        """Kill everything but the supervisor, at once."""
        kill(self.tree())

    def kill_all(self) -> None:
        """Kill everything, the supervisor first, as when a machine's memory is out."""
        tree = self.tree()
        assert self._process is not None
        self._process.kill()
        kill(tree)
        self._process.wait()

    def stop(self) -> None:
        """Let it end in order, and kill what has not after half a minute."""
        if self._process is None:
            return
        tree = self.tree()
        if self.is_running():
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(30)
        self._process.kill()
        kill(tree)
        self._process.wait()

    def log(self) -> str:
        """Read what it wrote."""
        return self._log.read_text("utf-8", errors="replace")

    def _pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _is_first(self, pid: int) -> bool:
        return _parent_is(pid, self._pid())


@contextmanager
def platform(
    environment: Mapping[str, str],
    *,
    workers: int = 2,
    before: Sequence[str] = (),
    scheme: str = "http",
    release: Release = HERE,
) -> Iterator[Platform]:
    """Run a platform as long as the context lasts.

    before: words such as `faketime`; scheme: `https` where it is to believe that TLS
    ends before it; release: another one than this.
    """
    made = Platform(
        environment, workers=workers, before=before, scheme=scheme, release=release
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


def kill(pids: Sequence[int]) -> None:
    """Kill processes; those that are gone already are no matter."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """Find a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_server(pid: int) -> bool:
    return "tinhso.project.server" in _words(pid)


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _parent_is(pid: int, parent: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return int(stat.rpartition(")")[2].split()[1]) == parent
