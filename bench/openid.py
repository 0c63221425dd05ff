"""Sign-ins a second by OpenID Connect, through the real server over loopback.

One sign-in is what a system causes for somebody who has agreed before: the page that
sends them back with a code, the code traded for tokens signed with RSA, and what is
told about them, journaled. Goal: 40 a second. The peer is as many requests to the same
server that read nothing from the database.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlencode, urlsplit

from bench import apart, submissions
from bench.report import line

ROUNDS, SECONDS, CLIENTS, PEOPLE = 5, 4.0, 8, 50
GOAL = 40.0
BACK, VERIFIER = "https://bench.example/xong", "v" * 64
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ON = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')


@dataclass(frozen=True)
class System:
    """A system that signs people in, and the sessions of those who agreed."""

    key: str
    secret: str
    cookies: Sequence[str]


def main(words: list[str]) -> None:
    """Print one JSON line; end with 1 if the goal is missed."""
    if words == ["--measure"]:
        sys.exit(0 if _measure() else 1)
    apart.measure("bench.openid")


def _measure() -> bool:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    # Pages name the files they load, so these must have been built.
    built = Path(__file__).resolve().parents[1] / "var" / "static"
    shutil.copytree(built, Path(os.environ["TINHSO_HOME"]) / "static")
    system = _system()
    with submissions.server(dict(os.environ)):
        _rounds(system, _sign_in, seconds=3.0)  # caches, connections
        ours, bare, times = [], [], []
        for _ in range(ROUNDS):
            bare.append(len(_rounds(system, _three_pages)) / SECONDS)
            taken = _rounds(system, _sign_in)
            ours.append(len(taken) / SECONDS)
            times += taken
    rate = median(ours)
    line(
        f"openid_sign_ins_{CLIENTS}_clients",
        rate,
        "sign-ins/s",
        peer="three requests to the same server that ask no database",
        peer_value=median(bare),
        p99_ms=round(sorted(times)[int(len(times) * 0.99) - 1] * 1000, 1),
        goal=GOAL,
    )
    return rate >= GOAL


def _system() -> System:
    """Register a system, and let people who are signed in agree to it."""
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.test import Client  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.people import queries as people  # noqa: PLC0415
    from tinhso.people.models import PersonRow  # noqa: PLC0415
    from tinhso.security import actions, queries  # noqa: PLC0415
    from tinhso.security.models import Account  # noqa: PLC0415

    at = clock.now()
    ward = people.organization_by_key(key="xa_06688", on=clock.local(at).date())
    made = actions.register_client(
        name="Bench",
        organization_id=ward.id,
        purpose="Đo tốc độ.",
        scopes=["openid", "profile"],
        redirects=[BACK],
        actor=SYSTEM,
        at=at,
    )
    cookies = []
    for n in range(PEOPLE):
        name = f"Người {n}"
        person = PersonRow.objects.create(
            full_name=name, sort_name=name, is_synthetic=True
        )
        opened = actions.open_account(
            username=f"bench-{n}",
            password=None,
            person_id=person.id,
            is_officer=False,
            actor=SYSTEM,
            at=at,
        )
        actor = queries.actor_of(account_id=opened.id, at=at)
        scopes = ["openid", "profile"]
        actions.grant(key=made.client.key, scopes=scopes, actor=actor, at=at)
        client = Client()
        client.force_login(Account.objects.get(pk=opened.id))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        cookies.append(f"{cookie.key}={cookie.value}")
    return System(made.client.key, made.secret, cookies)


def _rounds(system, what, seconds: float = SECONDS) -> list[float]:  # type: ignore[no-untyped-def]
    """Let clients do something for some seconds; answer how long each time took."""
    deadline = time.perf_counter() + seconds
    with ThreadPoolExecutor(CLIENTS) as pool:
        runs = [pool.submit(_client, system, what, deadline, n) for n in range(CLIENTS)]
        return [taken for run in runs for taken in run.result()]


def _client(system, what, deadline: float, first: int) -> list[float]:  # type: ignore[no-untyped-def]
    connection = HTTPConnection("127.0.0.1", submissions.PORT, timeout=60)
    times, turn = [], first
    while time.perf_counter() < deadline:
        begun = time.perf_counter()
        what(connection, system, system.cookies[turn % PEOPLE])
        times.append(time.perf_counter() - begun)
        turn += CLIENTS
    return times


def _three_pages(connection: HTTPConnection, system: System, cookie: str) -> None:
    for _ in range(3):
        _ask(connection, "GET", "/.well-known/openid-configuration")


def _sign_in(connection: HTTPConnection, system: System, cookie: str) -> None:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": system.key,
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s",
        "nonce": "n",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    path = f"/tai-khoan/openid/dong-y?{urlencode(asked)}"
    page = _ask(connection, "GET", path, headers={"Cookie": cookie}).decode()
    found = ON.search(page)
    assert found, page[:2000]
    back = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    traded = {
        "grant_type": "authorization_code",
        "code": back["code"][0],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": system.key,
        "client_secret": system.secret,
    }
    sent = urlencode(traded)
    told = json.loads(_ask(connection, "POST", "/tai-khoan/openid/token", sent, FORM))
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    about = _ask(connection, "GET", "/tai-khoan/openid/userinfo", headers=bearer)
    assert json.loads(about)["name"].startswith("Người")


def _ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    content: str | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    connection.request(method, path, content, headers or {})
    answer: HTTPResponse = connection.getresponse()
    found = answer.read()
    assert answer.status == 200, (path, answer.status, found[:500])
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
