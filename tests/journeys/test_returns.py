"""A commune reports, the department sends it back, and the number shows it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.journeys.test_birth_registration import Person
from tinhso.kernel import clock
from tinhso.kernel.clock import local

COMMUNE, DEPARTMENT = "canbo.hotich", "thamdinh.sokhcn"
LIST, KEY = "/lam-viec/bao-cao", "files_online_commune"
TITLE = "Hồ sơ công việc cấp xã xử lý trên môi trường mạng"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEND = "main button:has-text('Gửi báo cáo')"


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def person(platform, chromium, request):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def do(account):
        opened.append(Person(chromium, platform.url, account, scripts=request.param))
        return opened[-1]

    # Each way through has a quarter of its own, the last two that are over.
    do.back = 1 if request.param else 2
    yield do
    assert [fault for one in opened for fault in one.faults] == []


def quarter_back(back):
    """Tell the key and the name of a quarter so many before today's."""
    today = local(clock.now()).date()
    number = today.year * 4 + (today.month - 1) // 3 - back
    year, n = number // 4, number % 4 + 1
    return f"{year}Q{n}", f"quý {n}/{year}"


def fill_in_excel(commune, name, period):
    """Take the quarter's workbook, spoil a cell, be told, put it right."""
    commune.open(LIST)
    summary = f"summary:has-text('Điền bằng Excel: {name}')"
    part = commune.page.locator(f"main details:has({summary})")
    part.locator("summary").click()
    with commune.page.expect_download() as download:
        part.locator("a").click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    for above, told in (("8,5", "dấu phẩy thập phân"), (8, "8 / 10")):
        book.active["D3"], book.active["F3"] = above, 10
        buffer = BytesIO()
        book.save(buffer)
        file = {"name": "a.xlsx", "mimeType": XLSX, "buffer": buffer.getvalue()}
        if part.get_attribute("open") is None:
            part.locator("summary").click()
        part.locator("input[type=file]").set_input_files(file)
        with commune.page.expect_navigation():
            part.locator("button").click()
        commune.look()
        assert told in commune.text()


def test_a_return_goes_back_and_forth_and_makes_a_number(person):
    period, name = quarter_back(person.back)
    commune, department = person(COMMUNE), person(DEPARTMENT)
    fill_in_excel(commune, name, period)
    link = f"main a:has-text('{TITLE}, {name}')"
    commune.press(link)
    address = commune.page.url.removeprefix(commune.url)
    commune.press(SEND)
    assert "đã gửi, chờ duyệt" in commune.text()

    department.open(LIST)
    assert "Chờ cơ quan bạn duyệt" in department.text()
    department.press(link)
    department.fill({"reason": "Thiếu hồ sơ của phòng Văn hóa."})
    department.press("main button:has-text('Trả lại')")
    assert "bị trả lại, cần sửa" in department.text()

    commune.open(address)
    assert "Thiếu hồ sơ của phòng Văn hóa." in commune.text()
    commune.fill({"numerator": "12"})
    commune.press(SEND)
    assert "Số đạt không được lớn hơn tổng số" in commune.text()
    assert commune.page.input_value("main #numerator") == "12"
    commune.fill({"numerator": "9", "denominator": "12"})
    commune.press(SEND)

    department.open(address)
    department.press("main button:has-text('Duyệt, tính vào số liệu')")
    assert "đã duyệt" in department.text()
    department.press("main a:has-text('Xem số liệu của toàn tỉnh')")
    text = department.text()
    assert f"Số liệu {name}" in text
    assert "1/54 cơ quan đã báo cáo và được duyệt" in text
    assert "9 / 12" in text
    assert "Dữ liệu mô phỏng" in text
