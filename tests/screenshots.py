"""Take the README's pictures from the running platform: `python -m tests.screenshots`.

It starts a platform of its own, registers a birth and keeps a register as the journeys
do, makes activity up, and leaves fifteen pictures in `docs/screenshots`.
A page that answers with an error stops it: a picture that shows nothing is not taken.
"""

import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

django.setup()

from tests.browser import QUIET, find  # noqa: E402
from tests.journeys.conftest import (  # noqa: E402
    ROOT,
    environment,
    free_port,
    prepare_home,
    start,
    stop,
)
from tests.journeys.test_birth_registration import (  # noqa: E402
    SAVE,
    Person,
    answer_page,
    decide,
    open_at_desk,
)
from tests.journeys.test_registers import OPEN, publish, send, workbook  # noqa: E402
from tinhso.kernel import clock  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}
# Until numbers are counted, in seconds; how many months a line shows at least by then.
COUNTED_WITHIN, PAUSE, MONTHS_SHOWN = 180, 5, 6


def shoot(page, name, size):
    """Save what the page shows; refuse to save an error."""
    page.set_viewport_size(size)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 0)")
    heading = page.locator("h1").first.inner_text()
    status = page.evaluate(
        "performance.getEntriesByType('navigation')[0].responseStatus"
    )
    if status != 200:
        sys.exit(f"{name}: {page.url} answered {status}")
    page.screenshot(path=TARGET / f"{name}.png")
    print(f"{name}.png  {heading}", flush=True)


def citizen_applies(citizen):
    """Show the front page, a procedure, a question and the check; submit."""
    citizen.open("/")
    shoot(citizen.page, "start", DESKTOP)
    citizen.open("/thu-tuc/1.001193")
    shoot(citizen.page, "procedure", PHONE)
    citizen.press("main button:has-text('Bắt đầu nộp hồ sơ')")
    citizen.press("main a:has-text('Tiếp tục')")
    citizen.page.select_option(
        "#organization_id", label="Ủy ban nhân dân phường Hạ Long"
    )
    citizen.press(SAVE)
    while "/kiem-tra" not in citizen.page.url:
        if "/trang/requester_relation" in citizen.page.url:
            shoot(citizen.page, "question", PHONE)
        answer_page(citizen)
    shoot(citizen.page, "check", PHONE)
    citizen.press("main button:has-text('Nộp hồ sơ')")
    return citizen.page.inner_text(".code-large")


def desk_works(people, code):
    """Show the desk and the dossier, then the queue of the one who signs."""
    clerk = people("canbo.motcua")
    clerk.open("/lam-viec")
    shoot(clerk.page, "desk", DESKTOP)
    open_at_desk(clerk, code)
    shoot(clerk.page, "dossier", DESKTOP)
    leader = people("lanhdao.phuong")
    leader.open("/lam-viec/ky-so")
    shoot(leader.page, "signing", DESKTOP)
    decide(people, code)


def paper_is_verified(citizen):
    """Show the signed paper and its public verification."""
    citizen.open("/giay-to")
    link = citizen.page.locator("main a[href$='.pdf']").first.get_attribute("href")
    pdf = citizen.page.request.get(f"{citizen.url}{link}").body()
    words = ["pdftoppm", "-png", "-r", "80", "-singlefile", "-", TARGET / "document"]
    subprocess.run(words, input=pdf, check=True)
    print("document.png", flush=True)
    citizen.press("main a[href^='/xac-minh/']")
    shoot(citizen.page, "verify", PHONE)


def register_is_kept(people):
    """Show a register, a workbook that was checked, and what strangers get."""
    keeper = people("chuyenvien.sogddt")
    send(keeper, workbook("T901"))
    shoot(keeper.page, "change", DESKTOP)
    keeper.open("/so-du-lieu/schools")
    shoot(keeper.page, "register", DESKTOP)
    publish(people("lanhdao.sogddt"))
    stranger = people("")
    stranger.open(f"/du-lieu-mo/{OPEN}?ve=stage")
    shoot(stranger.page, "opendata", DESKTOP)


def today():
    """Tell the day in Vietnam."""
    return clock.local(clock.now()).date()


def numbers_are_steered_by(people, home):
    """Make activity up; show the board once it is counted, a number, a scenario."""
    days = ["--from", "2025-07-01", "--to", f"{today() - timedelta(days=1)}"]
    words = ["simulate", "activity", *days, "--seed", "7", "--share", "0.01"]
    subprocess.run(
        [Path(sys.executable).parent / "tinhso", *words],
        env=environment(home),
        cwd=ROOT,
        check=True,
    )
    leader = people("lanhdao.tinh")
    for _ in range(COUNTED_WITHIN // PAUSE):
        leader.open("/lam-viec/chi-tieu/dossiers_on_time")
        if leader.page.locator("svg circle").count() > MONTHS_SHOWN:
            break
        time.sleep(PAUSE)
    shoot(leader.page, "measure", DESKTOP)
    leader.open("/lam-viec/dieu-hanh")
    shoot(leader.page, "board", DESKTOP)
    leader.open("/lam-viec/kich-ban/quang_ninh?muc-sme_support=medium&dat=12&nam=2030")
    shoot(leader.page, "studio", DESKTOP)


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home, port = Path(folder), free_port()
        prepare_home(home)
        process = start(home, port=port)
        browser = playwright.chromium.launch(executable_path=find(), args=QUIET)
        url = f"http://localhost:{port}"
        try:

            def people(account, *, scripts=True):
                return Person(browser, url, account, scripts=scripts)

            citizen = people("nguyenthihoa")
            desk_works(people, citizen_applies(citizen))
            paper_is_verified(citizen)
            register_is_kept(people)
            numbers_are_steered_by(people, home)
        finally:
            browser.close()
            stop(process)


if __name__ == "__main__":
    main()
