"""A task is reported, sent back and accepted; the Council asks and is answered."""

from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from tests.journeys.test_directives import person  # noqa: F401 - a fixture

PLAN = "/lam-viec/ke-hoach/demo_2026"
OFFICER, LEADER, MEMBER = "chuyenvien.sogddt", "lanhdao.tinh", "hdnd.tinh"
TASK = "1.1. Làm sạch dữ liệu trường học"


def report(officer, file, note):
    officer.page.check("[name=state][value=done]")
    officer.fill({"percent": "100", "note": note})
    officer.page.set_input_files("[name=files]", file)
    officer.press("main .actions button:has-text('Gửi báo cáo')")


def light(somebody):
    return somebody.page.locator("main p.row .badge").first.inner_text()


def picture(path, shade):
    Image.new("RGB", (60, 40), (20, shade, 90)).save(path)
    return path


@pytest.mark.browser
def test_a_task_is_reported_sent_back_and_accepted(
    person,  # noqa: F811
    tinhso,
    tmp_path,
):
    officer, leader = person(OFFICER), person(LEADER, scripts=False)

    officer.open("/lam-viec/nhiem-vu")
    officer.press(f"main a:has-text('{TASK}')")
    address = officer.page.url
    assert light(officer) == "Lâu không báo cáo"
    officer.page.check("[name=state][value=done]")
    officer.fill({"percent": "100", "note": "Đã công bố."})
    officer.press("main .actions button:has-text('Gửi báo cáo')")
    assert "cần ít nhất một tệp minh chứng" in officer.text()
    report(officer, picture(tmp_path / "cong-bo.png", 120), "Đã công bố.")
    assert light(officer) == "Xong đúng hạn"

    leader.open("/lam-viec/ke-hoach")
    leader.press(f"main a:has-text('{TASK}') >> nth=0")
    leader.page.fill("#reason", "Thiếu biên bản đối soát.")
    leader.press("main .actions button:has-text('Trả lại')")
    assert light(leader) in ("Có nguy cơ chậm", "Đúng tiến độ")

    officer.page.goto(address)
    officer.look()
    assert "Thiếu biên bản đối soát." in officer.text()
    report(officer, picture(tmp_path / "bien-ban.png", 140), "Bổ sung biên bản.")
    leader.page.goto(address)
    leader.press("main .actions button:has-text('Xác nhận hoàn thành')")
    assert light(leader) == "Xong đúng hạn" and "bien-ban.png" in leader.text()
    leader.open(PLAN)
    told = tinhso("plans", "show", "demo_2026", "--agency", "so_gddt")["tasks"]
    assert told[0]["light"] == "done" and told[0]["accepted_on"]


@pytest.mark.browser
def test_the_council_asks_and_the_agency_answers(person, tmp_path):  # noqa: F811
    member, officer = person(MEMBER), person(OFFICER, scripts=False)

    member.open(f"{PLAN}?tinh-trang=overdue")
    member.open("/giam-sat")
    member.press("main a:has-text('Đặt câu hỏi')")
    member.page.select_option("#subject", "target:nq09_2025/open_data")
    member.page.select_option("#agency", label="Sở Giáo dục và Đào tạo tỉnh Quảng Ninh")
    day = f"{datetime.now(UTC) + timedelta(days=7):%d/%m/%Y}"
    member.fill({"text": "Bao nhiêu trường đã có dữ liệu mở?", "answer_by": day})
    member.press("main .actions button:has-text('Gửi câu hỏi')")
    address = member.page.url
    assert "Chờ trả lời" in member.text()

    officer.open("/giam-sat")
    officer.press("main a:has-text('Bao nhiêu trường')")
    officer.fill({"text": "124 trường, danh sách kèm theo."})
    officer.page.set_input_files("[name=files]", picture(tmp_path / "ds.png", 99))
    officer.press("main .actions button:has-text('Gửi trả lời')")

    member.page.goto(address)
    member.look()
    assert "Đã trả lời" in member.text() and "124 trường" in member.text()
    assert "ds.png" in member.text()
