"""G4: a database that is stopped or paused is an honest 503, and nothing is lost.

A client with a key and a citizen with a form meet the outage over HTTP: they are told
within a bounded time when to come back, never by a bare 500; what was typed is in the
page; and once the database is back, the same key and the same form succeed.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from random import Random

import httpx

from torture import stored
from torture.clients import Response, Submission, ask, new_submission, send, tried
from torture.cluster import Cluster, cluster, private_home
from torture.figures import Figure
from torture.history import judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import Platform, platform

PASSWORD = "tinh-so-mo-phong"
# What the web waits for the database, twice: a connection, and one answer of it.
BOUND_SECONDS = 25.0
BACK_SECONDS = 10.0
AT_ONCE = 8
PATHS = ("/thu-tuc", "/suc-khoe", "/api/v1/procedures", "/api/v1/dossiers")
TYPED = "Phạm Gia Hân"

Outage = Callable[[Cluster], AbstractContextManager[None]]


@dataclass
class Seen:
    """What people and machines met while the database was away, and afterwards."""

    statuses: list[int] = field(default_factory=list)
    dishonest: list[str] = field(default_factory=list)
    slowest: float = 0.0
    kept: bool = False
    succeeded: bool = False
    back: float = 0.0

    def add(self, path: str, response: Response) -> None:
        """Note an answer; only 503 with its time is honest while all is away."""
        self.statuses.append(response.status)
        self.slowest = max(self.slowest, response.seconds)
        names = {name.lower() for name in response.headers}
        if response.status != 503 or ("retry-after" not in names):
            self.dishonest.append(f"{path}: {response.status}")


@contextmanager
def stopped(database: Cluster) -> Iterator[None]:
    """Let the database be away by a fast shutdown."""
    database.stop()
    try:
        yield
    finally:
        database.start()


@contextmanager
def paused(database: Cluster) -> Iterator[None]:
    """Let the database hang, its connections open."""
    with database.paused():
        yield


OUTAGES: dict[str, Outage] = {"stopped": stopped, "paused": paused}


def measure(*, short: bool) -> Iterator[Figure]:
    """Take the database away in each way; the long form stays away for minutes."""
    lasting = (0.0,) if short else (0.0, 5.0, 45.0)
    with private_home() as home:
        prepared = prepare(home, TINHSO_DEMO="1")
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with cluster(home, prepared.url) as database, platform(environment) as served:
            seen = {
                (name, seconds): meet(outage, seconds, prepared, database, served)
                for name, outage in OUTAGES.items()
                for seconds in lasting
            }
            kept = stored.read(url=prepared.url, home=home, keys="t-%")
    yield figure([*seen.values()], dossiers=len(kept))


def meet(
    outage: Outage,
    seconds: float,
    prepared: Prepared,
    database: Cluster,
    served: Platform,
) -> Seen:
    """Meet one outage; seconds: how much longer it lasts than the questions take."""
    seen, one = Seen(), new_submission(prepared.target, Random(time.time_ns()))
    with Citizen(served.port) as citizen:
        with outage(database):
            _ask_everything(seen, served.port, prepared, one)
            seen.kept = citizen.types_in_vain(seen)
            time.sleep(seconds)
        begun = time.monotonic()
        served.wait(60)
        seen.back = time.monotonic() - begun
        first = send(served.port, prepared.target, one)
        again = send(served.port, prepared.target, one)
        seen.succeeded = citizen.sends_again() and first.status == 201
        seen.succeeded &= again.content == first.content
    found = judge(
        tries=[tried(one, first)],
        kept=stored.read(url=prepared.url, home=prepared.home, keys=one.key),
    )
    seen.succeeded &= not (found.lost or found.duplicated or found.unwritten)
    return seen


def _ask_everything(seen: Seen, port: int, prepared: Prepared, one: Submission) -> None:
    key = {"Authorization": f"Bearer {prepared.target.token}"}
    asked: list[tuple[str, Callable[[], Response]]] = [
        (path, partial(ask, port, "GET", path, headers=key)) for path in PATHS
    ]
    asked += [("POST", partial(send, port, prepared.target, one))] * len(PATHS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [(path, pool.submit(question)) for path, question in asked]
    for path, answer in answers:
        seen.add(path, answer.result())


class Citizen:
    """Somebody at the form of an application, in a browser without scripts."""

    def __init__(self, port: int) -> None:
        self._web = httpx.Client(
            base_url=f"http://localhost:{port}", follow_redirects=True, timeout=60
        )
        self._page = ""
        self._form: dict[str, str] = {}

    def __enter__(self) -> "Citizen":
        """Sign in, and open a page of a form."""
        path = "/tai-khoan/dang-nhap"
        signing_in = _hidden(self._web.get(path).text)
        login = {"login": "nguyenthihoa", "password": PASSWORD}
        self._web.post(path, data=signing_in | login).raise_for_status()
        path = "/thu-tuc/1.001193/bat-dau"
        begun = self._web.post(path, data=_hidden(self._web.get(path).text))
        self._page = f"{begun.url.path.rstrip('/')}/trang/child_name"
        self._form = _hidden(self._web.get(self._page).raise_for_status().text)
        return self

    def __exit__(self, *error: object) -> None:
        """Close the browser."""
        self._web.close()

    def page(self, path: str) -> str:
        """Read a page."""
        return self._web.get(path).raise_for_status().text

    def draft(self) -> str:
        """Tell the path of the application that was begun."""
        return self._page.partition("/trang/")[0]

    def types_in_vain(self, seen: Seen) -> bool:
        """Answer the page while nobody can store it; tell whether it comes back."""
        begun = time.monotonic()
        told = self._web.post(self._page, data=self._form | {"child_name": TYPED})
        seconds = time.monotonic() - begun
        headers = dict(told.headers)
        seen.add(self._page, Response(told.status_code, told.content, headers, seconds))
        self._form = _hidden(told.text)
        return self._form.get("child_name") == TYPED

    def types(self) -> bool:
        """Answer the page; tell whether it was taken."""
        form = _hidden(self.page(self._page)) | {"child_name": TYPED}
        told = self._web.post(self._page, data=form, follow_redirects=False)
        return told.status_code == 302

    def sends_again(self) -> bool:
        """Press the button of the page that said 503; tell whether it is stored."""
        self._web.post(self._page, data=self._form)
        return TYPED in self._web.get(self._page).text


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def figure(seen: Sequence[Seen], *, dossiers: int) -> Figure:
    """Sum up what outages were like; dossiers: stored in all of them."""
    dishonest = [line for one in seen for line in one.dishonest]
    for line in dishonest:
        print(f"  {line}")
    statuses = [status for one in seen for status in one.statuses]
    counts = {
        "outages": len(seen),
        "asked": len(statuses),
        "dishonest": len(dishonest),
        "bare_500": statuses.count(500),
        "slowest_503_s": round(max(one.slowest for one in seen), 1),
        "typed_kept": sum(one.kept for one in seen),
        "same_key_succeeded": sum(one.succeeded for one in seen),
        "dossiers": dossiers,
        "slowest_return_s": round(max(one.back for one in seen), 1),
    }
    reached = not dishonest and all(
        one.kept
        and one.succeeded
        and one.slowest <= BOUND_SECONDS
        and one.back <= BACK_SECONDS
        for one in seen
    )
    return Figure(
        "G4",
        counts,
        n=len(statuses),
        reached=reached and dossiers == len(seen),
        command="python -m torture G4",
        note=(
            f"{AT_ONCE} questions at once in each outage, by SIGINT and by SIGSTOP."
            " What was typed comes back in the page of the 503; files must be chosen"
            " again. Without scripts; with them the browser keeps a draft of its own."
        ),
    )
