"""What makes a backup unreadable to others and unchangeable: age, and a signature."""

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pyrage import x25519

from tinhso.cli.backups.types import (
    KeyDoesNotOpen,
    KeyFileExists,
    KeyFileUnreadable,
    NoRecipientSet,
    NotSignedByUs,
    Piece,
    PieceChanged,
    RecipientUnreadable,
)

MAGIC = b"tinhso-backup-1\n"
SIGNED_BY = "# signed by: "
CHUNK = 2**18
# Most of a database is empty space and text; a higher level costs more than it saves.
LEVEL = 1
# The form of gzip, so that it opens without this program.
GZIP = 31

KEY_FILE = """\
# Tỉnh Số: opens backups, and knows by whom they were made.
# Keep it apart from the server and from the backups, and a copy on paper.
{signed_by}{signer}
{identity}
"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is kept apart: the key that opens, and the one that has signed."""

    identity: x25519.Identity
    signer: Ed25519PublicKey


class Reader(Protocol):
    """Something to read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read so many bytes at most."""


def write_key_file(*, file: Path, signer: Ed25519PublicKey) -> str:
    """Make a new key and write it there; answer its public half, for the setting.

    :raises KeyFileExists: if there is a file of that name.
    """
    identity = x25519.Identity.generate()
    text = KEY_FILE.format(
        signed_by=SIGNED_BY, signer=signer.public_bytes_raw().hex(), identity=identity
    )
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileExists(file=file) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
        lines.write(text)
    return str(identity.to_public())


def read_key_file(*, file: Path) -> Recovery:
    """Read what `write_key_file` wrote.

    :raises KeyFileUnreadable: if it is something else.
    """
    text = file.read_text("utf-8", errors="replace")
    signer = re.search(rf"^{SIGNED_BY}([0-9a-f]{{64}})$", text, re.M)
    secret = re.search(r"^AGE-SECRET-KEY-1\w+$", text, re.M)
    if signer is None or secret is None:
        raise KeyFileUnreadable(file=file)
    try:
        identity = x25519.Identity.from_str(secret.group())
    except pyrage.IdentityError as error:
        raise KeyFileUnreadable(file=file) from error
    raw = bytes.fromhex(signer.group(1))
    return Recovery(identity, Ed25519PublicKey.from_public_bytes(raw))


def recipients_of(*, texts: Sequence[str]) -> list[x25519.Recipient]:
    """Read the public keys that backups are made for.

    :raises NoRecipientSet: if there is none.
    :raises RecipientUnreadable: if one is something else.
    """
    if not texts:
        raise NoRecipientSet
    try:
        return [x25519.Recipient.from_str(text) for text in texts]
    except pyrage.RecipientError as error:
        raise RecipientUnreadable from error


def signing_key(*, home: Path) -> Ed25519PrivateKey:
    """Read the key that signs backups; make it the first time."""
    file = home / "keys" / "backup.pem"
    if not file.exists():
        _write_signing_key(file)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - tells mypy, too
    return key


def _write_signing_key(file: Path) -> None:
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    file.write_bytes(content)


def seal(*, header: bytes, body: bytes, key: Ed25519PrivateKey) -> bytes:
    """Put header and body into one signed envelope; the header is one line."""
    head = header + b"\n" + sha256(body).hexdigest().encode()
    signature = key.sign(MAGIC + head).hex().encode()
    return b"\n".join((MAGIC.strip(), head, signature, body))


def unseal(
    *, content: bytes, piece: str, signer: Ed25519PublicKey
) -> tuple[bytes, bytes]:
    """Take header and body out of an envelope.

    :raises NotSignedByUs: unless the signature is the signer's.
    :raises PieceChanged: if it has a signature, but of another body.
    """
    parts = content.split(b"\n", 4)
    if len(parts) != 5:
        raise PieceChanged(piece=piece)
    magic, header, digest, signature, body = parts
    try:
        said = bytes.fromhex(signature.decode("ascii", "replace"))
        signer.verify(said, b"\n".join((magic, header, digest)))
    except (InvalidSignature, ValueError) as error:
        raise NotSignedByUs(piece=piece) from error
    if said.hex().encode() != signature:
        # There is one way to write it, so that no bit can differ.
        raise NotSignedByUs(piece=piece)
    if sha256(body).hexdigest().encode() != digest:
        raise PieceChanged(piece=piece)
    return header, body


