"""From a red number a leader has an agency act; it answers with evidence or is late."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from PIL import Image

from tests.journeys.conftest import ROOT, environment
from tests.journeys.test_birth_registration import Person

LEADER, OFFICER = "lanhdao.tinh", "chuyenvien.sogddt"
AGENCY = "Sở Giáo dục và Đào tạo tỉnh Quảng Ninh"
NUMBER = {
    "chi-so": "dossiers_on_time",
    "ky": "2026-10",
    "noi": "so_gddt",
    "ten-noi": "Sở GD&ĐT",
    "gia-tri": "81,4 %",
}
TEXT = "Rà soát hồ sơ trễ hạn tháng 10, nêu nguyên nhân và cách khắc phục."
LATE = "Báo cáo việc còn tồn của quý 3."
ISSUE_LATE = """
import sys, django; django.setup()
from datetime import datetime, timedelta
from tinhso.kernel.clock import local, now
from tinhso.operations import actions
from tinhso.people import queries as people
from tinhso.security import queries as security
at = now() - timedelta(days=12)
account = security.get_account(username="lanhdao.tinh")
made = actions.issue_directive(
    agency_id=people.organization_by_key(key="so_gddt", on=at.date()).id,
    text=sys.argv[1], due_on=local(at).date() + timedelta(days=3), key="late",
    actor=security.actor_of(account_id=account.id, at=at), at=at)
print(made.code)
"""


@pytest.fixture
def person(platform, chromium):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def do(account, **more):
        opened.append(Person(chromium, platform.url, account, **more))
        return opened[-1]

    yield do
    assert [fault for one in opened for fault in one.faults] == []


@pytest.fixture
def late(platform):
    """Issue one twelve days ago that was due nine days ago."""
    done = subprocess.run(
        [sys.executable, "-c", ISSUE_LATE, LATE],
        cwd=ROOT,
        env=environment(platform.home)
        | {"DJANGO_SETTINGS_MODULE": "tinhso.project.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def in_days(days):
    return f"{datetime.now(UTC) + timedelta(days=days):%d/%m/%Y}"


def issue(leader, text=TEXT):
    leader.open(f"/chi-dao/moi?{urlencode(NUMBER)}")
    assert "81,4 %" in leader.text() and "tháng 10/2026" in leader.text()
    chosen = leader.page.locator("#agency option:checked")
    assert chosen.inner_text() == AGENCY
    leader.fill({"text": text, "due_on": in_days(7)})
    leader.press("main .actions button:has-text('Giao việc')")
    assert text in leader.text()


def answer(officer, address, file, text):
    officer.page.goto(address)
    officer.look()
    officer.press("main a:has-text('H49-')")
    if officer.page.locator("button:has-text('Nhận chỉ đạo')").count():
        officer.press("main button:has-text('Nhận chỉ đạo')")
    officer.press("main a:has-text('Trả lời')")
    officer.fill({"note": text})
    officer.page.set_input_files("[name=result]", file)
    officer.press("main .actions button:has-text('Trả lời')")
    assert text in officer.text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_a_directive_comes_back_with_evidence(person, tmp_path, scripts):
    leader, officer = person(LEADER, scripts=scripts), person(OFFICER, scripts=scripts)
    evidence = tmp_path / "bang-so-lieu.png"
    Image.new("RGB", (60, 40), (20, 120 + scripts, 90)).save(evidence)
    text = f"{TEXT} ({'có' if scripts else 'không'})"

    issue(leader, text)
    address = leader.page.url
    answer(
        officer,
        address,
        evidence,
        "Đã rà soát 12 hồ sơ; nguyên nhân: chậm luân chuyển.",
    )
    leader.page.goto(address)
    leader.look()
    assert "chậm luân chuyển" in leader.text() and evidence.name in leader.text()
    leader.press("main a:has-text('Yêu cầu làm lại')")
    leader.fill({"note": "Chưa nêu cách khắc phục."})
    leader.press("main .actions button:has-text('Yêu cầu làm lại')")
    Image.new("RGB", (61, 40), (20, 120 + scripts, 90)).save(evidence)
    answer(officer, address, evidence, "Bổ sung: giao một người theo dõi hạn mỗi ngày.")
    leader.page.goto(address)
    leader.press("main button:has-text('Chấp nhận trả lời')")
    leader.page.goto(address)

    assert "Đã chấp nhận" in leader.text()
    assert "theo dõi hạn mỗi ngày" in leader.text()


def test_what_is_overdue_is_an_exception(person, late, tinhso):
    leader = person(LEADER)

    leader.open("/chi-dao")

    assert leader.page.locator("main h2").first.inner_text().startswith("Quá hạn")
    first = leader.page.locator("main ul.todo").first
    assert LATE in first.inner_text() and "Quá hạn" in first.inner_text()
    told = tinhso("operations", "directives", "--overdue")["directives"]
    assert [(one["code"], one["is_overdue"]) for one in told] == [(late, True)]
    leader.open("/lam-viec/dieu-hanh/province")
    exceptions = leader.page.locator("section[aria-labelledby=ngoai-le]")
    assert LATE in exceptions.inner_text()


def test_what_is_missing_is_said_beside_its_field(person):
    leader = person(LEADER)

    leader.open("/chi-dao/moi")
    leader.fill({"text": " ", "due_on": in_days(7)})
    leader.press("main .actions button:has-text('Giao việc')")
    assert "Hãy chọn cơ quan thực hiện." in leader.text()
    leader.page.select_option("#agency", label=AGENCY)
    leader.press("main .actions button:has-text('Giao việc')")
    assert "Hãy ghi việc cần làm." in leader.text()
    leader.fill({"text": TEXT, "due_on": in_days(-1)})
    leader.press("main .actions button:has-text('Giao việc')")
    assert "Hạn trả lời phải sau ngày" in leader.text()
    assert leader.page.input_value("[name=text]") == TEXT


def test_an_officer_cannot_issue_one(person):
    officer = person(OFFICER)

    officer.open("/chi-dao")
    assert "Giao việc mới" not in officer.text()
    answered = officer.page.goto(f"{officer.url}/chi-dao/moi")

    assert answered.status == 403
