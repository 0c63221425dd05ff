"""Sign and check messages as HTTP Message Signatures say (RFC 9421, RFC 9530).

The base is the very text that is signed; the log keeps it, so that a signature can be
checked years later by whoever has the base and the certificate.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256, sha512

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from tinhso.exchange.types import HeaderWrong, MessageOld, SignatureWrong, Signed

# So far may two gateways' clocks be apart, and a message be on its way
# (configuration; no source).
DRIFT = timedelta(minutes=5)
LABEL = "xroad"
REQUEST = ("@method", "@request-target", "content-digest", "x-road-client")
RESPONSE = ("@status", "content-digest", "x-road-request-hash")
_INPUT = re.compile(
    LABEL + r'=(\((?:"[a-z@-]+"(?: "[a-z@-]+")*)\));created=(\d{1,12})'
    r';keyid="([0-9a-f]{64})";alg="ed25519"'
)


def content_digest(body: bytes) -> str:
    """Write what a body is, as `Content-Digest` does.

    >>> content_digest(b"")[:20]
    'sha-256=:47DEQpj8HBS'
    """
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def request_hash(base: str, body: bytes) -> str:
    """Hash a request for the header that ties the answer to it (PR-REST 4.3).

    What X-Road calls the headers is here the text that was signed.
    """
    inner = sha512(base.encode()).digest()
    whole = sha512(inner + sha512(body).digest()).digest() if body else inner
    return b64encode(whole).decode()


def sign(
    parts: Sequence[tuple[str, str]], *, key: Ed25519PrivateKey, name: str, at: datetime
) -> tuple[Signed, dict[str, str]]:
    """Sign the parts of a message; answer also the headers that tell of it."""
    listed = " ".join(f'"{part}"' for part, _ in parts)
    told = f'({listed});created={int(at.timestamp())};keyid="{name}";alg="ed25519"'
    base = _base(parts, told)
    signature = key.sign(base.encode())
    headers = {
        "Signature-Input": f"{LABEL}={told}",
        "Signature": f"{LABEL}=:{b64encode(signature).decode()}:",
    }
    return Signed(base, signature, name), headers


def key_named(signature_input: str) -> str:
    """Read which key signed.

    :raises SignatureWrong: if it is no signature of ours.
    """
    return _read_input(signature_input)[2]


def check(
    values: Mapping[str, str],
    *,
    needed: Sequence[str],
    signature_input: str,
    signature: str,
    key: Ed25519PublicKey,
    at: datetime,
) -> Signed:
    """Check that a message is what was signed; values: what it holds, by part.

    needed: what must have been signed, besides every part there is a value of.

    :raises SignatureWrong: if it is not. :raises MessageOld: if it is of another time.
    """
    told, listed, name, created = _parsed(signature_input)
    if set(listed) != set(values) or not set(needed) <= set(listed):
        raise SignatureWrong
    base = _base([(part, values[part]) for part in listed], told)
    given = _bytes(signature)
    try:
        key.verify(given, base.encode())
    except InvalidSignature:
        raise SignatureWrong from None
    if abs(at.timestamp() - created) > DRIFT.total_seconds():
        raise MessageOld
    return Signed(base, given, name)


def _parsed(signature_input: str) -> tuple[str, list[str], str, int]:
    listed, created, name = _read_input(signature_input)
    parts = re.findall(r'"([a-z@-]+)"', listed)
    if len(set(parts)) < len(parts):
        raise SignatureWrong
    return signature_input.removeprefix(f"{LABEL}="), parts, name, int(created)


def _read_input(text: str) -> tuple[str, str, str]:
    found = _INPUT.fullmatch(text)
    if found is None:
        raise SignatureWrong
    return found[1], found[2], found[3]


def _bytes(signature: str) -> bytes:
    found = re.fullmatch(LABEL + r"=:([A-Za-z0-9+/]{86}==):", signature)
    if found is None:
        raise SignatureWrong
    given = b64decode(found[1])
    # Bits of the last letter that say nothing could be changed unnoticed.
    if b64encode(given).decode() != found[1]:
        raise SignatureWrong
    return given


def _base(parts: Sequence[tuple[str, str]], told: str) -> str:
    for name, value in parts:
        if any(sign in value for sign in "\r\n\0"):
            raise HeaderWrong(header=name)
    lines = [f'"{name}": {value.strip()}' for name, value in parts]
    return "\n".join([*lines, f'"@signature-params": {told}'])
