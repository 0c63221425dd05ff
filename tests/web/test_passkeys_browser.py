"""An officer opens the desk with a passkey, in a real Chromium."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from tests.passkeys import (
    DESK,
    ON_THE_LOGIN_PAGE,
    ON_THE_SECOND_STEP,
    SIGN_IN,
    TROUBLE,
    Officer,
)
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions

pytestmark = pytest.mark.browser

PASSWORD = "mat-khau-rat-dai-1"


@pytest.fixture
def at_a_browser(server, chrome, now, settings):
    """Seat somebody with a password at a browser; `localhost` needs no TLS."""
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    cache.clear()  # forgets how often somebody tried

    def seat(actor, **how):
        actions.set_password(
            account_id=actor.id, password=PASSWORD, actor=SYSTEM, at=now
        )
        url = server.replace("127.0.0.1", "localhost")
        return Officer(chrome, url, str(actor.person_id), PASSWORD, **how)

    return seat


def test_a_passkey_opens_the_desk_without_a_password(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    assert not me.works_at_the_desk()
    expect(me.page.locator(".note-warn")).to_contain_text("cán bộ cần thêm")

    me.add_passkey()
    assert me.page.url.endswith(reverse("mfa_view_recovery_codes"))
    assert me.works_at_the_desk()
    me.sign_out()
    assert not me.works_at_the_desk()
    me.press(ON_THE_LOGIN_PAGE)

    # The desk was asked for before the sign-in, so the desk it is.
    assert me.page.url == me.url + DESK
    assert me.refused == []


def test_a_passkey_is_the_second_step_after_a_password(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey(passwordless=False)
    assert [one["isResidentCredential"] for one in me.credentials()] == [False]
    me.sign_out()

    me.say_password()
    assert me.page.url.endswith(reverse("mfa_authenticate"))
    assert not me.works_at_the_desk()
    me.press(ON_THE_SECOND_STEP)

    assert me.works_at_the_desk()
    assert me.refused == []


def test_a_removed_passkey_opens_nothing(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey()
    me.remove_passkey()
    me.sign_out()

    assert len(me.credentials()) == 1
    me.open(SIGN_IN)
    me.press(ON_THE_LOGIN_PAGE)

    expect(me.page.locator(".note-bad >> nth=0")).to_contain_text("không mở được")
    assert not me.works_at_the_desk()


def test_after_the_last_passkey_an_officer_is_led_to_set_one_up_again(
    at_a_browser, clerk
):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey()
    me.remove_passkey()

    assert not me.works_at_the_desk()
    assert me.page.url.endswith(reverse("mfa_index"))


def test_a_passkey_of_another_account_is_not_the_second_step(
    at_a_browser, clerk, officer
):
    me, other = at_a_browser(clerk), at_a_browser(officer)
    for one in (me, other):
        one.say_password()
        one.add_passkey()
    me.sign_out()
    me.cdp.send("WebAuthn.clearCredentials", me.key)
    me.take_credentials_of(other)

    me.say_password()
    me.page.click(ON_THE_SECOND_STEP)
    expect(me.page.locator(TROUBLE)).to_contain_text("Chưa dùng được")
    # So says the browser; the server says so, too, to a page that was tampered with.
    me.page.evaluate(
        """() => {
          const told = document.getElementById('js_data')
          const data = JSON.parse(told.textContent)
          data.request_options.publicKey.allowCredentials = []
          told.textContent = JSON.stringify(data)
        }"""
    )
    me.press(ON_THE_SECOND_STEP)

    expect(me.page.locator(".note-bad >> nth=0")).to_contain_text("không mở được")
    assert not me.works_at_the_desk()


def test_a_passkey_of_another_address_is_not_even_offered(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey()
    me.sign_out()
    (mine,) = me.credentials()
    me.cdp.send("WebAuthn.clearCredentials", me.key)
    elsewhere = {**me.key, "credential": {**mine, "rpId": "example.vn"}}
    me.cdp.send("WebAuthn.addCredential", elsewhere)

    me.offer_passkey()

    expect(me.page.locator(TROUBLE)).to_be_visible()
    assert not me.works_at_the_desk()


def test_a_passkey_whose_owner_is_not_recognized_opens_nothing(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey()
    me.sign_out()
    me.cdp.send("WebAuthn.setUserVerified", {**me.key, "isUserVerified": False})

    me.offer_passkey()

    expect(me.page.locator(TROUBLE)).to_be_focused()
    assert not me.works_at_the_desk()


def test_a_second_passkey_on_the_same_machine_is_explained(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.add_passkey()
    me.ask_to_add()

    me.page.click("#mfa_webauthn_add")

    expect(me.page.locator(TROUBLE)).to_contain_text("đã có khóa truy cập của bạn")


def test_an_address_without_a_secure_context_is_explained(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.url = me.url.replace("localhost", "127.0.0.1")

    me.offer_passkey()

    expect(me.page.locator(TROUBLE)).to_contain_text("không dùng được khóa truy cập")


def test_enter_in_the_name_adds_the_passkey(at_a_browser, clerk):
    me = at_a_browser(clerk)
    me.say_password()
    me.ask_to_add()

    assert me.page.input_value("[name=name]") == "Khóa chính"
    me.page.fill("[name=name]", "Máy ở quầy 3")
    with me.page.expect_navigation():
        me.page.keyboard.press("Enter")
    me.open(reverse("mfa_list_webauthn"))

    expect(me.page.locator("main .todo")).to_contain_text("Máy ở quầy 3")


@pytest.mark.parametrize("language", ["vi-VN", "en-US"])
def test_axe_finds_nothing_on_the_pages_of_passkeys(at_a_browser, clerk, language):
    me = at_a_browser(clerk, language=language)

    def look():
        for width in (320, 390, 1280):
            me.page.set_viewport_size({"width": width, "height": 800})
            assert faults(me.page) == [], (me.page.url, width)
            wide = me.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (me.page.url, width)
        assert me.page.evaluate(SMALL_TARGETS) == [], me.page.url

    me.offer_passkey()
    me.page.locator(TROUBLE).wait_for()
    look()
    me.say_password()
    me.works_at_the_desk()
    look()
    me.ask_to_add()
    look()
    me.add_passkey()
    look()
    for name in ("mfa_index", "mfa_list_webauthn", "mfa_reauthenticate_webauthn"):
        me.open(reverse(name))
        look()
    for place in (0, 1):
        me.open(reverse("mfa_list_webauthn"))
        me.press(f"main .todo a >> nth={place}")
        look()
    me.sign_out()
    me.say_password()
    look()
    assert me.refused == []
