"""A real server that speaks S3 on this machine: rclone, as its Python package ships it.

`python -m bench.lake_store` measures over it, too.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RCLONE = Path(sys.executable).parent / "rclone"
REASON = "no rclone beside this Python; `make setup-test` installs it"
HERE, START_SECONDS, END_SECONDS = "127.0.0.1", 20, 10
BUCKET, KEY, SECRET = "lake", "PLATFORMKEY", "canary-of-the-secret-key"


class Server:
    """A store with one bucket, whose objects lie below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._log = folder / "store", folder / "store.log"
        self._home = folder / "store-home"
        (self.folder / BUCKET).mkdir(parents=True)
        self._home.mkdir()
        self._port = _free_port()
        self.url = f"http://{HERE}:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, at the same address each time."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "RCLONE_CONFIG": "",
            "RCLONE_AUTH_KEY": f'"{KEY},{SECRET}"',
        }
        # What tests lay beside it is soon seen.
        words = ["--addr", f"{HERE}:{self._port}", "--dir-cache-time", "100ms"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [RCLONE, "serve", "s3", *words, self.folder],
                env=environment,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._is_running():
            with socket.socket() as probe:
                if probe.connect_ex((HERE, self._port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(self._log.read_text()[-2000:])

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End it, as a machine that loses its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_SECONDS)
            self._process = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let it take calls and answer none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def names(self) -> list[str]:
        """List the objects, without the bucket."""
        root = self.folder / BUCKET
        return sorted(
            str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()
        )


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server; it ends with this."""
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def write_key(home: Path, name: str = KEY, secret: str = SECRET) -> Path:
    """Lay the platform's key where it belongs."""
    file = home / "keys" / "lake"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{name}\n{secret}\n")
    return file


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
