"""The studio in a real Chromium: no fault of axe, nothing spills, budgets are kept."""

import pytest

from tests.web.test_citizen import client_of
from tests.web.test_desk_browser import KIB, SMALL_TARGETS, settle, watch
from tests.web.test_desk_browser import faults as axe
from tests.web.test_measures import _clock  # noqa: F401
from tests.web.test_proposals import FROZEN, WORDS
from tests.web.test_scenarios import STUDIO, address

PAGES = (
    "/lam-viec/kich-ban",
    address(),
    address(**{"muc-sme_support": "khac", "so-sme_support": "x"}),
    address(f"{STUDIO}/re-nhat"),
    address(f"{STUDIO}/vi-sao"),
    address(f"{STUDIO}/ban-ke"),
    address(f"{STUDIO}/chot"),
    FROZEN,
)
WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture
def frozen(content, leader):
    response = client_of(leader).post(address(f"{STUDIO}/chot"), WORDS)
    return response.headers["Location"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_scenarios(server, frozen, open_as, leader, width):
    page = open_as(leader, width=width)

    for path in (*PAGES, frozen, f"{frozen}?tinh-lai=1"):
        settle(page, server + path)
        assert axe(page) == [], path
        assert page.evaluate(SMALL_TARGETS) == [], path
        assert not page.evaluate(WIDE), path


@pytest.mark.browser
def test_a_lever_moved_by_keyboard_moves_the_fan_and_the_address(
    server, content, open_as, leader
):
    page = open_as(leader)
    settle(page, server + address())
    page.focus("input[name=muc-fibre_rollout][value='']")

    with page.expect_response(lambda one: "/so-cai" in one.url):
        page.keyboard.press("ArrowDown")

    page.wait_for_selector("#so-cai tr:nth-child(3)")
    assert "muc-fibre_rollout=low" in page.url
    assert axe(page) == []


@pytest.mark.browser
def test_the_studio_keeps_its_budget(server, content, open_as, leader):
    page = open_as(leader)
    seen = watch(page)

    settle(page, server + address())

    assert seen["failed"] == []
    assert seen["bytes"] <= 350 * KIB, seen
