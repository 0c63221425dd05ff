"""An official's workbook becomes records: red cells, mended, approved, on the map.

Whoever keeps a register sends what they have in Excel; a head of the same agency
decides; then everybody finds it, it is in the lake and, through the privacy gate, on
the open data portal, where strangers filter, draw and download it.
"""

import time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.journeys.test_birth_registration import Person
from tests.registries.test_sheets import GOOD, book

KEEPER, HEAD = "chuyenvien.sogddt", "lanhdao.sogddt"
NAME = "Trường Tiểu học Nạp Từ Excel"
OPEN = "co-so-giao-duc-mo-phong"
SOURCE = "Báo cáo số 12/BC-SGDĐT"
TAKE = "/lam-viec/so-du-lieu/schools/nap"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def person(platform, chromium, request):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def do(account):
        opened.append(Person(chromium, platform.url, account, scripts=request.param))
        return opened[-1]

    do.code = "T901" if request.param else "T902"
    yield do
    assert [fault for one in opened for fault in one.faults] == []


def workbook(code):
    """Two schools, the second of which has a stage that no school has."""
    place = [107.0801, 20.9502]
    head = ["STT", "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Mã xã, phường"]
    good = [1, code, NAME, *GOOD[3:], *place]
    wrong = [2, f"{code}-2", NAME, "Đại học", *GOOD[4:], *place]
    return book(good, wrong, head=[*head, "Kinh độ", "Vĩ độ"])


def send(keeper, content):
    keeper.open(TAKE)
    file = {"name": "truong.xlsx", "mimeType": XLSX, "buffer": content}
    keeper.page.set_input_files("#sheet", file)
    keeper.fill({"source": SOURCE})
    keeper.press("main .actions button:has-text('Kiểm tra tệp')")


def mended(content):
    """Do what an official does with the red cell."""
    back = load_workbook(BytesIO(content))
    sheet = back["Dữ liệu"]
    red = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.comment]
    assert [cell.value for cell in red] == ["Đại học"]
    red[0].value = "Trung học phổ thông"
    buffer = BytesIO()
    back.save(buffer)
    return buffer.getvalue()


def test_a_workbook_goes_all_the_way(person, platform, tinhso):
    keeper, code = person(KEEPER), person.code

    send(keeper, workbook(code))
    assert "1 dòng sai" in keeper.text()
    assert "Giá trị không có trong danh sách được chọn." in keeper.text()
    with keeper.page.expect_download() as download:
        keeper.page.click("main a:has-text('Tải tệp có ô đỏ về sửa')")
    content = download.value.path().read_bytes()

    send(keeper, mended(content))
    assert "dòng sai" not in keeper.text()
    keeper.press("main button:has-text('Gửi để duyệt')")
    assert "chờ duyệt" in keeper.text()

    head = person(HEAD)
    head.open("/lam-viec/so-du-lieu")
    head.press(f"main a:has-text('{SOURCE}')")
    assert NAME in head.text()
    head.press("main button:has-text('Duyệt và ghi vào sổ')")
    assert "đã ghi vào sổ" in head.text()

    head.open(f"/so-du-lieu/schools?q={code}")
    assert "Có 2 bản ghi" in head.text()
    assert head.page.locator("svg.map circle.dot").count() == 2
    head.press(f"main table a:has-text('{NAME}') >> nth=0")
    assert "Dữ liệu mô phỏng" in head.text()
    assert "Phường Hạ Long" in head.text()

    wanted = f"SELECT code, stage FROM registries.schools WHERE code LIKE '{code}%'"
    assert within(60, lambda: tinhso("lake", "query", wanted)["rows"]) == [
        [code, "primary"],
        [f"{code}-2", "upper_secondary"],
    ]
    publish(head)
    a_stranger_reads(person, platform, code)


def publish(head):
    """Publish what the lake has, through the gate."""
    head.open("/lam-viec/du-lieu-mo")
    head.press(f"form[action*='/{OPEN}/'] button:has-text('Công bố')")
    assert "Phiên bản" in head.text()


