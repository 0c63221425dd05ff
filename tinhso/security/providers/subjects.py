"""By which name a client knows somebody: each client by another one.

So two systems cannot lay side by side what they know of one person. The name is the
account, encrypted so that the same account always gives the same name (AES-SIV, RFC
5297), with a key of the client.
"""

from base64 import b32decode, b32encode
from binascii import Error
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from tinhso.security.providers import secrets

KEY_BYTES = 64  # two keys of 256 bits


def subject_of(*, client: str, account_id: UUID) -> str:
    """Name an account to a client."""
    named = _cipher(client).encrypt(account_id.bytes, None)
    return b32encode(named).decode().rstrip("=").lower()


def account_of(*, client: str, subject: str) -> UUID | None:
    """Find the account that a client knows by a name; None if it is not one of its."""
    padded = subject.upper() + "=" * (-len(subject) % 8)
    try:
        return UUID(bytes=_cipher(client).decrypt(b32decode(padded), None))
    except (Error, ValueError, InvalidTag):
        return None


def _cipher(client: str) -> AESSIV:
    return AESSIV(secrets.derive(f"subjects of {client}", length=KEY_BYTES))
