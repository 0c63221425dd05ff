"""The officer's desk in a real Chromium: light, readable by all, by keyboard."""

from pathlib import Path

import pytest
from django.urls import reverse

from tests.web.test_desk import decide, fresh  # noqa: F401

pytestmark = pytest.mark.usefixtures("built", "desk_clock")

AXE = Path("node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KIB = 1024
SMALL_TARGETS = """
() => [...document.querySelectorAll('a, button, input, select, textarea')]
  .filter(e => e.checkVisibility() && !e.closest('p, dd, .skip') && e.type !== 'hidden')
  .filter(e => Math.min(e.offsetHeight, e.offsetWidth) < 24)
  .map(e => e.outerHTML.slice(0, 90))
"""


def watch(page):
    """Count requests and bytes over the wire; a citizen's scan is not the page's."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    seen = {"requests": 0, "bytes": 0, "failed": []}
    scans = set()

    def sent(event):
        if "/tep/" in event["request"]["url"]:
            scans.add(event["requestId"])

    def finished(event):
        if event["requestId"] in scans:
            return
        seen["requests"] += 1
        seen["bytes"] += event["encodedDataLength"]

    client.on("Network.requestWillBeSent", sent)
    client.on("Network.loadingFinished", finished)
    page.on("console", lambda m: m.type == "error" and seen["failed"].append(m.text))
    return seen


def settle(page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")


def faults(page):
    # By the debugger, since the pages' own policy refuses scripts from elsewhere.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, iframes: false})", TAGS
    )
    return [
        (v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]
    ]


@pytest.mark.browser
def test_the_desk_keeps_its_budget(server, open_as, clerk, submit):
    for _ in range(60):
        dossier = submit()
    page = open_as(clerk)
    for address in ("/lam-viec", reverse("desk_dossier", args=[dossier.id])):
        seen = watch(page)
        settle(page, server + address)
        first = dict(seen)
        settle(page, server + address)

        assert seen["failed"] == []
        assert first["bytes"] <= 350 * KIB, (address, first)
        assert first["requests"] <= 12, (address, first)
        repeat = seen["bytes"] - first["bytes"]
        assert repeat <= 30 * KIB, (address, repeat)


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_overflows(
    server,
    open_as,
    clerk,
    officer,
    leader,
    submit,
    visit,
    now,
):
    waiting, drafted = submit(), submit()
    decide(visit(clerk), drafted, "receive")
    draft = reverse("desk_act", args=[drafted.id, "draft_result"])
    apology = reverse("desk_extend", args=[drafted.id])
    desk = [
        "/lam-viec",
        "/lam-viec?vai=all&mau=red",
        "/lam-viec/tim?q=hoa",
        "/lam-viec/quy-trinh/1.001193",
        reverse("desk_dossier", args=[waiting.id]),
        reverse("desk_act", args=[waiting.id, "ask_supplement"]),
        reverse("desk_act", args=[waiting.id, "not_receive"]),
    ]
    for actor, addresses in ((clerk, desk), (officer, [draft, apology])):
        page = open_as(actor)
        for address in addresses:
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                settle(page, server + address)
                assert faults(page) == [], (address, width)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (address, width)
            assert page.evaluate(SMALL_TARGETS) == [], address


@pytest.mark.browser
def test_the_desk_is_worked_by_keyboard(server, open_as, clerk, submit):
    first, second = submit(), submit()
    page = open_as(clerk)
    settle(page, server + "/lam-viec")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-row] input:checked").input_value() == str(second.id)

    page.keyboard.press("Control+k")
    page.keyboard.type(first.code)
    page.locator("#palette-found a").wait_for()
    page.click("#palette-found a")
    page.wait_for_url(f"**/{first.id}")


@pytest.mark.browser
def test_filters_change_the_list_and_the_address(
    server,
    open_as,
    clerk,
    submit,
):
    dossier = submit()
    page = open_as(clerk)
    settle(page, server + "/lam-viec")

    page.click(".count-red")
    page.wait_for_url("**/lam-viec?mau=red")
    assert page.locator("[data-row]").count() == 0
    page.go_back()
    page.wait_for_url("**/lam-viec")
    page.locator("[data-row]").wait_for()
    assert dossier.code in page.content()
    assert page.locator("main").count() == 1


@pytest.mark.browser
def test_switching_papers_keeps_what_was_typed(
    server,
    open_as,
    clerk,
    submit,
):
    dossier = submit()
    page = open_as(clerk)
    settle(page, server + reverse("desk_act", args=[dossier.id, "not_receive"]))

    page.fill("#note", "Sai thẩm quyền.")
    page.click(".tabs a")
    page.wait_for_load_state("networkidle")
    assert page.input_value("#note") == "Sai thẩm quyền."
    assert page.locator("#viewer img").evaluate("i => i.naturalWidth") == 40


@pytest.mark.browser
def test_the_desk_is_complete_without_javascript(
    server,
    open_as,
    clerk,
    submit,
    now,
):
    dossier = submit()
    page = open_as(clerk, java_script_enabled=False)
    page.goto(server + "/lam-viec")

    page.click(f"#rows a:has-text('{dossier.code}')")
    page.click("text=Yêu cầu bổ sung")
    page.fill("[name=ly-do-birth_proof]", "Ảnh bị mờ.")
    page.click("main form button")
    assert page.locator("text=Đang chờ người dân bổ sung").is_visible()
    page.goto(server + "/lam-viec")
    page.click(".counts a >> nth=1")
    assert page.url.endswith("mau=red")
