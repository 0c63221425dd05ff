"""The other side of SMS, Zalo and push, for trying: it takes, tells, and misbehaves.

It runs in a process of its own (`tinhso notify demo`), with keys of its own, and sends
nothing to anybody.
"""

import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tinhso.cli.telephones import smsc

# Each wrongs the platform in one way; the tests go through all of them.
MISDEEDS = (
    "dead",
    "slow",
    "busy",
    "nonsense",
    "endless",
    "refuse",
    "undelivered",
    "silent",
    "repeat",
    "forge",
    "gone",
)
MOST_AGE = 600  # seconds
# GSM 03.38, written here once more: the other side reads by a table of its own.
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = dict(
    zip(b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65", "\f^{}\\[~]|€", strict=True)
)
TOKEN_SECONDS = 3600
# With which the first one is asked for.
FIRST_TOKEN = "demo-refresh"  # noqa: S105 - of the demo only

Answer = tuple[int, dict[str, Any]]


class HangUp(Exception):  # noqa: N818 - what it does, not what went wrong
    """The service breaks off without an answer."""


class Endless(Exception):  # noqa: N818 - likewise
    """The service answers without end."""


@dataclass
class _Kept:
    got: list[dict[str, Any]] = field(default_factory=list)
    by_key: dict[str, str] = field(default_factory=dict)
    access: str = ""
    refresh: str = FIRST_TOKEN
    browsers: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = field(
        default_factory=dict
    )


class DemoGateway:
    """Keeps what it got, in memory.

    key: of SMS, password of SMPP; app, secret: of Zalo; reports: the address before
    `/sms` and `/zalo` where it tells what arrived, "" for nowhere; delay: seconds
    until then; slow: seconds before each answer, of the misdeed `slow`.
    """

    def __init__(
        self,
        *,
        key: str,
        app: str = "demo",
        secret: str = "",
        reports: str = "",
        delay: float = 0.2,
        slow: float = 30.0,
    ) -> None:
        self.misdeed = ""
        self.delay = delay
        self._key, self._app, self._secret = key, app, secret or key
        self._reports, self._slow = reports, slow
        self._kept, self._lock = _Kept(), threading.Lock()

    def got(self) -> list[dict[str, Any]]:
        """List what it got, in the order of arrival."""
        with self._lock:
            return list(self._kept.got)

    def misbehave(self, name: str) -> None:
        """Misbehave in one way from now on; "" ends it."""
        if name and name not in MISDEEDS:
            raise ValueError(name)
        self.misdeed = name

    def answer(self, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Answer what is posted.

        :raises HangUp, Endless: when it misbehaves so.
        """
        if self.misdeed == "dead":
            raise HangUp
        if self.misdeed == "endless":
            raise Endless
        if self.misdeed == "slow":
            time.sleep(self._slow)
        if self.misdeed == "busy":
            return 503, {}
        if path.startswith("/push/"):
            return self._push(path, headers, content)
        known = {
            "/v1/messages": self._sms,
            "/message/template": self._zalo,
            "/v4/oa/access_token": self._token,
        }
        try:
            return known[path](headers, content)
        except (KeyError, TypeError, ValueError):
            return 400, {"error": "unreadable"}

    def take_smpp(
        self, to: str, content: bytes, coding: int, is_part: bool
    ) -> tuple[str, str] | int:
        """Take what comes by SMPP; see `smsc.Take`."""
        if self.misdeed in ("dead", "busy", "slow"):
            return smsc.THROTTLED
        if self.misdeed == "refuse" or not to.startswith("84"):
            return smsc.WRONG_NUMBER
        text = _read(content[6:] if is_part else content, coding)
        message_id = self._keep("smpp", to=to, text=text)
        outcome = "UNDELIV" if self.misdeed == "undelivered" else "DELIVRD"
        return message_id, "" if self.misdeed == "silent" else outcome

    def subscription(self, origin: str) -> dict[str, Any]:
        """Make a browser that is subscribed here, as `PushManager` would tell it."""
        key, secret = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        name = secrets.token_urlsafe(12)
        self._kept.browsers[name] = (key, secret)
        keys = {"p256dh": _written(_point(key.public_key())), "auth": _written(secret)}
        return {"endpoint": f"{origin}/push/{name}", "keys": keys}

    def sign(self, moment: str, content: bytes) -> str:
        """Sign as both sides of SMS do."""
        signed = moment.encode() + b"." + content
        return hmac.digest(self._key.encode(), signed, "sha256").hex()

    def _sms(self, headers: Mapping[str, str], content: bytes) -> Answer:
        moment = headers["X-Time"]
        signed = self.sign(moment, content)
        is_right = hmac.compare_digest(signed, headers["X-Signature"])
        if not is_right or abs(time.time() - int(moment)) > MOST_AGE:
            return 401, {"error": "signature"}
        body = json.loads(content)
        if self.misdeed == "refuse" or not body["to"].startswith("84"):
            return 422, {"error": "wrong_number"}
        known = self._kept.by_key.get(body["key"])
        if known is None:
            known = self._keep("sms", **body)
            self._kept.by_key[body["key"]] = known
            self._tell_later("sms", body["key"], known)
        return (200, {}) if self.misdeed == "nonsense" else (202, {"id": known})

    def _zalo(self, headers: Mapping[str, str], content: bytes) -> Answer:
        is_right = hmac.compare_digest(headers["access_token"], self._kept.access)
        if not (self._kept.access and is_right):
            return 200, {"error": -124, "message": "Access token invalid"}
        body = json.loads(content)
        if self.misdeed == "refuse":
            return 200, {"error": -118, "message": "Zalo account not existed"}
        to = body.get("phone") or body["user_id"]
        told = {"template": body["template_id"], "data": body["template_data"]}
        message_id = self._keep("zalo", to=to, key=body["tracking_id"], **told)
        self._tell_later("zalo", body["tracking_id"], message_id)
        if self.misdeed == "nonsense":
            return 200, {}
        return 200, {"error": 0, "data": {"msg_id": message_id}}

    def _token(self, headers: Mapping[str, str], content: bytes) -> Answer:
        """Trade a refresh token, which is worth something once."""
        asked = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        is_right = (
            headers["secret_key"] == self._secret
            and asked["app_id"] == self._app
            and asked["refresh_token"] == self._kept.refresh
        )
        if not is_right:
            return 200, {"error": -14014, "error_name": "Invalid refresh token"}
        self._kept.access = secrets.token_urlsafe(16)
        self._kept.refresh = secrets.token_urlsafe(16)
        return 200, {
            "access_token": self._kept.access,
            "refresh_token": self._kept.refresh,
            "expires_in": str(TOKEN_SECONDS),
        }

    def _push(self, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Open a message as the browser does, once its sender has shown who it is."""
        known = self._kept.browsers.get(path.removeprefix("/push/"))
        if known is None or self.misdeed == "gone":
            return 410, {}
        if not _is_signed(headers.get("Authorization", "")):
            return 401, {}
        try:
            told = json.loads(_opened(content, *known))
        except (InvalidTag, ValueError, IndexError):
            return 400, {}
        if self.misdeed == "refuse":
            return 400, {}
        self._keep("push", to=path, **told)
        return 201, {}

    def _keep(self, channel: str, **told: Any) -> str:
        message_id = secrets.token_hex(8)
        with self._lock:
            self._kept.got.append({"channel": channel, "id": message_id, **told})
        return message_id

    # What arrived is told later, from a thread of its own.

    def _tell_later(self, channel: str, key: str, message_id: str) -> None:
        if self._reports and self.misdeed != "silent":
            words = (channel, key, message_id, self.misdeed)
            later = threading.Timer(self.delay, self._tell, words)
            later.daemon = True
            later.start()

    def _tell(self, channel: str, key: str, message_id: str, misdeed: str) -> None:
        content, headers = self.report(channel, key, message_id, misdeed)
        forged = {name: value[::-1] for name, value in headers.items()}
        if misdeed == "forge":
            self._post(channel, content, forged)
        for _ in range(3 if misdeed == "repeat" else 1):
            self._post(channel, content, headers)

    def report(
        self, channel: str, key: str, message_id: str, misdeed: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        """Write a report and sign it: content, headers."""
        moment = str(int(time.time()))
        if channel == "sms":
            status = "failed" if misdeed == "undelivered" else "delivered"
            content = json.dumps(
                {"id": message_id, "key": key, "status": status}
            ).encode()
            signed = self.sign(moment, content)
            return content, {"X-Time": moment, "X-Signature": signed}
        told = {"msg_id": message_id, "tracking_id": key}
        body = {
            "app_id": self._app,
            "event_name": "user_received_message",
            "timestamp": moment,
            "message": told,
        }
        content = json.dumps(body).encode()
        mac = sha256(
            self._app.encode() + content + moment.encode() + self._secret.encode()
        ).hexdigest()
        return content, {"X-Time": moment, "X-ZEvent-Signature": f"mac={mac}"}

    def _post(self, channel: str, content: bytes, headers: Mapping[str, str]) -> None:
        try:
            httpx.post(
                f"{self._reports}/{channel}",
                content=content,
                headers={"Content-Type": "application/json", **headers},
                timeout=10,
                trust_env=False,
            )
        except httpx.HTTPError:
            return


def _read(content: bytes, coding: int) -> str:
    if coding == 8:
        return content.decode("utf-16-be")
    text, places = "", iter(content)
    for place in places:
        text += ESCAPED[next(places)] if place == 0x1B else GSM[place]
    return text


def _is_signed(authorization: str) -> bool:
    """Tell whether a sender's token (RFC 8292) is signed with the key beside it."""
    parts = dict(
        part.strip().split("=", 1)
        for part in authorization.removeprefix("vapid ").split(",")
        if "=" in part
    )
    try:
        point = _bytes(parts["k"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        jwt.decode(
            parts["t"],
            key,
            algorithms=["ES256"],
            options={"require": ["exp", "aud", "sub"], "verify_aud": False},
        )
    except (KeyError, ValueError, jwt.InvalidTokenError):
        return False
    return True


def _opened(content: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """Open one record of RFC 8291; written apart from what seals it."""
    salt, length = content[:16], content[20]
    theirs, body = content[21 : 21 + length], content[21 + length :]
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    info = b"WebPush: info\x00" + _point(key.public_key()) + theirs
    shared = key.exchange(ec.ECDH(), sender)
    material = HKDF(hashes.SHA256(), 32, secret, info).derive(shared)
    one = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00")
    other = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\x00")
    plain = AESGCM(one.derive(material)).decrypt(other.derive(material), body, None)
    return plain.rstrip(b"\x00")[:-1]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _written(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