def encrypted(*, content: bytes, recipients: Sequence[x25519.Recipient]) -> bytes:
    """Compress and encrypt what fits into memory."""
    return pyrage.encrypt(zlib.compress(content, LEVEL, GZIP), recipients)


def decrypted(*, content: bytes, piece: str, identity: x25519.Identity) -> bytes:
    """Decrypt what `encrypted` made.

    :raises KeyDoesNotOpen: if it is for another key, or no longer what it was.
    """
    try:
        return zlib.decompress(pyrage.decrypt(content, [identity]), GZIP)
    except (pyrage.DecryptError, zlib.error) as error:
        raise KeyDoesNotOpen(piece=piece) from error


def encrypt_stream(
    *, source: Reader, file: Path, recipients: Sequence[x25519.Recipient]
) -> Piece:
    """Compress and encrypt a stream into a new file, durable when this returns."""
    with file.open("xb") as target:
        counted = _Counted(target)
        compressed: Any = _Compressed(source)
        out: Any = counted
        pyrage.encrypt_io(compressed, out, recipients)
        target.flush()
        os.fsync(target.fileno())
    return Piece(file.name, counted.bytes, counted.digest.hexdigest())


def decrypt_stream(*, file: Path, target: IO[bytes], identity: x25519.Identity) -> None:
    """Decrypt what `encrypt_stream` made into something that takes bytes.

    :raises KeyDoesNotOpen: if it is for another key, or no longer what it was.
    """
    inflated = _Inflating(target)
    out: Any = inflated
    try:
        with file.open("rb") as source:
            pyrage.decrypt_io(source, out, [identity])
    except (pyrage.DecryptError, OSError, zlib.error) as error:
        raise KeyDoesNotOpen(piece=file.name) from error
    target.write(inflated.rest())


def digest_of(*, file: Path) -> tuple[int, str]:
    """Read a file; answer its size in bytes and its SHA-256."""
    digest, size = sha256(), 0
    with file.open("rb") as source:
        while part := source.read(CHUNK):
            digest.update(part)
            size += len(part)
    return size, digest.hexdigest()


def write_durably(*, file: Path, content: bytes) -> None:
    """Write a file so that it is there in full or not at all, whatever happens."""
    aside = file.with_name(f".new-{uuid4().hex}")
    with aside.open("xb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    aside.rename(file)
    sync(path=file.parent)


def sync(*, path: Path) -> None:
    """Make a file durable, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Counted:
    """Writes on, and knows how much and what it was."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self.digest, self.bytes = target, sha256(), 0

    def write(self, part: bytes) -> int:
        self.digest.update(part)
        self.bytes += len(part)
        return self._target.write(part)

    def flush(self) -> None:
        self._target.flush()


class _Compressed:
    """Reads a stream compressed."""

    def __init__(self, source: Reader) -> None:
        self._parts: Iterator[bytes] = self._compress(source)
        self._held = b""

    def _compress(self, source: Reader) -> Iterator[bytes]:
        packer = zlib.compressobj(LEVEL, wbits=GZIP)
        while part := source.read(CHUNK):
            yield packer.compress(part)
        yield packer.flush()

    def read(self, size: int = -1) -> bytes:
        while not self._held:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._held = part
        given = self._held if size < 0 else self._held[:size]
        self._held = self._held[len(given) :]
        return given


class _Inflating:
    """Takes a compressed stream, and writes it on as it was."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._unpacker = target, zlib.decompressobj(GZIP)

    def write(self, part: bytes) -> int:
        self._target.write(self._unpacker.decompress(part))
        return len(part)

    def flush(self) -> None:
        return

    def rest(self) -> bytes:
        return self._unpacker.flush()
