"""The digital economy in a real Chromium: no fault of axe, nothing spills."""

import pytest

from tests.web.test_desk_browser import SMALL_TARGETS, settle
from tests.web.test_desk_browser import faults as axe
from tests.web.test_economy import ECONOMY, estimated  # noqa: F401
from tests.web.test_economy_inputs import INPUTS
from tests.web.test_measures import TARGETS, _clock  # noqa: F401

PAGES = (ECONOMY, INPUTS, f"{TARGETS}?ke-hoach=nq09_2025")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_digital_economy(
    server,
    estimated,  # noqa: F811 - before the browser, whose event loop keeps us from it
    open_as,
    leader,
    width,
):
    estimated()
    page = open_as(leader, width=width)

    for address in PAGES:
        settle(page, server + address)
        assert axe(page) == [], address
        assert page.evaluate(SMALL_TARGETS) == [], address
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide), address
