"""The whole platform, as `make run` starts it: database, server, worker, people."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.browser import QUIET, find

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home):
    """Tell with what a command of the platform of a home is started."""
    return {
        **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
        "TINHSO_HOME": str(home),
        "TINHSO_DEMO": "1",
        # Each system outside is a process; a journey names those it meets as OUTSIDE.
        "TINHSO_DEMO_OUTSIDE": "signing",
        "TINHSO_SECRET_KEY": "journeys",
        "PYTHONPATH": str(ROOT),
    }


def start(home, *, port, **more):
    """Start `tinhso run`; answer the process once it serves."""
    names = environment(home) | {"TINHSO_ORIGIN": f"http://localhost:{port}", **more}
    log = (home / "run.log").open("w+")
    process = subprocess.Popen(
        [Path(sys.executable).parent / "tinhso", "run", "--port", str(port)],
        cwd=ROOT,
        env=names,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://localhost:{port}/suc-khoe").status_code == 200:
                return process
        except httpx.HTTPError:
            time.sleep(0.2)
    stop(process)
    raise RuntimeError((home / "run.log").read_text("utf-8"))


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A home whose platform was started once: what others are copied from."""
    home = tmp_path_factory.mktemp("m")
    prepare_home(home)
    stop(start(home, port=free_port()))
    return home


@pytest.fixture(scope="module")
def platform(request, model, tmp_path_factory):
    """A running platform with synthetic people; `url` is where it is."""
    outside = getattr(request.module, "OUTSIDE", "signing")
    # Sockets want short paths, hence not below the folder of the test.
    home = tmp_path_factory.mktemp("p")
    # Not a copy by Python: whose the files of PostgreSQL are must be kept.
    subprocess.run(["cp", "-a", f"{model}/.", home], check=True)
    port = free_port()
    process = start(home, port=port, TINHSO_DEMO_OUTSIDE=outside)
    yield SimpleNamespace(url=f"http://localhost:{port}", home=home)
    stop(process)


@pytest.fixture(scope="module")
def tinhso(platform):
    """Run a command beside the platform; answer its JSON."""

    def do(*words):
        command = [Path(sys.executable).parent / "tinhso", *words, "--json"]
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(platform.home),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return json.loads(result.stdout)

    return do


def prepare_home(home):
    """Take over what set-up made: front-end files and fonts."""
    for name in ("vendor", "static", "fonts"):
        if (ROOT / "var" / name).exists():
            (home / name).symlink_to(ROOT / "var" / name)


@pytest.fixture(scope="module")
def chromium():
    executable = find()
    assert executable, "no Chromium found; `make setup-test` installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()
