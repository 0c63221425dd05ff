"""Pages of registers with the true outlines: accessible, light, in the address."""

import json
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.slow_line import COMPLETE_SECONDS, arrival
from tests.web.test_citizen_browser import (  # noqa: F401 - fixtures
    browse,
    faults,
    measure,
    watch,
)
from tinhso.cli import demo
from tinhso.kernel.actor import SYSTEM
from tinhso.places import actions as places

SCHOOLS = "/so-du-lieu/schools"
PAGES = (
    "/so-du-lieu",
    SCHOOLS,
    f"{SCHOOLS}?q=khong-co-truong-nao",
    f"{SCHOOLS}/MP-T001",
    "/so-du-lieu/planning_zones/MP-QH01",
    "/ban-do?lop=schools&lop=roads&q=ha+trung&o=107.16539,20.96894",
    "/ban-do?o=khong-phai-toa-do",
)


@pytest.fixture
def filled(server, shared_data, now):
    """The made-up records of some registers, upon the 54 outlines."""
    geojson = (shared_data / "quang_ninh_communes_2025.geojson").read_text("utf-8")
    places.load_boundaries(
        geojson=json.loads(geojson),
        source="thử",
        on=date(2025, 7, 1),
        actor=SYSTEM,
        at=now,
    )
    for key in ("schools", "planning_zones", "roads"):
        demo.load_records(demo.read(f"records/{key}.yaml"), now)


@pytest.mark.browser
def test_axe_finds_nothing_on_pages_of_registers(filled, server, browse):  # noqa: F811
    page = browse()
    found = []

    for address in PAGES:
        page.goto(f"{server}{address}")
        found += faults(page)

    assert found == []


@pytest.mark.browser
def test_pages_of_registers_keep_their_budgets(filled, server, browse):  # noqa: F811
    page = browse(service_workers="block")
    seen = watch(page)

    first = measure(page, seen, f"{server}{SCHOOLS}")
    repeat = [measure(page, seen, f"{server}{address}") for address in PAGES]

    assert first["bytes"] <= 100 * 1024, first
    assert first["requests"] <= 12
    assert max(one["bytes"] for one in repeat) <= 15 * 1024, repeat
    assert seen["failed"] == []


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_maps_of_registers_can_be_read_on_a_slow_line(
    filled,
    server,
    browse,  # noqa: F811
    has_scripts,
):
    for address in (SCHOOLS, "/ban-do?lop=schools&lop=roads"):
        page = browse(service_workers="block", java_script_enabled=has_scripts)

        seen = arrival(page, f"{server}{address}")

        assert seen.is_in_time, (address, seen)
        page.context.close()


class _Heavy(BaseHTTPRequestHandler):
    """Answers with a page five times as heavy as a page may be."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>a</p><!--" + b"x" * 550_000 + b"-->")

    def log_message(self, format, *words):
        """Say nothing."""


@pytest.mark.browser
def test_a_heavy_page_is_found_to_be_late_on_a_slow_line(chrome):
    server = HTTPServer(("127.0.0.1", 0), _Heavy)
    Thread(target=server.serve_forever, daemon=True).start()
    page = chrome.new_page()

    seen = arrival(page, f"http://127.0.0.1:{server.server_port}/")

    server.shutdown()
    assert seen.complete > COMPLETE_SECONDS
    assert not seen.is_in_time


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_is_chosen_stands_in_the_address(
    filled,
    server,
    browse,  # noqa: F811
    has_scripts,
):
    page = browse(java_script_enabled=has_scripts)
    page.goto(f"{server}{SCHOOLS}")

    page.select_option("#xa", label="Phường Hạ Long")
    page.fill("#ngay", "31/02/2026")
    page.click("main form[role=search] button")
    assert "Hãy nhập ngày" in page.inner_text("main")
    assert page.input_value("#ngay") == "31/02/2026"
    page.fill("#ngay", "01/06/2025")
    page.click("main form[role=search] button")
    assert "Có 0 bản ghi vào ngày 01/06/2025" in page.inner_text("main")
    page.fill("#ngay", "01/07/2025")
    page.click("main form[role=search] button")

    assert "xa=06688" in page.url
    assert "Có 2 bản ghi" in page.inner_text("main")
    page.click("main table a >> nth=0")
    assert "Lịch sử" in page.inner_text("main")
