"""The pages of open data in a real Chromium: light, for everybody, script or none."""

import os
from pathlib import Path

import pytest

from tests.opendata.places import body, column, figures, stay
from tests.slow_line import arrival
from tests.web.conftest import (  # noqa: F401
    built,
    chrome,
    open_as,
    server,
    visit,
)
from tests.web.test_citizen_browser import faults, measure
from tests.web.test_desk_browser import SMALL_TARGETS
from tests.web.test_kit import watch
from tinhso.kernel import clock

# Where pictures of the pages go, if somebody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")
PAGES = {
    "catalogue": "/du-lieu-mo",
    "nothing": "/du-lieu-mo?q=zzzz",
    "dataset": "/du-lieu-mo/luu-tru",
    "line": "/du-lieu-mo/luu-tru?ve=came_on&sap=-nights",
    "figures": "/du-lieu-mo/so-luot",
    "wrong": "/du-lieu-mo/luu-tru?cot=nights&gia-tri=x",
    "old": "/du-lieu-mo/luu-tru/1",
    "agencies": "/du-lieu-mo/co-quan",
}


@pytest.fixture
def portal(server, stays, enter, publish):  # noqa: F811
    """A served portal with rows, an older version and figures."""
    rows = [
        stay(commune=commune, nights=n % 7, lon=107 + n / 50, lat=20.9 + n / 90)
        for commune in ("06688", "06706")
        for n in range(30)
    ]
    stays(*rows)
    commune = column("commune", codes="units")
    enter(body(commune, "reason", "nights", "lon", "lat", "came_on"))
    enter(figures(key="so-luot"))
    for slug in ("luu-tru", "luu-tru", "so-luot"):
        publish(slug, at=clock.now())
    return server


def look(page, name):
    if PICTURES:
        width = page.viewport_size["width"]
        path = Path(PICTURES) / f"open-{name}-{width}.png"
        page.screenshot(path=path, full_page=True)


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_spills(portal, chrome):  # noqa: F811
    found = []
    for width in (390, 1280):
        page = chrome.new_page(locale="vi-VN", viewport={"width": width, "height": 800})
        for name, address in PAGES.items():
            page.goto(portal + address)
            look(page, name)
            found += page.evaluate(SMALL_TARGETS)
            found += faults(page)
            page.set_viewport_size({"width": width, "height": 800})

    assert found == [], sorted(set(map(str, found)))


@pytest.mark.browser
def test_rows_are_filtered_sorted_and_turned_by_htmx_and_stay_in_the_address(
    portal,
    chrome,  # noqa: F811
):
    page = chrome.new_page(locale="vi-VN")
    page.goto(f"{portal}/du-lieu-mo/luu-tru")

    page.select_option("#cot", "commune")
    page.fill("#gia-tri", "06706")
    page.click("#du-lieu .filters button")
    page.wait_for_url("**gia-tri=06706**")
    page.wait_for_selector("text=Có 30 hàng.")
    page.click("#du-lieu a[rel=next]")
    page.wait_for_url("**trang=2**")
    page.wait_for_function("document.querySelectorAll('tr[data-row]').length === 5")
    assert page.locator("h1").count() == 1

    page.reload()
    assert page.locator("tr[data-row]").count() == 5


@pytest.mark.browser
def test_the_same_without_scripts(portal, chrome):  # noqa: F811
    page = chrome.new_page(locale="vi-VN", java_script_enabled=False)
    page.goto(f"{portal}/du-lieu-mo/luu-tru")

    page.select_option("#cot", "commune")
    page.fill("#gia-tri", "06706")
    page.click("#du-lieu .filters button")
    page.click("#du-lieu a[rel=next]")

    assert page.locator("tr[data-row]").count() == 5
    with page.expect_download() as given:
        page.click("text=CSV")
    assert given.value.suggested_filename == "luu-tru-2.csv"


@pytest.mark.browser
def test_pages_keep_their_budget(portal, chrome):  # noqa: F811
    for address in ("/du-lieu-mo", "/du-lieu-mo/luu-tru"):
        page = chrome.new_context(service_workers="block").new_page()
        seen = watch(page)
        first = measure(page, seen, portal + address)

        assert first["bytes"] <= 100 * 1024, (address, first)
        assert first["requests"] <= 12
        assert seen["failed"] == []


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_dataset_can_be_read_on_a_slow_line(portal, chrome, has_scripts):  # noqa: F811
    for address in ("/du-lieu-mo", "/du-lieu-mo/luu-tru"):
        for width in (390, 1280):
            context = chrome.new_context(
                service_workers="block",
                java_script_enabled=has_scripts,
                viewport={"width": width, "height": 800},
            )
            page = context.new_page()
            seen = arrival(page, portal + address)
            spills = "document.documentElement.scrollWidth > window.innerWidth"

            assert seen.is_in_time, (address, width, seen)
            assert not page.evaluate(spills)
            context.close()


@pytest.mark.browser
def test_axe_finds_nothing_where_datasets_are_published(
    portal,
    open_as,  # noqa: F811
    sign_in,
    settings,
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    page = open_as(sign_in("Mai Thị Ngọc"), width=1280)
    page.goto(f"{portal}/lam-viec/du-lieu-mo")
    look(page, "desk")

    assert page.locator("h2:has-text('Lượt lưu trú')").count() == 2
    assert faults(page) == []
