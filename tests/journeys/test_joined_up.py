"""A fee-bearing procedure from the national sign-in to the paper, each system outside.

Sign-in at the demo identity, answers known already, VietQR at the demo bank, receipt,
signed result, messages, and the page that says who has read what. Each outside system
is a process of its own, as `make run` starts it.
"""

import re
import time
from datetime import timedelta

import httpx
import pytest

from tests.journeys.test_birth_registration import (
    SAVE,
    WARD,
    Person,
    do,
    open_at_desk,
    told,
)
from tinhso.kernel import clock

HOA = "022195999001"
# All of it: signing, bank, identity, telephones, gateways.
OUTSIDE = "all"
ANSWERS = {
    "requester": {},
    "relation": {"relation": "self"},
    "record_kind": {"record_kind": "birth"},
    "subject": {
        "subject_name": "Nguyễn Thị Hoa",
        "subject_birth_date": "12/03/1995",
        "registered_known": "Phường Hạ Long, năm 1995",
    },
    "copies": {"copies": "3"},
}


@pytest.fixture
def people(platform, chromium):
    """Open browsers for people; axe must find nothing in any."""
    opened = []

    def person(account=""):
        opened.append(Person(chromium, platform.url, account))
        return opened[-1]

    yield person
    assert [fault for person in opened for fault in person.faults] == []


def sign_in_nationally(citizen, number=HOA):
    """Go to the national identity, choose oneself at level 2, and come back."""
    citizen.open("/tai-khoan/dang-nhap?next=/ho-so")
    page = citizen.page
    page.click("main a:has-text('Đăng nhập bằng định danh quốc gia')")
    page.wait_for_selector("text=Định danh mô phỏng")
    with page.expect_navigation():
        page.click(f"form:has-text('{number}') button[value='2']")
    assert page.url.endswith("/ho-so")
    citizen.look()


def apply(citizen):
    """Apply; who one is stands on the pages already. Answer the code."""
    citizen.open("/thu-tuc/2.000635")
    citizen.press("main button:has-text('Bắt đầu nộp hồ sơ')")
    citizen.press("main a:has-text('Tiếp tục')")
    citizen.page.select_option("#organization_id", label=WARD)
    citizen.press(SAVE)
    for _ in range(20):
        if "/kiem-tra" in citizen.page.url:
            break
        key = re.search(r"/trang/(\w+)", citizen.page.url)[1]
        if key == "requester":
            assert citizen.page.input_value("[name=requester_number]") == HOA
        citizen.fill(ANSWERS[key])
        citizen.press(SAVE)
    assert "24.000" in citizen.text()
    citizen.press("main button:has-text('Nộp hồ sơ')")
    assert "cách nộp 24.000" in citizen.text()
    return citizen.page.inner_text(".code-large")


def choose_channels(citizen):
    """Have every message by SMS and Zalo, too, and at this hour."""
    citizen.open("/tai-khoan/kenh-nhan-tin")
    later = clock.local(clock.now()) + timedelta(hours=6)
    for number, place in enumerate(citizen.page.locator("main select").all()):
        place.select_option({0: "sms", 1: "zalo"}.get(number, ""))
    citizen.page.check("main [name=how][value=every]")
    citizen.page.fill("main [name=quiet_from]", f"{later:%H:%M}")
    citizen.page.fill("main [name=quiet_to]", f"{later + timedelta(minutes=5):%H:%M}")
    citizen.press("main button:has-text('Lưu')")
    assert not citizen.page.locator("main .errors").count()


def telephone_of(platform):
    """Find where what goes to telephones is shown; the platform says so at first."""
    said = (platform.home / "run.log").read_text("utf-8")
    return re.search(r"messages to telephones: (http://\S+)", said)[1]


def came(platform, code):
    """Wait until a message about a dossier came by SMS and by Zalo."""
    address = f"{telephone_of(platform)}/messages"
    for _ in range(60):
        got = [one for one in httpx.get(address).json() if code in str(one)]
        ways = {one["channel"] for one in got}
        if {"sms", "zalo"} <= ways:
            return ways
        time.sleep(0.5)
    raise AssertionError(f"{code} came by {ways} only")


def read_by_another_system(platform):
    """Ask for somebody through both gateways, as the platform's start says one can."""
    said = (platform.home / "run.log").read_text("utf-8")
    [(headers, address)] = re.findall(r"curl((?: -H '[^']+')+) (http://\S+)", said)
    pairs = dict(one.split(": ", 1) for one in re.findall(r"-H '([^']+)'", headers))
    answer = httpx.get(address, headers=pairs, timeout=30)
    assert answer.status_code == 200, answer.text
    assert HOA in address


def pay_by_vietqr(citizen, code):
    citizen.open("/ho-so")
    citizen.press(f"main li:has-text('{code}') a")
    citizen.press("main a:has-text('Nộp 24.000')")
    app = citizen.page.get_attribute("text=Mở ứng dụng của ngân hàng", "href")
    telephone = citizen.page.context.new_page()
    telephone.goto(app)
    telephone.click("button[value=pay]")
    telephone.close()
    citizen.page.wait_for_selector("main a:has-text('Xem biên lai')", timeout=30_000)
    citizen.press("main a:has-text('Xem biên lai')")
    assert "Hai mươi bốn nghìn đồng" in citizen.text()


def decide(people, code):
    """Draft, sign and seal, once the worker let the dossier go on."""
    officer = people("canbo.hotich")
    for _ in range(60):
        open_at_desk(officer, code)
        if officer.page.locator(".deeds a:has-text('Dự thảo kết quả')").count():
            break
        time.sleep(0.5)
    officer.press(".deeds a:has-text('Dự thảo kết quả')")
    officer.fill(
        {
            "content": "Họ tên: Nguyễn Thị Hoa, sinh ngày 12/03/1995",
            "registered_at": "Phường Hạ Long",
            "registered_on": "20/03/1995",
            "record_number": "17",
            "register_book": "01/1995",
        }
    )
    officer.page.click("main label:has-text('Bùi Quang Hải')")
    officer.press("main .actions button")
    do(officer, code, "Trình lãnh đạo ký")
    do(people("lanhdao.phuong"), code, "Ký số")
    do(people("vanthu.phuong"), code, "Vào sổ và ký số cơ quan")


def test_from_the_national_sign_in_to_the_paper(people, platform):
    citizen = people()
    sign_in_nationally(citizen)
    choose_channels(citizen)
    code = apply(citizen)
    do(people("canbo.motcua"), code, "Tiếp nhận hồ sơ")
    told(citizen, "cần nộp 24.000 đồng")
    came(platform, code)

    pay_by_vietqr(citizen, code)
    decide(people, code)

    told(citizen, "đã có kết quả")
    citizen.open("/giay-to")
    assert "Bản sao trích lục" in citizen.text()
    read_by_another_system(platform)
    citizen.open("/ai-da-xem")
    assert "Hoàng Văn Nam" in citizen.text()
    assert "Hệ thống khác" in citizen.text()
    assert "Chưa hệ thống nào khác" not in citizen.text()
