"""From a red target to a scenario, its cost, a frozen proposal and a directive."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, environment
from tests.journeys.test_directives import person  # noqa: F401 - a fixture

LEADER, MEMBER = "lanhdao.tinh", "hdnd.tinh"
LEVERS = {"sme_support": "high", "skills_training": "medium", "fibre_rollout": "low"}
MEMBERS, SEED = 400, 11
AGENCY = "Sở Giáo dục và Đào tạo tỉnh Quảng Ninh"


@pytest.fixture
def run(platform):
    """Run the model beside the platform, as its operator does; answer the lines."""

    def do(levers):
        told = ",".join(f"{name}={level}" for name, level in levers.items())
        words = ["foresight", "run", "quang_ninh", "--levers", told, "--made-up"]
        words += ["--members", str(MEMBERS), "--seed", str(SEED), "--json"]
        done = subprocess.run(
            [Path(sys.executable).parent / "tinhso", *words],
            cwd=ROOT,
            env=environment(platform.home),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return do


def sent(somebody, words):
    """Download what a link of the page leads to."""
    href = somebody.page.get_attribute(f"main a:has-text('{words}')", "href")
    return somebody.page.request.get(f"{somebody.url}{href}").body().decode("utf-8-sig")


def move(leader, levers):
    """Set levers; with scripts the fan follows at once, else on being asked."""
    for name, level in levers.items():
        lever = f"input[name='muc-{name}'][value='{level}']"
        if leader.scripts:
            with leader.page.expect_response(lambda one: "/so-cai" in one.url):
                leader.page.check(lever)
        else:
            leader.page.check(lever)
    if leader.scripts:
        leader.page.wait_for_selector("#so-cai table")
        leader.look()
    else:
        leader.press("main .levers button:has-text('Tính')")


def equal(leader, run, levers):
    """Hold what the page sends against the command, digit by digit."""
    head, *rows = run(levers)
    told = json.loads(sent(leader, "Tải nguồn gốc"))
    assert told["current"] == rows
    assert {name: told[name] for name in head} == head
    lines = csv.DictReader(io.StringIO(sent(leader, "Tải số liệu (CSV)")))
    now = [one for one in lines if one.pop("which") == "current"]
    assert now == [{name: str(n) for name, n in row.items()} for row in rows]


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_a_red_target_becomes_a_frozen_proposal_and_a_directive(
    person,  # noqa: F811
    run,
    scripts,
):
    leader = person(LEADER, scripts=scripts)

    # The target, its history, both methods, forecast and probability.
    leader.open("/lam-viec/muc-tieu?ke-hoach=nq09_2025")
    line = leader.page.locator("ul.targets li", has_text="ít nhất 20 %").first
    assert "3 %" in line.inner_text()
    leader.press("ul.targets li:has-text('ít nhất 20 %') a:has-text('Xem phép tính')")
    assert "Cách tính của Cục Thống kê" in leader.text()
    assert "Cách tính của Bộ Thông tin và Truyền thông" in leader.text()
    leader.open("/lam-viec/chi-tieu/digital_economy_share?ky=2025")
    assert "Theo thời gian" in leader.text()
    assert "Xác suất đạt mục tiêu" in leader.text()

    # Three levers, what they cost, and to the last digit what the command says.
    leader.press("main a:has-text('Thử kịch bản đến năm 2030') >> nth=0")
    assert "ít nhất 20 % năm 2030" in leader.text()
    leader.open(f"{leader.page.url.removeprefix(leader.url)}&lan={MEMBERS}&hat={SEED}")
    move(leader, LEVERS)
    assert "Chi phí\n660 tỷ đồng" in leader.text().replace("\t", "")
    equal(leader, run, LEVERS)

    # The cheapest mix: 20 % is out of reach, 12 % is not.
    leader.press("main a:has-text('Tìm phương án rẻ nhất')")
    assert "Không phương án nào đã xét có khả năng đạt từ 80 %" in leader.text()
    leader.open(leader.page.url.removeprefix(leader.url).replace("dat=20", "dat=12"))
    assert "Lộ trình theo năm" in leader.text()
    cheapest = json.loads(sent(leader, "Tải nguồn gốc"))["cheapest"]["levels"]
    leader.press("main a:has-text('Dùng phương án này') >> nth=0")
    equal(leader, run, cheapest)

    # Frozen, worked out again, put before the Council.
    leader.press("main a:has-text('Chốt phương án này')")
    title = f"Phương án rẻ nhất ({'có' if scripts else 'không'})"
    leader.fill(
        {"title": title, "reason": "Rẻ nhất trong các phương án có bằng chứng."}
    )
    leader.press("main .actions button:has-text('Chốt phương án')")
    assert title in leader.text() and "còn nguyên" in leader.text()
    proposal = leader.page.url
    leader.press("main a:has-text('Tính lại ngay bây giờ')")
    assert "tính lại ra đúng như vậy" in leader.text()
    _, *rows = run(cheapest)
    assert json.loads(sent(leader, "Tải toàn bộ"))["told"]["current"] == rows
    member = person(MEMBER, scripts=scripts)
    member.open("/giam-sat")
    assert title not in member.text()
    leader.page.goto(proposal)
    leader.press("main button:has-text('Trình Hội đồng nhân dân')")
    assert "trình lúc" in leader.text()
    member.open("/giam-sat")
    assert title in member.text()
    member.press(f"main a:has-text('{title}')")
    assert "Giao nhiệm vụ" not in member.text()

    # The directive that follows from it.
    leader.press("main a:has-text('Giao nhiệm vụ')")
    assert "12 %" in leader.text() and "năm 2030" in leader.text()
    due = f"{datetime.now(UTC) + timedelta(days=10):%d/%m/%Y}"
    leader.page.select_option("#agency", label=AGENCY)
    leader.fill({"due_on": due})
    leader.press("main .actions button:has-text('Giao việc')")
    assert f"Thực hiện phương án đã chốt “{title}”" in leader.text()
