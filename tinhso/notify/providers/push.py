"""Messages in browsers: Web Push (RFC 8030), sealed (RFC 8291), and ours (RFC 8292)."""

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tinhso.notify.providers import calls
from tinhso.notify.providers.base import DeliveryError, Letter, Sent
from tinhso.notify.types import PushSubscription, PushWrong

CURVE = ec.SECP256R1()
RECORD = 4096  # bytes; all services take as much (RFC 8030, 7.2)
KEPT_SECONDS = 24 * 3600
TOKEN_SECONDS = 12 * 3600
GONE = frozenset({404, 410})
MOST_BODY = 1500  # signs shown, more is read on the page


class Push:
    """Sends to each browser a person lets show messages."""

    def __init__(self) -> None:
        self._client = calls.client()
        self._key = own_key()
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """End the round."""
        self._client.close()

    def send(self, letter: Letter) -> Sent:
        """Send to all browsers; one that takes it is enough.

        :raises DeliveryError: if none does; for good, where all are gone.
        """
        gone, faults = [], []
        for browser in letter.browsers:
            status = self._status(browser, letter)
            if status in GONE:
                gone.append(browser.id)
            elif not 200 <= status < 300:
                faults.append(status)
        if len(letter.browsers) > len(gone) + len(faults):
            return Sent(gone=tuple(gone))
        is_away = any(
            status == 0 or status >= 500 or status in calls.LATER for status in faults
        )
        raise DeliveryError(
            f"push {faults or 'gone'}",
            permanent=not is_away,
            gone=tuple(gone),
        )

    def _status(self, browser: PushSubscription, letter: Letter) -> int:
        """Send to one; 0 where nobody answers or it is no subscription."""
        try:
            refuse_strange(browser.endpoint)
            status, _ = calls.post(
                self._client,
                browser.endpoint,
                content=sealed(shown(letter), browser),
                headers={
                    "Content-Type": "application/octet-stream",
                    "Content-Encoding": "aes128gcm",
                    "TTL": str(KEPT_SECONDS),
                    "Authorization": self._authorization(browser.endpoint),
                },
            )
        except DeliveryError:
            return 0
        except (PushWrong, ValueError):
            return 410
        return status

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._tokens:
            told = {
                "aud": origin,
                "exp": int(time.time()) + TOKEN_SECONDS,
                "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
            }
            self._tokens[origin] = jwt.encode(told, self._key, algorithm="ES256")
        return f"vapid t={self._tokens[origin]}, k={public_text(self._key)}"


def shown(letter: Letter) -> bytes:
    """Write what the browser shows."""
    told = {
        "title": letter.subject,
        "body": letter.body[:MOST_BODY],
        "url": letter.link,
        "tag": letter.key,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def sealed(
    content: bytes,
    browser: PushSubscription,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Seal content for one browser (RFC 8291), in one record.

    salt, key: fresh each time but in the example of the standard.
    :raises PushWrong: if the browser's keys are none.
    """
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(CURVE)
    theirs, secret = keys_of(browser)
    ours = _point(key)
    shared = key.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\0" + _public(theirs) + ours
    material = _derived(shared, secret, info, 32)
    content_key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    # The byte 2 says that no other record follows (RFC 8188, 2).
    body = AESGCM(content_key).encrypt(nonce, content + b"\2", None)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + body


def keys_of(browser: PushSubscription) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Read a browser's keys.

    :raises PushWrong: if they are none.
    """
    try:
        point, secret = unpadded(browser.p256dh), unpadded(browser.auth)
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PushWrong from error
    if len(secret) != 16:
        raise PushWrong
    return key, secret


def refuse_strange(endpoint: str) -> None:
    """Pass only addresses at the push services that are known.

    Whoever signs in could otherwise have the platform call any address inside.

    :raises PushWrong: if it is another.
    """
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    known = settings.TINHSO_PUSH_SERVICES
    is_known = origin in known or (
        parts.scheme == "https"
        and parts.port in (None, 443)
        and not (parts.username or parts.password)
        and any(_is_of(parts.hostname or "", one) for one in known)
    )
    if not is_known or len(endpoint) > 500:
        raise PushWrong


def _is_of(host: str, known: str) -> bool:
    """Tell whether a host is the one known, or under it where that begins with a dot.

    >>> _is_of("web.push.apple.com", ".push.apple.com"), _is_of("evil.com", "a.com")
    (True, False)
    """
    return host.endswith(known) if known.startswith(".") else host == known


def public_key() -> str:
    """Give the key by which browsers know the platform, as they take it."""
    return public_text(own_key())


def own_key() -> ec.EllipticCurvePrivateKey:
    """Read the platform's key; it is made when it is first needed."""
    path = Path(settings.TINHSO_HOME) / "keys" / "push.pem"
    if not path.exists():
        _write_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - tells mypy, too
    return key


def _write_key(path: Path) -> None:
    """Write a key whole, once: of two processes the first one counts."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = ec.generate_private_key(CURVE).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    fresh = path.with_name(f"push.{os.getpid()}.new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Write a public key as browsers take it: base64 for addresses, without `=`."""
    return urlsafe_b64encode(_point(key)).rstrip(b"=").decode("ascii")


def unpadded(text: str) -> bytes:
    """Read base64 for addresses, without `=`."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return _public(key.public_key())


def _public(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)
