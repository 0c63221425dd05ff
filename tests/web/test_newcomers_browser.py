"""The newcomers' troubles in a real Chromium: signing, the header of phones, files."""

import pytest
from django.urls import reverse

from tests.web.test_citizen_after import AnyParam
from tests.web.test_citizen_browser import (  # noqa: F401
    browse,
    faults,
)
from tests.web.test_citizen_browser import draft as application  # noqa: F401
from tests.web.test_desk import fresh
from tests.web.test_desk_browser import faults as axe
from tests.web.test_desk_browser import settle
from tests.web.test_desk_turns import to_sign  # noqa: F401
from tinhso.notify import actions as notify

pytestmark = pytest.mark.usefixtures("built", "desk_clock")

# The bottom of the header, and how many lines its parts stand in.
LINES = """
() => new Set([...document.querySelectorAll('.bar .brand, .bar nav a, .bar nav button')]
  .map(e => e.getBoundingClientRect()).filter(r => r.width)
  .map(r => Math.round((r.top + r.bottom) / 20))).size
"""


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_leader_signs_at_the_second_press_with_and_without_scripts(
    server,
    open_as,
    leader,
    submit,
    to_sign,  # noqa: F811
    now,
    has_scripts,
):
    dossier = to_sign(submit(), leader)
    page = open_as(leader, java_script_enabled=has_scripts)
    page.goto(server + "/lam-viec/ky-so")

    page.click("#rows a:has-text('Xem và ký')")
    page.wait_for_url("**/thao-tac/sign")
    page.click("main .actions a:has-text('Quay lại')")
    page.wait_for_url(f"**/{dossier.id}")
    page.click(".deeds a:has-text('Ký số')")
    page.wait_for_url("**/thao-tac/sign")
    assert fresh(dossier, leader, now).step.key == "signing"
    page.focus("main .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{dossier.id}")

    assert fresh(dossier, leader, now).step.key == "sealing"


@pytest.mark.browser
def test_axe_finds_nothing_where_something_is_signed(
    server,
    open_as,
    leader,
    submit,
    to_sign,  # noqa: F811
):
    dossier = to_sign(submit(), leader)
    page = open_as(leader)
    for address in (
        "/lam-viec/ky-so",
        reverse("desk_act", args=[dossier.id, "sign"]),
        reverse("desk_dossier", args=[dossier.id]),
    ):
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            settle(page, server + address)
            assert axe(page) == [], (address, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, width)


@pytest.mark.browser
def test_the_header_of_a_phone_takes_two_lines_and_names_no_keys(
    server,
    open_as,
    clerk,
    submit,
):
    submit()
    page = open_as(clerk, width=390)
    settle(page, server + "/lam-viec")

    assert page.evaluate(LINES) == 2
    assert page.locator(".rail kbd:visible").count() == 0
    assert not page.locator("[data-opens=shortcuts]").is_visible()
    page.locator(".bar button:has-text('Đăng xuất')").focus()
    assert page.locator(".bar button:has-text('Đăng xuất')").is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("[data-opens=shortcuts]").is_visible()


@pytest.mark.browser
def test_unread_messages_do_not_widen_a_phone(server, browse, citizen, ward, now):  # noqa: F811
    notify.send_message(
        template_key="dossier_submitted",
        person_id=citizen.person_id,
        params=AnyParam(),
        subject_id=ward.id,
        dedupe_key="m",
        actor=citizen,
        at=now,
    )
    page = browse(viewport={"width": 390, "height": 800})

    page.goto(f"{server}/tin-nhan")

    assert page.locator(".bar .count").count() == 1
    assert page.evaluate(LINES) == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_save_and_go_on_sends_the_file_without_scripts(browse, application, picture):  # noqa: F811
    page = browse(java_script_enabled=False)
    page.goto(f"{application}/trang/birth_proof")
    file = {"name": "giấy.png", "mimeType": "image/png", "buffer": picture()}
    page.set_input_files("#birth_proof", file)

    page.click("main .actions button")
    page.wait_for_load_state()

    assert not page.url.endswith("/birth_proof")
    page.goto(f"{application}/trang/birth_proof")
    assert page.locator(".files li").count() == 1


@pytest.mark.browser
def test_a_line_of_the_summary_leads_to_its_field(browse, application):  # noqa: F811
    page = browse()
    page.goto(f"{application}/trang/requester_identity")
    page.fill("#requester_name", "")
    page.click("main .actions button")
    page.wait_for_load_state()

    page.focus("#error-summary a")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "requester_name"
    assert faults(page) == []
