"""Somebody at a browser: keeps cookies, signs in through the page that people use."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Protocol
from urllib.parse import urlencode

# As the README says: the people of the demonstration share it.
PASSWORD = "tinh-so-mo-phong"
SIGN_IN = "/tai-khoan/dang-nhap"
SESSION, CSRF = "tinhso-session", "tinhso-csrf"
SECONDS = 30
_TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)')


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. headers: the last of each, by small letters; cookies: lines."""

    path: str
    status: int
    headers: Mapping[str, str]
    cookies: Sequence[str]
    content: bytes


class Carries(Protocol):
    """A way to the platform: over loopback, or within the process."""

    def __call__(
        self, method: str, path: str, content: str, headers: Mapping[str, str]
    ) -> Reply:
        """Send a request; answer what came back."""


@dataclass(frozen=True, slots=True)
class Loopback:
    """The way over loopback, with a connection for each request."""

    port: int

    def __call__(
        self, method: str, path: str, content: str, headers: Mapping[str, str]
    ) -> Reply:
        """Send a request; answer what came back.

        :raises OSError, HTTPException: if nothing does.
        """
        connection = HTTPConnection("localhost", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, content or None, dict(headers))
            response = connection.getresponse()
            told = response.msg
            cookies = told.get_all("Set-Cookie") or ()
            read = response.read()
            return Reply(path, response.status, _by_name(told), cookies, read)
        finally:
            connection.close()


def _by_name(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Browser:
    """One browser; looks: what is to be told of each reply, the sign-in's too."""

    def __init__(
        self, carry: Carries, *, looks: Callable[[Reply], None] = lambda reply: None
    ) -> None:
        self.cookies: dict[str, str] = {}
        self._carry, self._looks, self._token = carry, looks, ""

    def sign_in(self, who: str, password: str = PASSWORD) -> None:
        """Sign in through the page, as people do.

        :raises RuntimeError: if it does not let them in.
        """
        page = self.ask("GET", SIGN_IN).content.decode()
        found = _TOKEN.search(page)
        assert found is not None, page[:2000]
        self._token = found[1]
        reply = self.ask("POST", SIGN_IN, {"login": who, "password": password})
        if reply.status != 302 or not self.session():
            raise RuntimeError(f"{who} is not let in: {reply.status}")
        # Signing in brings another token; a form sent with the old one is refused.
        self._token = self._cookie(CSRF)

    def session(self) -> str:
        """Name the session's key; empty where there is none."""
        return self._cookie(SESSION)

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> Reply:
        """Ask for a path; a form is sent with the token that forms carry."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        content = ""
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = urlencode({**form, "csrfmiddlewaretoken": self._token})
        reply = self._carry(method, path, content, headers)
        for line in reply.cookies:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        self._looks(reply)
        return reply

    def _cookie(self, name: str) -> str:
        """Read a cookie; where there is TLS its name has a prefix."""
        named = (v for known, v in self.cookies.items() if known.endswith(name))
        return next(named, "")
