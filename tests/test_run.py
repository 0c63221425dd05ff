"""Starting says what stands in its way; what was started is kept running."""

import os
import signal
import socket
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from click.testing import CliRunner

from tinhso.cli import children, postgres, run


def test_a_taken_port_is_named_before_anything_starts(monkeypatch):
    monkeypatch.setattr(run, "_step", lambda text: 1 / 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        told = CliRunner().invoke(run.command, ["--port", str(port)])

    assert told.exit_code == 1
    assert f"port {port} is taken" in told.output


def shell(text):
    return ["/bin/sh", "-c", text]


@pytest.fixture
def child():
    """Start a child of this test; it is ended with it."""
    made = []

    def start(words):
        made.append(children.Child("server", words, dict(os.environ)))
        return made[-1]

    yield start
    children.end(made)


def until(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_a_process_that_ended_is_started_again_and_it_is_said(child, tmp_path):
    starts, said = tmp_path / "starts", []
    made = child(shell(f"echo x >> {starts}; kill -9 $$"))
    assert until(made.has_ended)

    made.mend(said.append)

    assert until(lambda: starts.read_text() == "x\nx\n")
    assert said == ["The server ended (signal 9); it is started again."]


def test_a_process_that_ends_again_and_again_is_started_ever_more_slowly(child):
    moments, said = [], set()

    def note(text):
        moments.append(time.monotonic())
        said.add(text)

    made = child(shell("exit 3"))

    assert until(lambda: made.mend(note) or len(moments) == 5)

    waits = [later - sooner for sooner, later in pairwise(moments)]
    assert waits[3] > waits[1] > 0.2
    assert said == {"The server ended (code 3); it is started again."}


def is_running(process):
    """Tell whether a process of /proc is there and no zombie."""
    try:
        return " Z " not in process.joinpath("stat").read_text()
    except OSError:
        return False


def test_what_a_dead_process_left_behind_is_ended_before_it_is_started_again(
    child, tmp_path
):
    left = tmp_path / "left"
    made = child(shell(f"sleep 60 & echo $! > {left}; kill -9 $$"))
    assert until(made.has_ended)
    orphan = Path(f"/proc/{left.read_text().strip()}")
    assert orphan.exists()

    made.mend(lambda text: None)

    assert until(lambda: not is_running(orphan))


def test_a_process_that_lives_is_left_alone(child):
    made = child(shell("sleep 60"))

    made.mend(lambda text: 1 / 0)

    assert not made.has_ended()


def test_the_embedded_database_is_started_again_when_it_is_gone():
    with TemporaryDirectory(prefix="ts-") as folder:
        Path(folder).chmod(0o755)
        url = postgres.ensure_running(Path(folder))
        pid = postgres.get_server(Path(folder) / "postgres").get_pid()
        assert not postgres.revive(Path(folder))
        os.kill(pid, signal.SIGKILL)

        assert until(lambda: postgres.revive(Path(folder)), seconds=60)

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        postgres.get_server(Path(folder) / "postgres").cleanup()
