"""A department scores itself, the appraiser differs and settles; ranks follow."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from PIL import Image

from tests.journeys.test_birth_registration import Person
from tinhso.kernel import clock

REVIEWER, DEPARTMENT, OTHER = "thamdinh.sokhcn", "chuyenvien.sogddt", "chuyenvien.soyte"
SET = "service_evaluation_tt01"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGIN = "/lam-viec/bo-chi-so/mo"
ITEMS = (
    *("total_time", "unit_time", "contacts", "agencies", "organisation"),
    *("publicity", "attitude", "complaints", "online_level"),
)
SAVE = "main .actions button:has-text('Lưu')"


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def person(platform, chromium, request):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def do(account):
        opened.append(Person(chromium, platform.url, account, scripts=request.param))
        return opened[-1]

    do.period = "2025" if request.param else "2026"
    yield do
    assert [fault for one in opened for fault in one.faults] == []


def begin(reviewer, unit, period):
    """Open an assessment; answer its address."""
    today = clock.local(clock.now()).date()
    reviewer.open(f"{BEGIN}?bo={SET}")
    reviewer.page.select_option("main #unit", label=unit)
    due, last = (f"{today + timedelta(days=n):%d/%m/%Y}" for n in (20, 40))
    reviewer.fill({"period": period, "due_on": due, "explain_by": last})
    reviewer.press("main .actions button:has-text('Mở')")
    assert "đơn vị đang tự đánh giá" in reviewer.text()
    return reviewer.page.url.removeprefix(reviewer.url)


def picture():
    buffer = BytesIO()
    Image.new("RGB", (40, 30), (9, 80, 120)).save(buffer, "PNG")
    return {
        "name": "so-theo-doi.png",
        "mimeType": "image/png",
        "buffer": buffer.getvalue(),
    }


def assess(officer, address, points):
    """Fill every criterion in, the third with evidence, and hand in."""
    for number, item in enumerate(ITEMS):
        officer.open(f"{address}/tieu-chi/{item}")
        officer.fill({"a": points})
        if number == 2:
            officer.page.set_input_files("main #files", picture())
        officer.press(SAVE)
    assert "đã tự chấm" in officer.text()
    officer.open(address)
    officer.press("main button:has-text('Gửi bản tự đánh giá')")
    assert "đang thẩm định" in officer.text()


def assess_in_excel(officer, address, points):
    """Take the workbook, fill its column a, send it back, and hand in."""
    officer.open(address)
    officer.page.click("main summary:has-text('Điền bằng Excel')")
    with officer.page.expect_download() as download:
        officer.page.click("main a:has-text('Tải tệp Excel của bản này')")
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    for row in range(2, 2 + len(ITEMS)):
        book.active[f"E{row}"] = points
    buffer = BytesIO()
    book.save(buffer)
    file = {"name": "a.xlsx", "mimeType": XLSX, "buffer": buffer.getvalue()}
    officer.page.set_input_files("main #sheet", file)
    officer.press("main button:has-text('Nạp tệp')")
    officer.press("main button:has-text('Gửi bản tự đánh giá')")
    assert "đang thẩm định" in officer.text()


def agree(reviewer, address):
    reviewer.open(address)
    reviewer.press("main button:has-text('Thống nhất các tiêu chí còn lại')")


def ranks(reviewer, period):
    reviewer.open(f"/lam-viec/xep-hang/{SET}?ky={period}")
    rows = reviewer.page.locator("main table tbody tr")
    cells = [row.inner_text().split("\t") for row in rows.all()]
    return [(row[0], "Giáo dục" in row[1], row[2]) for row in cells]


def test_a_dispute_is_explained_and_settled_and_the_ranks_change(person):
    reviewer, period = person(REVIEWER), person.period
    ours = begin(reviewer, "Sở Giáo dục và Đào tạo tỉnh Quảng Ninh", period)
    theirs = begin(reviewer, "Sở Y tế tỉnh Quảng Ninh", period)
    department = person(DEPARTMENT)
    assess(department, ours, "1,5")
    assess_in_excel(person(OTHER), theirs, 1.4)
    agree(reviewer, theirs)
    agree(reviewer, ours)
    assert ranks(reviewer, period) == [("1", True, "13,5"), ("2", False, "12,6")]

    contacts = f"{ours}/tieu-chi/contacts"
    reviewer.open(contacts)
    assert "so-theo-doi.png" in reviewer.text()
    reviewer.fill({"points": "0,5"})
    reviewer.press("main button:has-text('Ghi điểm thẩm định')")
    assert "phải nêu lý do" in reviewer.text()
    assert reviewer.page.input_value("main #points") == "0,5"
    reviewer.fill({"reason": "Sổ theo dõi thiếu quý III."})
    reviewer.press("main button:has-text('Ghi điểm thẩm định')")
    assert "chờ giải trình" in reviewer.text()
    assert ranks(reviewer, period) == [("1", False, "12,6"), ("2", True, "12,5")]

    department.open(contacts)
    assert "Sổ theo dõi thiếu quý III." in department.text()
    department.fill({"text": "Quý III nằm trong phần mềm."})
    department.press("main button:has-text('Gửi giải trình')")
    reviewer.open(contacts)
    assert "Quý III nằm trong phần mềm." in reviewer.text()
    reviewer.fill({"points": "1,25", "reason": "Chấp nhận phần mềm."})
    reviewer.press("main button:has-text('Chốt điểm')")

    assert "đã chốt" in reviewer.text()
    assert reviewer.page.locator("main ol.time li").count() == 3
    assert ranks(reviewer, period) == [("1", True, "13,25"), ("2", False, "12,6")]
    take_away(reviewer, period)
    publish(reviewer, ours)


def take_away(reviewer, period):
    """Download the table; each line says that it is made up."""
    with reviewer.page.expect_download() as download:
        reviewer.page.click("main a:has-text('Tải bảng này (CSV)')")
    text = download.value.path().read_text("utf-8-sig")
    first, *rows = csv.DictReader(StringIO(text))
    assert (first["rank"], first["points"], first["share"]) == (
        *("1", "13.2500", "0.7361"),
    )
    assert {row["synthetic"] for row in [first, *rows]} == {"1"}


def publish(reviewer, address):
    """Close the appraisal; the published score stands beside the two others."""
    reviewer.open(address)
    reviewer.press("main button:has-text('Kết thúc thẩm định')")
    reviewer.fill({"points": "13", "source": "QĐ 100/QĐ-UBND", "on": "05/01/2027"})
    reviewer.press("main button:has-text('Ghi điểm công bố')")
    told = reviewer.page.inner_text("main ul.keys")
    assert all(points in told for points in ("13,5/18", "13,25/18", "13"))
    assert "QĐ 100/QĐ-UBND" in reviewer.text()
    assert "Dữ liệu mô phỏng" in reviewer.text()
