"""`tinhso identity`: a national e-identity for trying, in its own process.

It has its own port and keys, knows made-up people only, and gives wrong answers when
told to. It is no part of the platform: the two meet in OpenID Connect alone.
"""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest, token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import click
from joserfc import jwt
from joserfc.jwk import RSAKey

from tinhso.cli import demo as demonstration
from tinhso.cli.output import answer, json_option

MOST_BYTES = 2**16
LIFE = 300  # seconds a token holds
HANG_SECONDS = 15
# Where the platform takes people who come back.
BACK = "/tai-khoan/quoc-gia/tra-ve"


class Misdeed(StrEnum):
    """What is wrong with the next token, or with the whole provider."""

    NOTHING = ""
    ALG_NONE = "alg_none"
    UNKNOWN_KEY = "unknown_key"
    CHANGED = "changed"
    EXPIRED = "expired"
    FUTURE = "future"
    OLD = "old"
    OTHER_NONCE = "other_nonce"
    OTHER_AUDIENCE = "other_audience"
    OTHER_ISSUER = "other_issuer"
    OTHER_BIRTH = "other_birth"
    NO_NUMBER = "no_number"
    HANG = "hang"
    FAIL = "fail"


@dataclass
class DemoIdentity:
    """The provider, in memory. back: the only address it sends people to.

    people: their claims, by personal number.
    """

    url: str
    client: str
    secret: str
    back: str
    people: Mapping[str, Mapping[str, str]]
    misdeed: Misdeed = Misdeed.NOTHING
    key: RSAKey = field(default_factory=lambda: _key("demo-1"))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def configuration(self) -> dict[str, Any]:
        """Describe the provider (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "acr_values_supported": ["1", "2"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, Any]:
        """Publish the keys."""
        return {"keys": [self.key.as_dict(private=False, use="sig", alg="RS256")]}

    def is_request(self, asked: Mapping[str, str]) -> bool:
        """Tell whether a request comes from the client, for its own address."""
        return (
            asked.get("client_id") == self.client
            and asked.get("redirect_uri") == self.back
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
        )

    def agreed(self, asked: Mapping[str, str], number: str, level: str) -> str:
        """Send somebody who agreed back with a code."""
        code = token_urlsafe(24)
        told = {**asked, "number": number, "level": level, "at": str(int(time.time()))}
        with self._lock:
            self._codes[code] = told
        return f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: Mapping[str, str], authorization: str) -> dict[str, Any]:
        """Take a code for a token, once.

        :raises PermissionError: if client, code or verifier are not right.
        """
        self._refuse_client(authorization)
        with self._lock:
            asked = self._codes.pop(given.get("code", ""), None)
        if asked is None or given.get("redirect_uri") != self.back:
            raise PermissionError("invalid_grant")
        challenge = _challenge(given.get("code_verifier", ""))
        if not compare_digest(challenge, asked["code_challenge"]):
            raise PermissionError("invalid_grant")
        return {
            "access_token": token_urlsafe(24),
            "token_type": "Bearer",
            "expires_in": LIFE,
            "id_token": self._id_token(asked),
        }

    def _refuse_client(self, authorization: str) -> None:
        kind, _, told = authorization.partition(" ")
        name, _, secret = b64decode(told or "").decode().partition(":")
        right = (unquote(name), unquote(secret)) == (self.client, self.secret)
        if kind.lower() != "basic" or not right:
            raise PermissionError("invalid_client")

    def _id_token(self, asked: Mapping[str, str]) -> str:
        now, who = int(time.time()), self.people[asked["number"]]
        claims = {
            "iss": self.url,
            "sub": sha256(f"demo:{asked['number']}".encode()).hexdigest()[:32],
            "aud": self.client,
            "iat": now,
            "exp": now + LIFE,
            "nonce": asked.get("nonce", ""),
            "acr": asked["level"],
            "auth_time": int(asked["at"]),
            "personal_number": asked["number"],
            **who,
        }
        claims |= _WRONG_CLAIMS.get(self.misdeed, dict)()
        if self.misdeed is Misdeed.NO_NUMBER:
            del claims["personal_number"]
        return self._signed(claims)

    def _signed(self, claims: Mapping[str, Any]) -> str:
        if self.misdeed is Misdeed.ALG_NONE:
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        key = _key("demo-2") if self.misdeed is Misdeed.UNKNOWN_KEY else self.key
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, dict(claims), key)
        if self.misdeed is Misdeed.CHANGED:
            head, _, signature = token.split(".")
            return f"{head}.{_part({**claims, 'acr': '2', 'name': 'X'})}.{signature}"
        return token


_WRONG_CLAIMS: Mapping[Misdeed, Callable[[], dict[str, Any]]] = {
    Misdeed.EXPIRED: lambda: {"exp": int(time.time()) - 3600},
    Misdeed.FUTURE: lambda: {"iat": int(time.time()) + 3600},
    Misdeed.OLD: lambda: {"iat": int(time.time()) - 3600},
    Misdeed.OTHER_NONCE: lambda: {"nonce": "another"},
    Misdeed.OTHER_AUDIENCE: lambda: {"aud": "another"},
    Misdeed.OTHER_ISSUER: lambda: {"iss": "https://another.example"},
    Misdeed.OTHER_BIRTH: lambda: {"birthdate": "1950-01-01"},
}


def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def _part(told: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def serve(identity: DemoIdentity, *, port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    handler = type("Handler", (_Handler,), {"identity": identity})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    identity: DemoIdentity

    def do_GET(self) -> None:
        if self._misbehaves():
            return
        asked = urlsplit(self.path)
        given = dict(parse_qsl(asked.query))
        if asked.path == "/.well-known/openid-configuration":
            self._say(json.dumps(self.identity.configuration()), "application/json")
        elif asked.path == "/jwks":
            self._say(json.dumps(self.identity.jwks()), "application/json")
        elif asked.path == "/authorize" and self.identity.is_request(given):
            self._say(_choice(self.identity.people, given))
        else:
            self._say(_page("Yêu cầu không hợp lệ", ""), status=400)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self._say("", status=413)
            return
        given = dict(parse_qsl(self.rfile.read(length).decode("utf-8", "replace")))
        path = urlsplit(self.path).path
        if path == "/misbehave":
            self.identity.misdeed = Misdeed(given.get("misdeed", ""))
            self._say("", status=204)
        elif self._misbehaves():
            return
        elif path == "/token":
            self._token(given)
        elif path == "/agree" and self.identity.is_request(given):
            number, level = given.pop("number"), given.pop("level")
            self._go(self.identity.agreed(given, number, level))
        else:
            self._say("", status=404)

    def log_message(self, *_: object) -> None:
        """Say nothing: what comes holds codes."""

    def _misbehaves(self) -> bool:
        if self.identity.misdeed is Misdeed.HANG:
            time.sleep(HANG_SECONDS)
            self.close_connection = True
            return True
        if self.identity.misdeed is Misdeed.FAIL:
            self._say("", status=500)
            return True
        return False

    def _token(self, given: Mapping[str, str]) -> None:
        try:
            told = self.identity.token(given, self.headers.get("Authorization", ""))
        except (PermissionError, ValueError) as error:
            self._say(json.dumps({"error": str(error)}), "application/json", 400)
            return
        self._say(json.dumps(told), "application/json")

    def _go(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(
        self, text: str, media_type: str = "text/html; charset=utf-8", status: int = 200
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html><html lang=vi><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>body{{font:18px/1.5 sans-serif;"
        "max-width:36rem;margin:2rem auto;padding:0 1rem}button{font:inherit;"
        "padding:.4rem .8rem}</style>"
        "<p><strong>Định danh mô phỏng, không phải VNeID thật</strong></p>"
        f"<h1>{escape(title)}</h1>{body}</html>"
    )


def _choice(people: Mapping[str, Mapping[str, str]], asked: Mapping[str, str]) -> str:
    hidden = "".join(
        f'<input type=hidden name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    forms = "".join(
        f"<form method=post action=/agree>{hidden}"
        f'<input type=hidden name=number value="{escape(number)}">'
        f"<p>{escape(who['name'])} ({escape(number)}) "
        "<button name=level value=2>Mức 2</button> "
        "<button name=level value=1>Mức 1</button></p></form>"
        for number, who in people.items()
    )
    return _page("Bạn là ai?", forms)


def made_up_people() -> dict[str, dict[str, str]]:
    """List the people of the demonstration, and one whom the platform does not know."""
    rows: Sequence[Mapping[str, Any]] = demonstration.read("people.yaml")["people"]
    found = {
        row["personal_number"]: {
            "name": row["full_name"],
            "birthdate": str(row["birth_date"]),
            "phone_number": row["phone"],
        }
        for row in rows
    }
    found["022201999099"] = {
        "name": "Vi Văn Mới",
        "birthdate": "2001-04-05",
        "phone_number": "0900000099",
    }
    return found


@click.group("identity")
def group() -> None:
    """Play the national e-identity's side."""


@group.command()
@click.option("--port", default=8094, show_default=True)
@click.option("--platform", default="http://localhost:8000", show_default=True)
@click.option("--client", envvar="TINHSO_NATIONAL_IDENTITY_CLIENT", default="tinhso")
@click.option("--secret", envvar="TINHSO_NATIONAL_IDENTITY_SECRET", default="")
@json_option
def demo(port: int, platform: str, client: str, secret: str, as_json: bool) -> None:
    """Serve an identity for trying; it knows made-up people, at level 1 or 2.

    JSON: `url`, printed before it serves; Ctrl+C ends it.
    """
    url, back = f"http://localhost:{port}", f"{platform.rstrip('/')}{BACK}"
    identity = DemoIdentity(url, client, secret, back, made_up_people())
    answer({"url": url}, f"{url} vouches for people at {back}.", as_json=as_json)
    serve(identity, port=port).serve_forever()
