"""The list of where one is signed in: open to everybody, with scripts or without."""

import pytest
from django.urls import reverse

from tests.web.test_desk_browser import SMALL_TARGETS, faults, settle
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions
from tinhso.security.models import SessionRow

pytestmark = pytest.mark.browser

PASSWORD = "mot-cau-dai-de-nho"


def note_elsewhere(actor):
    """Let somebody be signed in at a phone, too."""
    actions.note_session(
        key="elsewhere",
        account_id=actor.id,
        browser="Safari",
        system="iPhone",
        begun_at=clock.now(),
        at=clock.now(),
    )


@pytest.mark.parametrize("who", ["citizen", "clerk"])
def test_axe_finds_nothing_and_nothing_overflows(
    server, open_as, request, who, monkeypatch
):
    monkeypatch.setattr(
        "tinhso.security.providers.sessions.alive", lambda keys, at: frozenset(keys)
    )
    actor = request.getfixturevalue(who)
    page = open_as(actor)
    page.goto(server + "/")
    note_elsewhere(actor)
    for address in (reverse("account_sessions"), reverse("mfa_index")):
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            settle(page, server + address)
            assert faults(page) == [], (address, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, wide)
            assert page.evaluate(SMALL_TARGETS) == [], address
    assert SessionRow.objects.filter(account_id=actor.id).count() == 2


def test_a_place_is_ended_without_scripts(server, client, open_as, citizen, now):
    actions.set_password(account_id=citizen.id, password=PASSWORD, actor=SYSTEM, at=now)
    here = open_as(citizen, java_script_enabled=False, width=390)
    client.cookies.clear()  # else it is the same session
    elsewhere = open_as(citizen)
    for page in (elsewhere, here):
        page.goto(f"{server}/ho-so")
    here.goto(server + reverse("account_sessions"))

    here.click("main li .button")
    here.fill("#password", PASSWORD)
    here.click("main .button-primary")

    assert "Đã đăng xuất nơi đó." in here.inner_text("main")
    elsewhere.goto(f"{server}/ho-so")
    assert "/tai-khoan/dang-nhap" in elsewhere.url
