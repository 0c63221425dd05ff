"""SMS through a gateway over HTTP; its contract: docs/reference/message-gateway.md."""

import hmac
import json
import time
from datetime import datetime

from django.conf import settings

from tinhso.notify.providers import calls
from tinhso.notify.providers.base import DeliveryError, Letter, Outcome, Sent, Told
from tinhso.notify.rules import sms
from tinhso.notify.types import ReportSignatureWrong, ReportUnreadable

PATH = "/v1/messages"
MOST_AGE = 600  # seconds a signed report is good for
OUTCOMES = {
    "delivered": Outcome.DELIVERED,
    "failed": Outcome.FAILED,
    "expired": Outcome.FAILED,
}


class SmsGateway:
    """Sends by `POST /v1/messages`, signed; the same key is never sent twice."""

    def __init__(self) -> None:
        self._client = calls.client()

    def close(self) -> None:
        """End the round."""
        self._client.close()

    def send(self, letter: Letter) -> Sent:
        """Hand the message to the gateway.

        :raises DeliveryError: if it is away, or does not take the message.
        """
        text = letter.short
        body = {"to": international(letter.to), "text": text, "key": letter.key}
        if settings.TINHSO_SMS_SENDER:
            body["sender"] = settings.TINHSO_SMS_SENDER
        content = json.dumps(body, ensure_ascii=False).encode()
        moment = str(int(time.time()))
        status, answer = calls.post(
            self._client,
            settings.TINHSO_SMS_URL + PATH,
            content=content,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": letter.key,
                "X-Time": moment,
                "X-Signature": signature(settings.TINHSO_SMS_KEY, moment, content),
            },
        )
        calls.refuse_bad_status(status, name="SMS")
        reference = calls.read_json(answer).get("id")
        if not isinstance(reference, str) or not 0 < len(reference) <= 100:
            # The key makes it safe to ask once more.
            raise DeliveryError("SMS: answer without id")
        return Sent(reference, is_awaited=True, segments=sms.measured(text).segments)


def read(*, raw: bytes, moment: str, signed: str, at: datetime) -> Told:
    """Read a report of the gateway whose signature is right.

    :raises ReportSignatureWrong: if it is not signed with the key, changed or too old.
    :raises ReportUnreadable: if it is signed, and lacks something all the same.
    """
    key = settings.TINHSO_SMS_KEY
    is_right = hmac.compare_digest(
        signature(key, moment, raw).encode(), signed.encode()
    )
    if not (key and is_right and moment.isascii() and moment.isdigit()):
        raise ReportSignatureWrong
    if len(moment) > 12 or abs(at.timestamp() - int(moment)) > MOST_AGE:
        raise ReportSignatureWrong
    told = calls.read_json(raw)
    outcome = OUTCOMES.get(str(told.get("status")))
    if outcome is None or not isinstance(told.get("key"), str):
        raise ReportUnreadable
    return Told(
        outcome,
        key=told["key"][:100],
        reference=str(told.get("id", ""))[:100],
        reason=str(told.get("reason", ""))[:200],
    )


def signature(key: str, moment: str, content: bytes) -> str:
    """Sign content at a moment, in seconds since 1970: HMAC-SHA256, hexadecimal.

    >>> signature("k", "1", b"{}")[:16]
    '3dd49b2593d0f9a3'
    """
    signed = moment.encode(errors="replace") + b"." + content
    return hmac.digest(key.encode(), signed, "sha256").hex()


def international(number: str) -> str:
    """Write a number as it is kept here the way telephone companies do.

    >>> international("0912345678")
    '84912345678'
    """
    return f"84{number[1:]}" if number.startswith("0") else number
