"""Copies are certified at the counter, from the number to the receipt, by keyboard."""

import pytest
from django.urls import reverse

from tests.counters.conftest import desk  # noqa: F401
from tests.web.test_counters import seat
from tests.web.test_desk_browser import faults
from tests.web.test_intake import CARD
from tinhso.procedures.models import DossierRow

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


def press(page, role, name):
    """Reach a link or button by its name, and press Enter on it."""
    page.get_by_role(role, name=name).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, name, text):
    """Type into the input that the page has put the cursor into by itself."""
    page.locator(f"[name={name}]:focus").wait_for()
    page.keyboard.type(text)


@pytest.mark.browser
def test_from_the_number_to_the_printed_receipt(
    server,
    open_as,
    clerk,
    desk,  # noqa: F811
):
    page = open_as(clerk)
    # A number for who has just come in, and its slip.
    page.goto(server + reverse("counter_unit", args=[desk.organization_id]))
    with page.expect_navigation():
        page.keyboard.press("c")
    assert "A001" in page.inner_text("main")
    # The number is called, and whoever has it sits down.
    page.goto(server + seat(desk))
    for key, state in (("n", "Mời vào quầy"), ("s", "Đang làm việc")):
        page.keyboard.press(key)
        page.locator(f".badge:has-text('{state}')").wait_for()

    # The sheet: what is needed, who is there, how many pages and copies.
    page.goto(server + reverse("intake"))
    write(page, "q", "sao y ban chinh")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "link", "Chứng thực bản sao từ bản chính")
    write(page, "card", CARD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for name, value in (
        ("paper_title", "Bằng tốt nghiệp"),
        ("pages", "3"),
        ("copies", "2"),
    ):
        page.locator(f"[name={name}]").focus()
        page.keyboard.type(value)
    for name in ("issuer", "brings_copies"):
        page.locator(f"[name={name}]").first.focus()
        page.keyboard.press("Space")
    press(page, "button", "Tiếp nhận, cấp mã và hẹn trả")
    assert page.url.endswith("/da-tiep-nhan"), page.inner_text("main")
    assert faults(page) == []

    # Two pages at 2,000, the third at 1,000, for each of two copies.
    dossier = DossierRow.objects.get()
    assert dossier.fee == 10_000
    assert "10.000" in page.inner_text("main")
    receipt = page.get_by_role("link", name="In giấy tiếp nhận (A5)")
    pdf = page.request.get(server + receipt.get_attribute("href"))
    assert pdf.body().startswith(b"%PDF")
    press(page, "link", "In phiếu nhỏ (80 mm)")
    assert dossier.code in page.inner_text("main")

    page.goto(server + seat(desk))
    page.keyboard.press("d")
    page.locator("text=Quầy đang trống.").wait_for()
