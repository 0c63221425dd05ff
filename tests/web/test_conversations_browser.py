"""A conversation goes round in a real Chromium, with and without scripts."""

import pytest
from django.conf import settings as django_settings

from tests.web.test_citizen import client_of
from tests.web.test_citizen_browser import faults
from tests.web.test_desk_browser import SMALL_TARGETS
from tests.web.test_desk_browser import faults as faults_of_desk


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False


@pytest.fixture
def enter(server, chrome):
    """Open a page as somebody; several people at once, each with their own session."""

    def do(actor, *, width=1280, at=server, **options):
        name = django_settings.SESSION_COOKIE_NAME
        value = client_of(actor).cookies[name].value
        context = chrome.new_context(
            locale="vi-VN", viewport={"width": width, "height": 800}, **options
        )
        context.add_cookies([{"name": name, "value": value, "url": at}])
        return context.new_page()

    return do


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_question_is_asked_and_answered(
    server, enter, submit, citizen, clerk, picture, has_scripts
):
    dossier = submit()
    own = enter(citizen, width=390, java_script_enabled=has_scripts)
    own.goto(f"{server}/ho-so/{dossier.id}")
    own.click("summary:has-text('Viết tin nhắn')")
    own.fill("#text", "Tôi cần mang bản gốc đến không?")
    file = {"name": "ảnh.png", "mimeType": "image/png", "buffer": picture()}
    own.set_input_files("#files", file)
    own.click("button:has-text('Gửi tin nhắn')")
    own.wait_for_selector(".talk .own")
    assert "chưa xem" in own.locator(".talk .own").inner_text()

    desk = enter(clerk, java_script_enabled=has_scripts)
    desk.goto(f"{server}/lam-viec")
    desk.click(f"a:has-text('{dossier.code}')")
    assert "Tôi cần mang bản gốc" in desk.locator(".talk li").inner_text()
    desk.click("summary:has-text('Viết tin nhắn')")
    desk.fill("#text", "Không cần. Bạn chỉ mang căn cước.")
    desk.click("button:has-text('Gửi tin nhắn')")
    desk.wait_for_selector(".talk .own")

    own.goto(f"{server}/ho-so")
    assert own.locator(".count").first.inner_text().startswith("1")
    own.goto(f"{server}/ho-so/{dossier.id}/trao-doi")
    assert "chỉ mang căn cước" in own.locator(".talk").inner_text()
    assert "đã xem lúc" in own.locator(".talk .own").inner_text()
    if has_scripts:
        assert faults(own) == []
        own.goto(f"{server}/ho-so/{dossier.id}")
        assert faults(own) == []
        desk.goto(f"{server}/lam-viec/ho-so/{dossier.id}/trao-doi")
        assert faults_of_desk(desk) == []
        assert desk.evaluate(SMALL_TARGETS) == []