def a_stranger_reads(person, platform, code):
    """Find, filter and download what was published, without an account."""
    stranger = person("")
    stranger.open("/du-lieu-mo?q=truong+hoc")
    stranger.press("main a:has-text('Cơ sở giáo dục (mô phỏng)')")
    assert "Dữ liệu mô phỏng" in stranger.text()
    assert stranger.page.locator("svg.chart circle").count() > 100
    stranger.open(f"/du-lieu-mo/{OPEN}?q={code}")
    assert f"{code}-2" in stranger.text()
    assert "MP-T001" not in stranger.text()
    with stranger.page.expect_download() as download:
        stranger.page.click("main .downloads a:has-text('CSV')")
    assert f"{code}-2" in download.value.path().read_text("utf-8")


def within(seconds, ask):
    """Ask until there is an answer; the lake gets rows a moment after the act."""
    deadline = time.monotonic() + seconds
    while not (found := sorted(ask())) and time.monotonic() < deadline:
        time.sleep(1)
    return found


def test_what_is_wrong_with_the_form_is_told_and_what_was_typed_stays(person):
    keeper = person(KEEPER)
    check = "main .actions button:has-text('Kiểm tra tệp')"
    keeper.open(TAKE)
    keeper.fill({"source": SOURCE})
    keeper.press(check)
    assert "Không đọc được tệp này" in keeper.text()

    file = {"name": "a.xlsx", "mimeType": XLSX, "buffer": workbook("T777")}
    keeper.page.set_input_files("#sheet", file)
    keeper.fill({"on": "31/02/2026"})
    keeper.press(check)
    assert "Hãy nhập ngày" in keeper.text()
    assert keeper.page.input_value("#on") == "31/02/2026"
    assert keeper.page.input_value("#source") == SOURCE


def test_one_record_is_changed_by_hand(person):
    keeper = person(KEEPER)
    school = "MP-T003" if keeper.scripts else "MP-T004"
    keeper.open(f"/so-du-lieu/schools/{school}")
    keeper.press("main a:has-text('Sửa bản ghi này')")
    assert keeper.page.input_value("#code") == school

    keeper.fill({"pupils": "rất nhiều", "source": SOURCE})
    keeper.press("main .actions button")
    assert "Không đọc được số này" in keeper.text()
    assert keeper.page.input_value("#source") == SOURCE
    keeper.fill({"pupils": "777"})
    keeper.press("main .actions button")
    assert "777" in keeper.text()
    address = keeper.page.url

    head = person(HEAD)
    head.page.goto(address)
    head.press("main button:has-text('Duyệt và ghi vào sổ')")
    head.open(f"/so-du-lieu/schools/{school}")
    assert "777" in head.text()


def test_a_head_says_why_not(person):
    keeper = person(KEEPER)
    send(keeper, book([1, f"{person.code}-9", NAME, *GOOD[3:], 1]))
    keeper.press("main button:has-text('Gửi để duyệt')")
    address = keeper.page.url

    head = person(HEAD)
    head.page.goto(address)
    head.page.click("main summary:has-text('Không duyệt')")
    head.press("main form button:has-text('Trả lại')")
    assert "Hãy nêu lý do không duyệt." in head.text()
    head.fill({"reason": "Chưa đủ căn cứ"})
    head.press("main form button:has-text('Trả lại')")

    keeper.page.goto(address)
    keeper.look()
    assert "không duyệt" in keeper.text()
    assert "Chưa đủ căn cứ" in keeper.text()


def test_the_map_shows_layers_addresses_and_what_is_here(person, platform):
    citizen = person("nguyenthihoa")

    citizen.open("/ban-do?lop=schools&lop=roads&q=ha+trung&o=107.16539,20.96894")

    assert citizen.page.locator("svg.map circle.dot").count() > 100
    assert citizen.page.locator("svg.map path.line").count() == 10
    assert "Phường Hà Lầm (06676)" in citizen.text()
    assert "Trường THCS Hà Tu số 1" in citizen.text()
    if citizen.scripts:
        citizen.page.click("[data-map-open]")
        citizen.page.wait_for_selector("[data-ready]", timeout=30_000)
        citizen.look()
        canvas = citizen.page.locator("#map canvas")
        assert canvas.bounding_box()["height"] > 400


def test_strangers_see_neither_the_desk_nor_the_change(person, platform):
    citizen = person("nguyenthihoa")

    answer = citizen.page.goto(f"{platform.url}/lam-viec/so-du-lieu")
    assert answer.status == 403
    citizen.open("/so-du-lieu")
    assert "Cơ sở giáo dục" in citizen.text()
    assert "Nhân lực y tế" not in citizen.text()
    answer = citizen.page.goto(f"{platform.url}/so-du-lieu/health_staff")
    assert answer.status == 404
