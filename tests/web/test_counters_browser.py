"""Appointments and counters in a real Chromium: readable by all, script or none."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.counters.conftest import (  # noqa: F401
    book,
    call,
    desk,
    issue,
    moment,
    people,
)
from tests.web.test_counters import (
    _clock,  # noqa: F401
    citizen_pages,
    officer_pages,
    public_pages,
    seat,
    slot_page,
)
from tests.web.test_desk_browser import (
    SMALL_TARGETS,
    faults,
    settle,
    watch,
)
from tinhso.counters import queries

WIDTHS = (320, 390, 1280)


def look(page, server, addresses):
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            settle(page, server + address)
            assert faults(page) == [], (address, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, width)
        assert page.evaluate(SMALL_TARGETS) == [], address


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_overflows(
    server,
    open_as,
    chrome,
    book,  # noqa: F811
    issue,  # noqa: F811
    call,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
):
    booking, ticket = book(people.hoa), issue()
    issue(is_priority=True)
    call(1)

    look(open_as(people.hoa), server, citizen_pages(desk, booking))
    look(open_as(clerk), server, [*officer_pages(desk), seat(desk, 2)])
    look(chrome.new_page(locale="vi-VN"), server, public_pages(desk, ticket))


@pytest.mark.browser
def test_the_counter_is_worked_by_keyboard(
    server,
    open_as,
    issue,  # noqa: F811
    desk,  # noqa: F811
    clerk,
    now,
):
    issue()
    page = open_as(clerk)
    settle(page, server + seat(desk))

    for key, state in (("n", "Mời vào quầy"), ("s", "Đang làm việc")):
        page.keyboard.press(key)
        page.locator(f".badge:has-text('{state}')").wait_for()
    page.keyboard.press("d")
    page.locator("text=Quầy đang trống.").wait_for()

    shown = queries.figures(
        organization_id=desk.organization_id,
        last=(now + timedelta(minutes=5)).date(),
        actor=clerk,
    )
    assert [day.served for day in shown] == [1]


@pytest.mark.browser
def test_the_screen_renews_itself(server, chrome, issue, call, desk):  # noqa: F811
    issue()
    page = chrome.new_page(locale="vi-VN")
    seen = watch(page)
    settle(page, f"{server}/man-hinh/{desk.key}")
    assert page.locator("text=Chưa gọi số nào.").count() == 1

    call(2)
    page.locator(".calls td:has-text('A001')").wait_for(timeout=15_000)

    assert seen["failed"] == []
    assert seen["bytes"] <= 100 * 1024


@pytest.mark.browser
def test_one_books_and_is_called_without_scripts(
    server,
    open_as,
    issue,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
):
    page = open_as(people.hoa, java_script_enabled=False)
    page.goto(server + slot_page(desk))
    page.check("input[name=gio] >> nth=0")
    page.click("main button:has-text('Đặt lịch hẹn')")
    page.wait_for_url("**/lich-hen/*")
    code = queries.my_bookings(actor=people.hoa)[0].code
    assert code in page.inner_text("main")

    issue()
    page = open_as(clerk, java_script_enabled=False)
    page.goto(server + seat(desk))
    page.click("button:has-text('Gọi số tiếp theo')")
    assert page.inner_text("main .code-large") == "A001"
    page.goto(f"{server}/man-hinh/{desk.key}")
    assert page.inner_text(".calls td >> nth=0") == "A001"
    page.click("text=Tải lại trang")


@pytest.mark.browser
def test_a_slip_fits_a_roll_of_eighty_millimetres(server, chrome, issue):  # noqa: F811
    ticket = issue(is_priority=True)
    page = chrome.new_page(locale="vi-VN")
    settle(page, server + reverse("ticket_slip", args=[ticket.token]))

    pdf = page.pdf(prefer_css_page_size=True)

    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 227" in pdf  # 80 mm, in points
