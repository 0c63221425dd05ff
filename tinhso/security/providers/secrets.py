"""Secrets of second factors, encrypted with a key that lies outside the database."""

import os
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# How an encrypted secret begins; base32 and hexadecimal have no colon.
MARK = "v1:"
BITS, NONCE_BYTES = 256, 12  # NIST SP 800-38D


def lock(text: str) -> str:
    """Encrypt a secret for the database."""
    nonce = os.urandom(NONCE_BYTES)
    return MARK + b64encode(nonce + _key().encrypt(nonce, text.encode(), None)).decode()


def unlock(text: str) -> str:
    """Decrypt a secret; one that was kept before they were encrypted is as it is.

    :raises InvalidTag: if it was encrypted with another key, or changed.
    """
    if not text.startswith(MARK):
        return text
    kept = b64decode(text.removeprefix(MARK))
    return _key().decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], None).decode()


def derive(purpose: str, *, length: int) -> bytes:
    """Derive bytes for a purpose: always the same, and telling nothing of the key."""
    derived = HKDF(SHA256(), length, salt=None, info=purpose.encode())
    return derived.derive(_bytes())


def _key() -> AESGCM:
    return AESGCM(_bytes())


def _bytes() -> bytes:
    path = Path(settings.TINHSO_HOME) / "keys" / "factors"
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Make the key, whole under its name at once; the first of several is kept."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f"factors.{os.urandom(8).hex()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(AESGCM.generate_key(BITS))
        file.flush()
        # No secret is locked with a key that a power cut could take away.
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(made)
    made.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
