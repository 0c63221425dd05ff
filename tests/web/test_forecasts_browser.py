"""Forecasts in a real Chromium: no fault of axe, nothing spills."""

import pytest

from tests.web.test_desk_browser import SMALL_TARGETS, settle
from tests.web.test_desk_browser import faults as axe
from tests.web.test_forecasts import foretold  # noqa: F401
from tests.web.test_measures import BOARD, ON_TIME, TARGETS, _clock  # noqa: F401

# How far what is drawn last lies beyond the edge of the screen.
BEYOND = """[...document.querySelectorAll('.series')].map(
    one => one.getBoundingClientRect().right - window.innerWidth)"""
PAGES = (ON_TIME, f"{TARGETS}?ke-hoach=nq09_2025", BOARD)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_forecasts(
    server,
    foretold,  # noqa: F811 - before the browser, whose event loop keeps us from it
    open_as,
    leader,
    width,
):
    page = open_as(leader, width=width)

    for address in PAGES:
        settle(page, server + address)
        assert axe(page) == [], address
        assert page.evaluate(SMALL_TARGETS) == [], address
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide), address


@pytest.mark.browser
def test_a_phone_shows_the_forecast_and_not_only_the_past(
    server,
    foretold,  # noqa: F811 - as above
    open_as,
    leader,
):
    page = open_as(leader, width=390)

    settle(page, server + ON_TIME)

    found = page.evaluate(BEYOND)
    assert found
    assert max(found) <= 0
