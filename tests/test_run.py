"""Starting says what stands in its way, before it starts anything."""

import socket

from click.testing import CliRunner

from tinhso.cli import run


def test_a_taken_port_is_named_before_anything_starts(monkeypatch):
    monkeypatch.setattr(run, "_step", lambda text: 1 / 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        told = CliRunner().invoke(run.command, ["--port", str(port)])

    assert told.exit_code == 1
    assert f"port {port} is taken" in told.output
