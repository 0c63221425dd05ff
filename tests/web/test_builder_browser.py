"""From the national catalogue to a code in a citizen's hand, in a real Chromium."""

import re

import pytest

from tests.web.test_builder import AT, CODE, HOME, SHEET, clock  # noqa: F401
from tests.web.test_desk_browser import SMALL_TARGETS, faults, settle

WIDTHS = (390, 1280)


@pytest.fixture
def controller(sign_in):
    return sign_in("Mai Thị Ngọc")


def send(page, button="Lưu bản nháp"):
    with page.expect_navigation():
        page.click(f'main button:has-text("{button}")')


def look(page, server, addresses):
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            settle(page, server + address)
            assert faults(page) == [], (address, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, width)
        assert page.evaluate(SMALL_TARGETS) == [], address


def complete(page, server):
    """Say what the catalogue left open, as an officer does."""
    page.goto(f"{server}{AT}/thong-tin")
    page.fill("[name=summary_vi]", "Đăng ký kết hôn có yếu tố nước ngoài.")
    page.select_option("[name=level]", "commune")
    page.check("[name=channels][value=online]")
    send(page)
    page.goto(f"{server}{AT}/thoi-han")
    if page.locator("main .todo a").count() == 0:
        page.goto(f"{server}{AT}/thoi-han/them-moi")
        page.fill("[name=amount]", "15")
        page.select_option("[name=unit]", "days")
        page.fill("[name=source]", "Luật Hộ tịch")
        page.fill("[name=valid_from]", "1/1/2026")
        send(page)
    page.goto(f"{server}{AT}/giay-to")
    for place in range(page.locator("main .todo a").count()):
        page.goto(f"{server}{AT}/giay-to/{place}")
        page.select_option("[name=form]", "original")
        page.fill("[name=copies]", "1")
        send(page)
    page.goto(f"{server}{AT}/ket-qua")
    page.fill("[name=code]", "KQ.G15.000099")
    page.fill("[name=title_vi]", "Giấy chứng nhận kết hôn")
    send(page)


def keep_example(page, server):
    page.goto(f"{server}{AT}/vi-du/moi")
    page.fill("[name=title]", "Một người nộp trực tuyến")
    page.fill("[name=applicant_name]", "Nguyễn Thị Thử")
    page.fill("[name=applicant_number]", "022099999999")
    page.fill("[name=applicant_residence]", "Khu 1")
    page.fill("[name=applicant_phone]", "0900000009")
    page.fill("[name=request]", "Đăng ký kết hôn")
    send(page, "Lưu làm ví dụ")


def answer(page, picture, name):
    """Answer the page a citizen is at; most of it is known from the account."""
    if page.locator("[name=organization_id]").count():
        options = page.locator("[name=organization_id] option")
        page.select_option("[name=organization_id]", index=options.count() - 1)
        if page.locator("[name=case]").count():
            page.check("[name=case] >> nth=0")
    for area in page.locator("main textarea").all():
        area.fill("Đăng ký kết hôn")
    for box in page.locator("main input[type=file]").all():
        content = {"name": name, "mimeType": "image/png", "buffer": picture()}
        box.set_input_files(content)
    for text in page.locator("main input[type=text]").all():
        if not text.input_value():
            text.fill("0900000009")
    send(page, "Lưu và tiếp tục")


@pytest.mark.browser
def test_from_the_catalogue_to_a_code(
    server, open_as, national, controller, citizen, picture
):
    page = open_as(controller)
    page.goto(f"{server}{HOME}/moi?q={CODE}")
    send(page, "Soạn thủ tục này")
    complete(page, server)
    keep_example(page, server)
    parts = [f"{AT}/{name}" for name in ("thong-tin", "phi", "giay-to/0", "ket-qua")]
    field = f"{SHEET}/phan/applicant/trang/applicant/cau"
    look(
        page,
        server,
        [
            HOME,
            f"{HOME}/moi?q=kết hôn",
            AT,
            *parts,
            f"{AT}/vi-du",
            f"{AT}/vi-du/moi",
            SHEET,
            f"{field}/them-moi",
            f"{SHEET}/xem",
            f"{SHEET}/toan-bo",
            f"{HOME}/cong-bo/procedures/{CODE}",
            f"{HOME}/bo/procedures/{CODE}",
        ],
    )
    page.goto(f"{server}{HOME}/cong-bo/procedures/{CODE}")
    send(page, "Công bố")
    assert "Đã công bố" in page.inner_text("main")

    person = open_as(citizen)
    person.goto(f"{server}/thu-tuc/{CODE}")
    send(person, "Bắt đầu nộp hồ sơ")
    person.goto(f"{person.url}/noi-tiep-nhan")
    for number in range(12):
        if "/kiem-tra" in person.url:
            break
        answer(person, picture, f"giay-{number}.png")
    send(person, "Nộp hồ sơ")

    assert "/da-nop" in person.url
    assert re.search(r"H49\.\d{5}-\d{6}-\d{4}", person.inner_text("main"))


@pytest.mark.browser
def test_a_procedure_is_changed_without_a_script_and_by_keyboard(
    server, open_as, content, controller
):
    page = open_as(controller, java_script_enabled=False)
    page.goto(f"{server}{HOME}")
    page.locator("main button:has-text('Sửa')").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "/thu-tuc/" in page.url
    page.locator("a:has-text('Thông tin chung')").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("[name=field]").focus()
    page.keyboard.press("End")
    page.keyboard.type(" mới")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "Đã lưu bản nháp" in page.inner_text("main")


@pytest.mark.browser
def test_a_question_asks_only_what_fits_its_kind_of_answer(
    server, open_as, national, controller
):
    page = open_as(controller)
    page.goto(f"{server}{HOME}/moi?q={CODE}")
    send(page, "Soạn thủ tục này")
    settle(page, f"{server}{SHEET}/phan/request/trang/request/cau/them-moi")

    def shown():
        names = ("choices", "minimum", "accepts", "day_bound")
        return [n for n in names if page.locator(f"[name={n}]").first.is_visible()]

    seen = {}
    for kind in ("text", "choice", "number", "files", "date"):
        page.select_option("[name=kind]", kind)
        seen[kind] = shown()

    assert seen == {
        "text": [],
        "choice": ["choices"],
        "number": ["minimum"],
        "files": ["accepts"],
        "date": ["day_bound"],
    }
    assert faults(page) == []
