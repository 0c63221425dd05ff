"""The whole way: made-up acts become numbers, a department reports and disagrees, the
board changes, a leader follows a number down and has an agency answer for it."""

import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import httpx
import pypdfium2
import pytest
from PIL import Image

from tests.journeys import test_index_assessment as index
from tests.journeys.conftest import ROOT, environment
from tests.journeys.test_birth_registration import Person
from tests.journeys.test_directives import AGENCY, LEADER, OFFICER, answer, in_days
from tinhso.kernel import clock

BOARD = "/lam-viec/dieu-hanh/province"
TEXT = "Nêu nguyên nhân hồ sơ trễ hạn và cách khắc phục."
SECONDS = 60


@pytest.fixture(scope="module")
def months():
    """The two months before this one, as their first and last day."""
    this = clock.local(clock.now()).date().replace(day=1)
    last = this - timedelta(days=1)
    return (last.replace(day=1) - timedelta(days=1)).replace(day=1), last


@pytest.fixture(scope="module")
def activity(platform, months):
    """Two months of made-up activity."""
    first, last = months
    words = ("--from", str(first), "--to", str(last), "--seed", "7", "--share", "0.01")
    tool = Path(sys.executable).parent / "tinhso"
    done = subprocess.run(
        [tool, "simulate", "activity", *words],
        cwd=ROOT,
        env=environment(platform.home),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def person(platform, chromium):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def do(account):
        opened.append(Person(chromium, platform.url, account))
        return opened[-1]

    do.period = "2024"
    yield do
    assert [fault for one in opened for fault in one.faults] == []


def await_numbers(leader):
    """Open the board, and again until the last month's numbers are there."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        leader.open(BOARD)
        if "Chưa có số liệu" not in leader.page.inner_text("section.board"):
            return
        time.sleep(1)
    raise AssertionError(leader.text())


def indexes(leader):
    leader.open(BOARD)
    return leader.page.inner_text("section[aria-labelledby=bo-chi-so]")


def dispute(person):
    """A department scores itself; the appraiser differs, hears it, settles, closes."""
    reviewer, department = person(index.REVIEWER), person(index.DEPARTMENT)
    address = index.begin(reviewer, AGENCY, person.period)
    index.assess(department, address, "1,5")
    contacts = f"{address}/tieu-chi/contacts"
    reviewer.open(contacts)
    reviewer.fill({"points": "0,5", "reason": "Sổ theo dõi thiếu quý III."})
    reviewer.press("main button:has-text('Ghi điểm thẩm định')")
    department.open(contacts)
    department.fill({"text": "Quý III nằm trong phần mềm."})
    department.press("main button:has-text('Gửi giải trình')")
    reviewer.open(contacts)
    reviewer.fill({"points": "1,25", "reason": "Chấp nhận phần mềm."})
    reviewer.press("main button:has-text('Chốt điểm')")
    index.agree(reviewer, address)
    reviewer.open(address)
    reviewer.press("main button:has-text('Kết thúc thẩm định')")


def handed_out(leader, form, period):
    """Download the monthly report as a leader's browser does."""
    cookies = {one["name"]: one["value"] for one in leader.page.context.cookies()}
    found = httpx.get(
        f"{leader.url}{BOARD}/bao-cao.{form}?ky={period}", cookies=cookies, timeout=60
    )
    assert found.status_code == 200
    return BytesIO(found.content)


def test_a_number_is_followed_down_and_answered_for(
    person, activity, months, platform, tmp_path
):
    leader = person(LEADER)
    await_numbers(leader)
    assert "Chưa có đơn vị nào được thẩm định." in indexes(leader)

    dispute(person)

    told = indexes(leader)
    assert "1 đơn vị đã có điểm thẩm định, kỳ 2024" in told
    assert "13,25/18" in told and AGENCY in told

    # Down: an exception of the board, the question behind it, the acts it counts.
    leader.press("section[aria-labelledby=ngoai-le] ol.attention a >> nth=0")
    assert "Con số này từ đâu ra" in leader.page.inner_text("h1")
    assert leader.page.locator("main table tbody tr").count() > 0
    assert "Dữ liệu mô phỏng" in leader.text()

    # From the number to a directive, and its answer.
    leader.press("main a.back")
    number = leader.page.url
    leader.press("main a:has-text('Giao việc từ số liệu này')")
    leader.page.select_option("#agency", label=AGENCY)
    leader.fill({"text": TEXT, "due_on": in_days(7)})
    leader.press("main .actions button:has-text('Giao việc')")
    directive = leader.page.url
    evidence = tmp_path / "so-lieu.png"
    Image.new("RGB", (60, 40), (20, 99, 90)).save(evidence)
    answer(person(OFFICER), directive, evidence, "Đã giao người theo dõi hạn mỗi ngày.")
    leader.page.goto(directive)
    leader.press("main button:has-text('Chấp nhận trả lời')")
    leader.page.goto(number)
    leader.look()
    assert TEXT in leader.text() and "Đã chấp nhận" in leader.text()

    # The month on paper.
    period = f"{months[1]:%Y-%m}"
    words = docx.Document(handed_out(leader, "docx", period))
    cells = [c.text for t in words.tables for row in t.rows for c in row.cells]
    assert "Hồ sơ giải quyết đúng hạn" in cells
    assert any("13,25/18" in cell for cell in cells)
    assert "Dữ liệu mô phỏng, không phải số liệu của tỉnh." in [
        one.text for one in words.paragraphs
    ]
    pages = pypdfium2.PdfDocument(handed_out(leader, "pdf", period))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "13,25/18" in text and f"tháng {months[1].month} năm" in text
