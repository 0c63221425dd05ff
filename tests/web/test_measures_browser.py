"""Boards and numbers in a real Chromium: no fault of axe, nothing spills, no mouse."""

import pytest

from tests.web.test_desk_browser import SMALL_TARGETS, settle
from tests.web.test_desk_browser import faults as axe
from tests.web.test_measures import (  # noqa: F401
    BOARD,
    ON_TIME,
    TARGETS,
    _clock,
    counted,
)

PAGES = (
    BOARD,
    ON_TIME,
    f"{ON_TIME}?xem=cot",
    f"{ON_TIME}?theo=channel&xem=bang",
    f"{ON_TIME}/nguon?ky=2026-05",
    TARGETS,
)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_boards_and_numbers(
    server,
    counted,  # noqa: F811 - before the browser, whose event loop keeps us from it
    open_as,
    leader,
    width,
):
    page = open_as(leader, width=width)

    for address in PAGES:
        settle(page, server + address)
        assert axe(page) == [], address
        assert page.evaluate(SMALL_TARGETS) == [], (
            address,
            page.evaluate(SMALL_TARGETS),
        )
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide), address


@pytest.mark.browser
def test_a_leader_follows_a_number_down_with_the_keyboard_alone(
    server,
    counted,  # noqa: F811
    open_as,
    leader,
):
    page = open_as(leader)
    settle(page, server + BOARD)

    page.locator("#ngoai-le ~ ol a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/nguon?**")

    assert "Con số này từ đâu ra" in page.inner_text("h1")
    assert page.locator("tbody tr").count() == 10
