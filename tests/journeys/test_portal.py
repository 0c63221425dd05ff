"""A dossier of the national portal, whose status flows back: three real processes."""

import json
import subprocess
import sys
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.journeys.conftest import ROOT, free_port, prepare_home, start, stop
from tinhso.cli import demo

KEY = "journeys"
CODE = "G22.99-261126-000001"


@pytest.fixture
def portal():
    """A portal that does not take the first message."""
    port = free_port()
    words = ("portal", "demo", "--port", str(port), "--key", KEY, "--fail", "1")
    process = subprocess.Popen(
        [Path(sys.executable).parent / "tinhso", *words], cwd=ROOT
    )
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def platform(tmp_path_factory, portal):
    home = tmp_path_factory.mktemp("q")
    prepare_home(home)
    port = free_port()
    settings = {"TINHSO_PORTAL_URL": portal, "TINHSO_PORTAL_KEY": KEY}
    process = start(home, port=port, **settings)
    yield f"http://localhost:{port}/api/v1"
    stop(process)


def picture():
    buffer = BytesIO()
    Image.new("RGB", (40, 30), (90, 80, 120)).save(buffer, "PNG")
    return buffer.getvalue()


def send(platform):
    scan = picture()
    answers = dict(demo.read("dossiers.yaml")["dossiers"][0]["answers"])
    answers.pop("birth_proof", None)
    dossier = {
        "national_code": CODE,
        "procedure": "1.001193",
        "agency_code": "H49.06688",
        "applicant": {
            "personal_number": "022195999001",
            "full_name": "Nguyễn Thị Hoa",
        },
        "answers": answers,
        "files": [
            {
                "field": "birth_proof",
                "name": "giay-chung-sinh.png",
                "sha256": sha256(scan).hexdigest(),
            }
        ],
    }
    return httpx.post(
        f"{platform}/portal/dossiers",
        data={"dossier": json.dumps(dossier)},
        files={"birth_proof": ("giay-chung-sinh.png", scan, "image/png")},
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=30,
    )


def told(portal, *, count, seconds=90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = httpx.get(f"{portal}/statuses").json()
        if len(found) >= count:
            return found
        time.sleep(0.5)
    raise AssertionError(f"told only {found}")


def test_a_dossier_comes_from_the_portal_and_its_status_flows_back(platform, portal):
    taken = send(platform)
    assert taken.status_code == 201, taken.text
    assert send(platform).json()["is_repeated"] is True
    code = taken.json()["code"]

    session = httpx.post(
        f"{platform}/sessions",
        json={"username": "canbo.motcua", "password": demo.PASSWORD},
    ).json()
    clerk = {"Authorization": f"Bearer {session['token']}"}
    desk = httpx.get(f"{platform}/desk", headers=clerk, timeout=30).json()["items"]
    line = next(item for item in desk if item["code"] == code)
    seen = httpx.get(f"{platform}/dossiers/{line['id']}", headers=clerk).json()
    act = {"revision": seen["revision"]}
    done = httpx.post(
        f"{platform}/dossiers/{line['id']}/actions/receive",
        json=act,
        headers=clerk,
        timeout=30,
    )
    assert done.status_code == 200, done.text

    # Not taken at first; taken when it is tried again.
    [status] = told(portal, count=1)
    assert (status["national_code"], status["code"]) == (CODE, code)
    assert (status["status"], status["number"]) == (4, 1)
