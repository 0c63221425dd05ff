"""The web as an app in a real Chromium: a dead network loses nothing."""

# ruff: noqa: F811

import json
import threading
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application

from tests.web.conftest import Quiet, Server
from tests.web.test_citizen_browser import faults
from tests.web.test_conversations_browser import enter  # noqa: F401
from tinhso.kernel import clock
from tinhso.procedures import actions
from tinhso.procedures.models import DossierMessageRow, DraftRow

KEPT = "JSON.stringify(Object.entries(localStorage))"
CACHED = """
async () => {
  const found = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) found.push(request.url)
  }
  return found
}
"""


@pytest.fixture
def draft(server, content, citizen):
    made = actions.start_draft(procedure_code="1.001193", actor=citizen, at=clock.now())
    return made, f"{server}/nop-ho-so/{made.id}"


@pytest.fixture
def installed(draft, enter, citizen):
    """A page of the citizen whose service worker is at work."""
    page = enter(citizen, width=390)
    page.goto(draft[1])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    return page


class Serving:
    """A server of its own, to be stopped and started again at the same port."""

    def __init__(self, port=0):
        application = get_wsgi_application()
        self.server = make_server("127.0.0.1", port, application, Server, Quiet)
        self.port = self.server.server_port
        self.origin = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def stored(draft):
    return DraftRow.objects.get(pk=draft[0].id).answers


@pytest.mark.browser
def test_what_is_typed_while_the_network_is_dead_is_kept_and_sent_later(
    draft, installed
):
    page = installed
    page.goto(f"{draft[1]}/trang/child_name")
    page.context.set_offline(True)
    page.fill("#child_name", "Phạm Gia Hân")
    assert "Bạn đang ngoại tuyến" in page.locator("#keeping").inner_text()
    assert "Phạm Gia Hân" in page.evaluate(KEPT)
    assert faults(page) == []

    page.click("main .actions button")
    assert "Trang sẽ tự gửi khi có mạng" in page.locator("#keeping").inner_text()
    page.context.set_offline(False)

    page.wait_for_url("**/trang/child_birth")
    assert stored(draft)["child_name"] == "Phạm Gia Hân"
    assert page.evaluate(KEPT) == "[]"


@pytest.mark.browser
def test_a_page_closed_while_offline_is_filled_in_again(draft, installed):
    page = installed
    page.goto(f"{draft[1]}/trang/mother")
    page.context.set_offline(True)
    page.check("#mother_known")
    page.fill("#mother_name", "Nguyễn Thị Hoa")
    page.goto(f"{draft[1]}/trang/mother")
    assert "Máy của bạn chưa nối được mạng" in page.locator("main").inner_text()
    assert faults(page) == []

    # The page opens itself again; who is impatient presses.
    page.context.set_offline(False)

    page.wait_for_selector("#keeping:not([hidden])")
    assert "Đã lấy lại nội dung" in page.locator("#keeping").inner_text()
    assert page.input_value("#mother_name") == "Nguyễn Thị Hoa"
    page.click("main .actions button")
    page.wait_for_selector(".errors")
    # The server keeps what was typed, right or wrong; this machine need not.
    assert stored(draft)["mother_name"] == "Nguyễn Thị Hoa"
    assert page.evaluate(KEPT) == "[]"


@pytest.mark.browser
def test_a_server_that_is_gone_loses_nothing_either(draft, enter, citizen):
    """The browser believes it is online: what was sent is still on this machine."""
    first = Serving()
    address = f"{first.origin}/nop-ho-so/{draft[0].id}/trang/child_name"
    page = enter(citizen, width=390, at=first.origin)
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.fill("#child_name", "Phạm Gia Hân")
    first.stop()

    page.click("main .actions button")
    page.wait_for_selector("text=Máy của bạn chưa nối được mạng")
    again = Serving(first.port)
    page.click("main a:has-text('Mở lại trang')")
    page.wait_for_selector("#keeping:not([hidden])")
    page.click("main .actions button")
    page.wait_for_url("**/trang/child_birth")

    assert stored(draft)["child_name"] == "Phạm Gia Hân"
    assert page.evaluate(KEPT) == "[]"
    again.stop()


@pytest.mark.browser
def test_a_shared_machine_keeps_nothing(draft, installed):
    page = installed
    page.goto(f"{draft[1]}/trang/child_name")
    page.context.set_offline(True)
    page.fill("#child_name", "Phạm Gia Hân")
    page.check("#keeping-shared")
    page.fill("#child_name", "Phạm Gia Hân 2")

    assert page.evaluate(KEPT) == "[]"
    assert "Đừng đóng trang" in page.locator("#keeping").inner_text()
    page.click("main .actions button")
    page.context.set_offline(False)
    page.wait_for_url("**/trang/**")


@pytest.mark.browser
def test_signing_out_forgets_what_was_kept(draft, installed):
    page = installed
    page.goto(f"{draft[1]}/trang/child_name")
    page.context.set_offline(True)
    page.fill("#child_name", "Phạm Gia Hân")
    page.context.set_offline(False)
    assert "Phạm Gia Hân" in page.evaluate(KEPT)

    page.click("header button:has-text('Đăng xuất')")

    page.wait_for_load_state()
    assert page.evaluate(KEPT) == "[]"


@pytest.mark.browser
def test_a_message_written_offline_is_sent_once(server, enter, citizen, submit):
    dossier = submit()
    page = enter(citizen, width=390)
    page.goto(f"{server}/ho-so/{dossier.id}/trao-doi")
    page.context.set_offline(True)
    page.fill("#text", "Tôi hỏi thêm một việc.")
    page.click("button:has-text('Gửi tin nhắn')")
    page.context.set_offline(False)

    page.wait_for_selector(".talk .own")
    assert DossierMessageRow.objects.get().text == "Tôi hỏi thêm một việc."
    assert page.evaluate(KEPT) == "[]"


@pytest.mark.browser
def test_the_worker_keeps_static_files_and_the_offline_page_only(
    server, draft, installed, submit
):
    page = installed
    dossier = submit()
    for path in ("/ho-so", f"/ho-so/{dossier.id}", "/giay-to", "/tin-nhan", "/"):
        page.goto(server + path)
        page.wait_for_load_state("networkidle")

    cached = page.evaluate(CACHED)

    others = [
        url
        for url in cached
        if "/static/" not in url and not url.endswith("/ngoai-tuyen")
    ]
    assert cached
    assert others == []
    manifest = json.loads(page.request.get(f"{server}/app.webmanifest").text())
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert page.request.get(server + icon["src"]).ok
