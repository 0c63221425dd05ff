"""The provider of remote signing for trying, as a process of its own."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx

ROOT = Path(__file__).resolve().parents[1]
KEY = "dung-chung"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(home):
    """Run it with the keys of a home, until the block ends."""
    port = free_port()
    environment = {
        **os.environ,
        "TINHSO_HOME": str(home),
        "TINHSO_SECRET_KEY": "tests",
        # It asks no database; without an address it would start one.
        "DATABASE_URL": "postgresql:///none",
        "TINHSO_REMOTE_SIGNING_KEY": KEY,
    }
    process = subprocess.Popen(
        [
            Path(sys.executable).parent / "tinhso",
            "signing",
            "demo",
            "--port",
            str(port),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        wait_for(url)
        yield SimpleNamespace(url=url, process=process)
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return httpx.get(url)
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


def misbehave(url, how=""):
    httpx.post(f"{url}/misbehave", content=how)


def code_of(url, name):
    """Read the code off the telephone of somebody."""
    rows = re.findall(r"<tr><td>([^<]+)<td><code>(\d{6})</code>", httpx.get(url).text)
    return dict(rows)[name]
