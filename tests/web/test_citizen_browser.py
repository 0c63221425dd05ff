"""The citizen's pages in a real Chromium: light, open to everybody, script or none."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.web.test_citizen import BIRTH, TYPED, client_of
from tests.web.test_kit import watch
from tinhso.kernel import clock
from tinhso.procedures import actions
from tinhso.procedures.types import Channel

AXE = Path("node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 1280)


@pytest.fixture
def browse(server, chrome, citizen):
    """Open a page as the citizen, signed in; with or without scripts."""

    def open_page(**options):
        context = chrome.new_context(locale="vi-VN", **options)
        name = django_settings.SESSION_COOKIE_NAME
        value = client_of(citizen).cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": server}])
        return context.new_page()

    return open_page


@pytest.fixture
def dossier(citizen, ward, answers, clerk):
    """A dossier whose applicant is asked for a better picture."""
    at = clock.now()
    made = actions.submit_dossier(
        procedure_code=BIRTH,
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key="k",
        actor=citizen,
        at=at,
    )
    return actions.take_action(
        dossier_id=made.id,
        action_key="ask_supplement",
        revision=made.revision,
        reasons={"birth_proof": "Ảnh bị mờ."},
        actor=clerk,
        at=at,
    )


@pytest.fixture
def draft(citizen, server):
    made = actions.start_draft(procedure_code=BIRTH, actor=citizen, at=clock.now())
    return f"{server}/nop-ho-so/{made.id}"


def send(page):
    page.click("main .actions button.button-primary, main .actions .button-primary")
    page.wait_for_load_state()


def fill(page, typed):
    for name, value in typed.items():
        field = page.locator(f'[name="{name}"]')
        if not field.count():
            continue
        if field.first.get_attribute("type") == "radio":
            page.check(f'[name="{name}"][value="{value}"]')
        else:
            field.fill(value)


def walk(page, server, picture):
    """Apply for a birth registration by what the pages show, to the confirmation."""
    page.goto(f"{server}/thu-tuc?q=khai+sinh")
    page.click("main h2 a")
    page.click("main button:has-text('Bắt đầu nộp hồ sơ')")
    page.click("main a:has-text('Tiếp tục')")
    page.select_option("#organization_id", label="Ủy ban nhân dân phường Hạ Long")
    send(page)
    typed = dict(TYPED)
    for _ in range(40):
        if page.url.endswith("/kiem-tra"):
            break
        key = page.url.split("/trang/")[1].split("?")[0].split("#")[0]
        if key == "birth_proof" and not page.locator(".files").count():
            file = {"name": "giấy.png", "mimeType": "image/png", "buffer": picture()}
            page.set_input_files("#birth_proof", file)
            page.click("button[name=upload]")
            continue
        fill(page, typed[key])
        send(page)
    page.click("main button:has-text('Nộp hồ sơ')")
    page.wait_for_url("**/da-nop")
    return page.locator(".code-large").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_application_completes_with_and_without_scripts(
    server, browse, picture, has_scripts
):
    page = browse(java_script_enabled=has_scripts)

    code = walk(page, server, picture)

    assert code.startswith("H49.06688-")
    assert code.endswith("-0001")


@pytest.mark.browser
def test_axe_finds_nothing_on_the_citizens_pages(
    server, national, browse, draft, dossier
):
    page = browse()
    found = []
    for address in (
        f"{server}/thu-tuc?q=zzzz",
        f"{server}/thu-tuc?q=sap+lay+vo",
        f"{server}/thu-tuc/1.004873",
        f"{server}/thu-tuc/2.000806",
        f"{server}/thu-tuc/2.000815",
        f"{server}/thu-tuc/1.004194",
        draft,
        f"{draft}/noi-tiep-nhan",
        f"{draft}/trang/mother",
        f"{draft}/trang/birth_proof",
        f"{draft}/kiem-tra",
        f"{server}/ho-so",
        f"{server}/ho-so/{dossier.id}",
        f"{server}/ho-so/{dossier.id}/bo-sung",
        f"{server}/ho-so/{dossier.id}/rut",
        f"{server}/giay-to",
        f"{server}/tin-nhan",
        f"{server}/tai-khoan/kenh-nhan-tin",
        f"{server}/tam-dung",
        f"{server}/tra-cuu?ma={dossier.code}",
        f"{server}/xac-minh",
        f"{server}/xac-minh/KHONG-CO",
    ):
        page.goto(address)
        found += faults(page)
    page.goto(f"{draft}/trang/requester_identity")
    page.fill("#requester_number", "123")
    send(page)
    found += faults(page)

    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert found == []


def faults(page):
    """List what axe finds, and where a page overflows."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AXE.read_text("utf-8"))
        report = page.evaluate("t => axe.run(document, {runOnly: t})", TAGS)
        found += [(page.url, v["id"]) for v in report["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((page.url, "overflows", width))
    return found


@pytest.mark.browser
def test_pages_keep_their_budgets(server, browse, draft, dossier):
    # What a worker hands on counts as no bytes; so it stays out of the measuring.
    page = browse(service_workers="block")
    seen = watch(page)
    first = measure(page, seen, f"{draft}/trang/mother")
    steps = [
        measure(page, seen, f"{draft}/trang/{key}")
        for key in ("father", "birth_proof", "child_name")
    ]
    repeat = [
        measure(page, seen, address)
        for address in (
            draft,
            f"{draft}/kiem-tra",
            f"{server}/ho-so/{dossier.id}",
            f"{server}/ho-so/{dossier.id}/trao-doi",
            f"{server}/thu-tuc/{BIRTH}",
        )
    ]

    assert first["bytes"] <= 100 * 1024
    assert first["requests"] <= 12
    assert max(step["bytes"] for step in steps) <= 12 * 1024
    assert max(one["bytes"] for one in repeat) <= 15 * 1024
    assert seen["failed"] == []


def measure(page, seen, address):
    """Count requests and bytes of one view."""
    before = dict(seen)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return {key: seen[key] - before[key] for key in ("requests", "bytes")}


@pytest.mark.browser
def test_a_choice_shows_its_questions_at_once(browse, draft):
    page = browse()
    page.goto(f"{draft}/trang/mother")

    assert page.locator("#mother_name").count() == 0
    page.check("#mother_known")
    assert page.locator("#mother_name").is_visible()
    page.check("#mother_known-2")
    assert page.locator("#mother_name").count() == 0


@pytest.mark.browser
def test_a_long_list_is_narrowed_without_diacritics(browse, draft):
    page = browse()
    page.goto(f"{draft}/noi-tiep-nhan")

    page.fill("#narrow", "co to")

    assert page.locator("#organization_id option").count() == 1
