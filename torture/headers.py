"""G21: every response carries its protecting headers.

A platform that believes TLS ends before it is crawled over loopback, as nobody, as a
citizen and as an officer, from link to link; and asked for what is not there, not
allowed, or not HTTP. Each answer is held against what it must carry.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from torture.browser import Browser, Loopback, Reply
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import environment_of, prepare
from torture.serving import Platform, platform

COMMAND = "python -m torture G21"
WHO = ("", "nguyenthihoa", "canbo.motcua", "kiemsoat.trungtam")
LONG, SHORT = 400, 60  # pages each
LINK = re.compile(r'(?:href|src|action|hx-get)="(/[^"#]*)')
NUMBERS = re.compile(r"\b0\d{11}\b|\b0\d{9}\b")
# Nothing at all; or our own and no plug-ins, but for the PDF reader in our own frames.
_CLOSED = re.compile(
    r"default-src 'none'"
    r"|default-src 'self'.*(object-src 'none'|frame-ancestors 'self'$)"
)
ODD = (
    ("GET", "/khong-co"),
    ("POST", "/"),
    ("DELETE", "/thu-tuc"),
    ("TRACE", "/"),
    ("OPTIONS", "/api/v1/procedures"),
    ("GET", "/api/v1/nothing"),
    ("POST", "/api/v1/dossiers"),
    ("GET", "/api/v1/dossiers"),
    ("GET", "/static/../settings.py"),
    ("GET", "/lam-viec"),
    ("GET", "/thu-tuc?q=%00%ff"),
)


def measure(*, short: bool) -> Iterator[Figure]:
    """Crawl, and count what is missing."""
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(
            home, DATABASE_URL=prepared.url, TINHSO_OFFICERS_NEED_SECOND_FACTOR="no"
        )
        with (
            cluster(home, prepared.url),
            platform(environment, scheme="https") as served,
        ):
            crawls = [Crawl(served, who) for who in WHO]
            for crawl in crawls:
                crawl.run(SHORT if short else LONG)
    faults = sum((crawl.faults for crawl in crawls), Counter())
    pages = sum(crawl.seen for crawl in crawls)
    yield Figure(
        "G21",
        {"responses": pages, "visitors": len(WHO), "faults": sum(faults.values())},
        n=pages,
        reached=not faults,
        command=COMMAND,
        note="; ".join(f"{name}: {count}" for name, count in sorted(faults.items())),
    )


class Crawl:
    """What one visitor sees, from link to link; nothing is sent but the sign-in."""

    def __init__(self, served: Platform, who: str) -> None:
        self.seen, self.faults = 0, Counter[str]()
        self._who = who
        self._browser = Browser(Loopback(served.port), looks=self._look)

    def run(self, most: int) -> None:
        """Follow so many links at most, then ask for odd things."""
        if self._who:
            self._browser.sign_in(self._who)
        waiting, known = deque(["/", "/lam-viec", "/ho-so"]), {"/", "/lam-viec"}
        while waiting and self.seen < most:
            for link in LINK.findall(self._get(waiting.popleft())):
                path = link.replace("&amp;", "&")
                if path not in known and "dang-xuat" not in path:
                    known.add(path)
                    waiting.append(path)
        for method, path in ODD:
            self._ask(method, path)

    def _get(self, path: str) -> str:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str) -> str:
        try:
            reply = self._browser.ask(method, path)
        except (OSError, HTTPException):
            self.faults[f"no answer to {method} {path}"] += 1
            return ""
        is_page = reply.headers.get("content-type", "").startswith("text/html")
        return reply.content.decode("utf-8", "replace") if is_page else ""

    def _look(self, reply: Reply) -> None:
        self.seen += 1
        for fault in _faults(reply.path, reply.status, reply.headers):
            self.faults[fault] += 1
        for line in reply.cookies:
            self._look_at_cookies(line)

    def _look_at_cookies(self, line: str) -> None:
        for name, cookie in SimpleCookie(line).items():
            lacking = [
                word
                for word in ("secure", "samesite", "path")
                if not cookie[word] or (word == "path" and cookie[word] != "/")
            ]
            is_script = "language" not in name and not cookie["httponly"]
            if lacking or is_script or not name.startswith("__Host-"):
                self.faults[f"cookie {name}"] += 1


# Open data, which pages of anybody may draw; it is the same whoever asks.
OPEN = re.compile(r"/du-lieu-mo/[^?]+\.[a-z]+(\?|$)|/api/(3/)?action/")


def _faults(path: str, status: int, headers: Mapping[str, str]) -> Iterator[str]:
    told = {name.lower(): value for name, value in headers.items()}
    policy = told.get("content-security-policy", "")
    kind = told.get("content-type", "")
    checks = {
        "no CSP": bool(_CLOSED.search(policy)),
        "unsafe CSP": "unsafe" not in policy and "*" not in policy,
        "may be framed": "frame-ancestors" in policy,
        "sniffed": told.get("x-content-type-options") == "nosniff",
        "referrer told": told.get("referrer-policy") == "same-origin",
        "no HSTS": "max-age=31536000" in told.get("strict-transport-security", ""),
        "opener shared": told.get("cross-origin-opener-policy") == "same-origin",
        "shared with all": told.get("access-control-allow-origin") != "*"
        or OPEN.match(path) is not None,
        "personal number in the address": not NUMBERS.search(
            urlsplit(told.get("location", path)).query
        ),
        "a bare 500": status != 500,
        "a text without charset": not kind.startswith("text/") or "charset" in kind,
        "version told": not re.search(r"\d", told.get("server", "")),
    }
    for name, holds in checks.items():
        if not holds:
            yield f"{name} ({path.split('?')[0][:40]})"
