"""Zalo: approved wordings over HTTPS (ZNS), with a token that changes each day.

By the public descriptions of Zalo's interface, which we read second-hand; tried with
the demo service only.
"""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from tinhso.notify.models import ServiceTokenRow
from tinhso.notify.providers import calls
from tinhso.notify.providers.base import DeliveryError, Letter, Outcome, Sent, Told
from tinhso.notify.providers.sms_http import international
from tinhso.notify.types import ReportSignatureWrong, ReportUnreadable

SERVICE = "zalo"
SEND, RENEW = "/message/template", "/v4/oa/access_token"
# The token no longer holds (-124, -216); the quota is used up (-115, -147).
TOKEN_WRONG, BUSY = frozenset({-124, -216}), frozenset({-115, -147})
EARLY = timedelta(minutes=5)
ARRIVED = "user_received_message"


class Zalo:
    """Sends one approved wording to a telephone number that Zalo knows."""

    def __init__(self) -> None:
        self._client = calls.client()

    def close(self) -> None:
        """End the round."""
        self._client.close()

    def send(self, letter: Letter) -> Sent:
        """Hand the message over; a token that ended is renewed, once.

        :raises DeliveryError: if Zalo is away, or does not take the message.
        """
        if letter.zalo is None:
            raise DeliveryError("Zalo: no approved wording", permanent=True)
        code, reference = self._send(letter, self._token(fresh=False))
        if code in TOKEN_WRONG:
            code, reference = self._send(letter, self._token(fresh=True))
        if code:
            is_away = code in TOKEN_WRONG | BUSY
            raise DeliveryError(f"Zalo {code}", permanent=not is_away, away=is_away)
        return Sent(reference, is_awaited=True)

    def _send(self, letter: Letter, token: str) -> tuple[int, str]:
        told = letter.zalo or {}
        body = {
            **_receiver(letter.to),
            "template_id": told["template"],
            "template_data": told["data"],
            "tracking_id": letter.key,
        }
        status, content = calls.post(
            self._client,
            settings.TINHSO_ZALO_URL + SEND,
            content=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", "access_token": token},
        )
        calls.refuse_bad_status(status, name="Zalo")
        answer = calls.read_json(content)
        data = answer.get("data")
        reference = str(data.get("msg_id", "")) if isinstance(data, dict) else ""
        code = answer.get("error")
        if not isinstance(code, int):
            raise DeliveryError("Zalo: answer unreadable")
        return code, reference[:100]

    def _token(self, *, fresh: bool) -> str:
        """Give the token; one at a time renews it, for the old one then ends."""
        with transaction.atomic():
            row = ServiceTokenRow.objects.select_for_update().filter(pk=SERVICE).first()
            kept = _opened(row.sealed) if row else {}
            now = datetime.fromtimestamp(time.time(), UTC)
            if row and not fresh and row.expires_at > now and kept.get("access"):
                return kept["access"]
            return self._renew(kept.get("refresh") or settings.TINHSO_ZALO_REFRESH, now)

    def _renew(self, refresh: str, now: datetime) -> str:
        asked = {
            "refresh_token": refresh,
            "app_id": settings.TINHSO_ZALO_APP,
            "grant_type": "refresh_token",
        }
        status, content = calls.post(
            self._client,
            settings.TINHSO_ZALO_TOKEN_URL + RENEW,
            content=urlencode(asked).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "secret_key": settings.TINHSO_ZALO_SECRET,
            },
        )
        calls.refuse_bad_status(status, name="Zalo token")
        told = calls.read_json(content)
        access, newer = told.get("access_token"), told.get("refresh_token")
        if not (isinstance(access, str) and isinstance(newer, str)):
            raise DeliveryError("Zalo: no token", away=True)
        seconds = int(str(told.get("expires_in") or 3600))
        ServiceTokenRow.objects.update_or_create(
            service=SERVICE,
            defaults={
                "sealed": _sealed({"access": access, "refresh": newer}),
                "expires_at": now + timedelta(seconds=seconds) - EARLY,
            },
        )
        return access


def read(*, raw: bytes, moment: str, signed: str, at: datetime) -> Told:
    """Read what Zalo tells; mac: SHA-256 of app, content, moment and secret.

    :raises ReportSignatureWrong: if it is not signed with the secret, or was changed.
    :raises ReportUnreadable: if it tells of something else.
    """
    app, secret = settings.TINHSO_ZALO_APP, settings.TINHSO_ZALO_SECRET
    told = calls.read_json(raw)
    # Zalo says the moment in its content only.
    moment = str(told.get("timestamp", ""))
    mac = signature(app=app, content=raw, moment=moment, secret=secret)
    is_right = hmac.compare_digest(f"mac={mac}".encode(), signed.encode())
    if not (secret and is_right):
        raise ReportSignatureWrong
    message = told.get("message")
    if told.get("event_name") != ARRIVED or not isinstance(message, dict):
        raise ReportUnreadable
    return Told(
        Outcome.DELIVERED,
        key=str(message.get("tracking_id", ""))[:100],
        reference=str(message.get("msg_id", ""))[:100],
    )


def signature(*, app: str, content: bytes, moment: str, secret: str) -> str:
    """Sign content as Zalo does (`X-ZEvent-Signature`)."""
    signed = app.encode() + content + moment.encode(errors="replace") + secret.encode()
    return sha256(signed).hexdigest()


def _receiver(to: str) -> dict[str, str]:
    is_number = to.startswith("0")
    return {"phone": international(to)} if is_number else {"user_id": to}


def _box() -> Fernet:
    digest = sha256(b"notify.service_token:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(digest))


def _sealed(tokens: dict[str, str]) -> str:
    return _box().encrypt(json.dumps(tokens).encode()).decode("ascii")


def _opened(sealed: str) -> dict[str, str]:
    """Open what was sealed; nothing where the secret key is another by now."""
    try:
        opened: dict[str, str] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        return {}
    return opened
