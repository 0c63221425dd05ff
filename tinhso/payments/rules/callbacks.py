"""What a gateway signs and how, as VNPAY's does (version 2.1.0, HMAC-SHA512).

https://sandbox.vnpayment.vn/apis/docs/thanh-toan-pay/pay.html: the fields, sorted and
encoded as in an address, are signed together; amounts come times one hundred.
"""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote_plus

from tinhso.payments.types import CallbackUnreadable, SignatureWrong, Told

SIGNATURE = "vnp_SecureHash"
# Sent by earlier versions; not signed.
UNSIGNED = frozenset({SIGNATURE, "vnp_SecureHashType"})
MOST_FIELDS, LONGEST = 40, 4096
# VND, times one hundred.
AMOUNT = re.compile(r"[1-9][0-9]{0,12}00")
TRANSACTION = re.compile(r"[0-9A-Za-z_-]{1,40}")
# A bill's is TS and thirteen signs; what is none is told of all the same.
REFERENCE = re.compile(r"[0-9A-Za-z]{1,34}")
SUCCESS = "00"


def read(raw: str, *, merchant: str, secret: str) -> Told:
    """Read a callback whose signature is right.

    :raises SignatureWrong: if it is not signed with the secret, or was changed.
    :raises CallbackUnreadable: if it is signed, and lacks something all the same.
    """
    fields = _fields(raw)
    told = fields.get(SIGNATURE, "")
    if not is_same(told, signature(fields, secret=secret)):
        raise SignatureWrong
    reference = fields.get("vnp_TxnRef", "")
    transaction = fields.get("vnp_TransactionNo", "")
    amount = fields.get("vnp_Amount", "")
    if not (
        is_same(fields.get("vnp_TmnCode", ""), merchant)
        and REFERENCE.fullmatch(reference)
        and TRANSACTION.fullmatch(transaction)
        and AMOUNT.fullmatch(amount)
    ):
        raise CallbackUnreadable
    # Both are said, and both must be.
    answers = (fields.get("vnp_ResponseCode"), fields.get("vnp_TransactionStatus"))
    is_paid = set(answers) == {SUCCESS}
    return Told(reference, transaction, int(amount) // 100, is_paid)


def _fields(raw: str) -> dict[str, str]:
    """Take a callback apart; a field that stands twice could be read in two ways."""
    # What is beyond ASCII comes encoded, as everywhere in addresses.
    if len(raw) > LONGEST or not raw.isascii():
        raise SignatureWrong
    try:
        pairs = parse_qsl(
            raw,
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise SignatureWrong from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise SignatureWrong
    return fields


def signature(fields: Mapping[str, str], *, secret: str) -> str:
    """Sign fields: HMAC-SHA512, in hexadecimal digits.

    >>> signature({"b": "x y", "a": "1"}, secret="s")[:16]
    'd6b44f7332f54901'
    """
    return hmac.digest(secret.encode(), signed_text(fields).encode(), "sha512").hex()


def signed_text(fields: Mapping[str, str]) -> str:
    """Write the text that is signed; empty fields are left out.

    >>> signed_text({"b": "x y", "a": "1", "vnp_SecureHash": "…"})
    'a=1&b=x+y'
    """
    return "&".join(
        f"{quote_plus(name)}={quote_plus(fields[name])}"
        for name in sorted(fields)
        if name not in UNSIGNED and fields[name]
    )


def is_same(one: str, other: str) -> bool:
    """Compare in a time that does not tell where two texts differ."""
    return hmac.compare_digest(one.encode(), other.encode())
