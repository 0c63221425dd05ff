"""A birth certificate issued here answers for another procedure, in a real Chromium."""

# ruff: noqa: F811

import pytest

from tests.procedures.test_held import ANSWERS, born, draft  # noqa: F401
from tests.web.test_citizen_browser import faults
from tests.web.test_conversations_browser import (  # noqa: F401
    _without_second_factor,
    enter,
)


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_result_is_used_with_one_press_and_its_origin_is_shown(
    server, born, draft, enter, citizen, clerk, has_scripts
):
    # Signed before the browser starts: both run an event loop of their own.
    made = draft()
    own = enter(citizen, width=390, java_script_enabled=has_scripts)
    own.goto(f"{server}/nop-ho-so/{made.id}/trang/proof")
    assert "Dùng giấy tờ đã có" in own.locator("form .note").inner_text()
    if has_scripts:
        assert faults(own) == []

    own.click("button:has-text('Dùng giấy tờ này')")

    own.wait_for_selector(".files:has-text('Đã lưu')")
    assert "Hồ sơ này đã có" in own.locator("form .note").inner_text()
    own.goto(f"{server}/nop-ho-so/{made.id}/kiem-tra")
    own.click("main button:has-text('Nộp hồ sơ')")
    own.wait_for_url("**/da-nop")
    code = own.locator(".code-large").inner_text()

    desk = enter(clerk, java_script_enabled=has_scripts)
    desk.goto(f"{server}/lam-viec?q={code}")
    desk.click(f"a:has-text('{code}')")
    origin = desk.locator("main").inner_text()
    assert f"Từ kho giấy tờ: kết quả hồ sơ {born.code}" in origin
    assert "Còn hiệu lực" in origin
    own.goto(f"{server}/giay-to")
    if has_scripts:
        assert faults(own) == []
