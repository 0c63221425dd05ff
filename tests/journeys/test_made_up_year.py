"""An operator fills a running platform with made-up months; one run dies on its way."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, environment

DAYS = ("--from", "2026-01-05", "--to", "2026-03-31", "--seed", "5", "--share", "0.02")
COUNTED = (
    "SELECT count(*), count(DISTINCT act_id), count(DISTINCT dossier_id),"
    " bool_and(is_synthetic) FROM procedures.dossier_acts WHERE acted_on >="
    " DATE '2026-01-05' AND submitted_on <= DATE '2026-03-31'"
)
PASSWORD = "tinh-so-mo-phong"


@pytest.fixture(scope="module")
def simulate(platform):
    """Start the command beside the platform, two processes writing."""

    def do():
        words = ["simulate", "activity", *DAYS, "--workers", "2", "--json"]
        return subprocess.Popen(
            [Path(sys.executable).parent / "tinhso", *words],
            cwd=ROOT,
            env=environment(platform.home),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return do


def test_months_come_whole_though_the_first_run_is_killed(
    platform, simulate, tinhso, chromium
):
    killed = simulate()
    time.sleep(6)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()

    made = json.loads(simulate().communicate(timeout=240)[0])
    again = json.loads(simulate().communicate(timeout=240)[0])

    assert made["dossiers"] > 0
    assert again["dossiers"] == 0
    acts, different, dossiers, is_made_up = tinhso("lake", "query", COUNTED)["rows"][0]
    assert acts == different > 5 * dossiers
    report = tinhso(
        "procedures", "report-06a", "--from", "2026-01-05", "--to", "2026-03-31"
    )
    assert is_made_up
    assert report["total"]["received"] == 0
    assert report["synthetic"]["received"] == dossiers > 4000

    # Who works there sees them among their own, each with its badge.
    page = chromium.new_page(locale="vi-VN")
    page.goto(f"{platform.url}/tai-khoan/dang-nhap")
    page.fill("input[name=login]", "canbo.motcua")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(f"{platform.url}/lam-viec")
    rows = page.locator("tbody tr")
    assert rows.count() > 10
    assert rows.filter(has_text="Dữ liệu mô phỏng").count() == rows.count()
