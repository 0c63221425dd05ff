"""A bank that tells at once what came to an account of an agency.

Banks have no common form for it. This one is ours: JSON, and its HMAC-SHA256 under a
key both sides hold, in hexadecimal digits; see `docs/reference/payments.md`.
"""

import hmac
import json
from typing import Any

from django.conf import settings

from tinhso.payments.rules import callbacks
from tinhso.payments.rules.vietqr import MOST
from tinhso.payments.types import (
    CallbackUnreadable,
    CreditNotice,
    GatewayOff,
    SignatureWrong,
)

LONGEST = 4096


class BankNotices:
    """Reads the notices of the bank whose key the settings hold."""

    def read(self, body: bytes, signature: str) -> CreditNotice:
        """Read a notice.

        :raises GatewayOff: if there is no key.
        :raises SignatureWrong: if it is not the bank's.
        :raises CallbackUnreadable: if it is, and cannot be read all the same.
        """
        key = str(settings.TINHSO_BANK_NOTICE_KEY)
        if not key:
            raise GatewayOff
        right = hmac.digest(key.encode(), body, "sha256").hex()
        if len(body) > LONGEST or not callbacks.is_same(signature, right):
            raise SignatureWrong
        return _notice(body)


def _notice(body: bytes) -> CreditNotice:
    try:
        told = json.loads(body)
        notice = CreditNotice(
            bank=_text(told["bank"], 6),
            account=_text(told["account"], 19),
            transaction=_text(told["transaction"], 30),
            amount=told["amount"],
            words=_text(told["words"], 500),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise CallbackUnreadable from None
    if type(notice.amount) is not int or not 0 < notice.amount <= MOST:
        raise CallbackUnreadable
    if not callbacks.TRANSACTION.fullmatch(notice.transaction):
        raise CallbackUnreadable
    return notice


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise CallbackUnreadable
    return value
