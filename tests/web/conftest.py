"""A real server on loopback and a real Chromium."""

import json
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import sync_playwright

from tests.procedures.test_national import RECORD
from tinhso.cli.assets import group
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions
from tinhso.procedures.types import Channel
from tinhso.security.models import Account


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def chromium():
    """An installed Chromium or Chrome; None lets Playwright take its own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def built():
    """Build the static files; without them no page is what people get.

    Not where set-up has just done so: another worker may be reading the folder.
    """
    folder = Path(settings.STATIC_ROOT)
    if not _is_fresh(folder / "staticfiles.json"):
        result = CliRunner().invoke(group, ["build", "--json"])
        assert result.exit_code == 0, result.output
        # This process read the list of names before it was written.
        staticfiles_storage.hashed_files, _ = staticfiles_storage.load_manifest()
    return folder


def _is_fresh(manifest):
    sources = [Path("package-lock.json"), *Path("tinhso/web/static").rglob("*.*")]
    sources += Path("tinhso/web/locale").rglob("*.po")
    if not manifest.is_file():
        return False
    return max(one.stat().st_mtime for one in sources) < manifest.stat().st_mtime


@pytest.fixture
def national(content, tmp_path, now):
    """A procedure of the national catalogue that no pack declares."""
    ways = RECORD["cach_thuc_thuc_hien"] + "Dịch vụ bưu chính1Miễn phí"
    titled = {"ma_thu_tuc": "2.000806", "ten_thu_tuc": "Kết hôn với người nước ngoài"}
    path = tmp_path / "national.jsonl"
    record = {**RECORD, **titled, "cach_thuc_thuc_hien": ways}
    path.write_text(json.dumps(record), "utf-8")
    actions.import_catalogue(file=path, actor=SYSTEM, at=now)


@pytest.fixture
def server(built, transactional_db, content):
    """Serve through the whole stack, compressed files included."""
    served = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()


@pytest.fixture
def chrome(monkeypatch):
    """A browser; a missing one fails the test, it does not skip.

    One a test: the loop it runs in this thread would keep the next from having one.
    """
    # Playwright runs an event loop in this thread; our own queries stay synchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(client):
    """Sign somebody in; answer the client."""

    def as_(actor):
        account = Account.objects.get(pk=actor.id)
        client.force_login(account)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
        return client

    return as_


@pytest.fixture
def open_as(server, chrome, content, visit):
    """Answer a page of the browser in which somebody is signed in."""

    def open_(actor, *, width=1280, **options):
        name = settings.SESSION_COOKIE_NAME
        session = visit(actor).cookies[name].value
        context = chrome.new_context(
            locale="vi-VN", viewport={"width": width, "height": 800}, **options
        )
        context.add_cookies([{"name": name, "value": session, "url": server}])
        return context.new_page()

    return open_


@pytest.fixture
def desk_clock(monkeypatch, settings, now):
    """The doors ask the clock; here it stands at the fixed moment."""
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(minutes=5))


@pytest.fixture
def submit(citizen, ward, answers, now):
    """Register a birth at the ward; answer the dossier."""

    def do(*, at=now, **changes):
        return actions.submit_dossier(
            procedure_code="1.001193",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers={**answers, **changes},
            key=str(uuid4()),
            actor=citizen,
            at=at,
        )

    return do


@pytest.fixture
def dossier(submit):
    return submit()


@pytest.fixture
def head(sign_in):
    """The head of office of the ward."""
    return sign_in("Đặng Thị Hạnh")
