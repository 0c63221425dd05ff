"""How messages are signed for subscribers, and when they are tried again."""

import hmac
from base64 import b64encode
from datetime import timedelta

# After so many attempts a message is put aside, so that those behind it may pass.
MOST_ATTEMPTS = 12
LONGEST = timedelta(hours=1)


def wait_after(attempts: int) -> timedelta:
    """Tell how long to wait after so many attempts in vain: 5 s, 10 s … an hour.

    >>> wait_after(1), wait_after(4), wait_after(40)
    (datetime.timedelta(seconds=5), datetime.timedelta(seconds=40), \
datetime.timedelta(seconds=3600))
    """
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 20)), LONGEST)


def signature(*, key: bytes, message_id: str, moment: int, body: bytes) -> str:
    """Sign as Standard Webhooks 1.0 does: `v1,` and HMAC-SHA256 in base 64.

    >>> signature(key=b"k", message_id="m", moment=1, body=b"{}")[:12]
    'v1,MReAAHX29'
    """
    signed = f"{message_id}.{moment}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def secret_text(key: bytes) -> str:
    """Write a key as receivers of Standard Webhooks take it."""
    return f"whsec_{b64encode(key).decode()}"
