"""Signed tree heads: that the first so many entries of the journal have one root."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tinhso_verify.faults import BrokenError


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it was signed; root and signature: bytes in hexadecimal."""

    size: int
    root: str
    signed_at: str
    signature: str

    def line(self) -> bytes:
        """Write it the one way it is kept, so that no byte of it can differ."""
        content = {
            "root": self.root,
            "signature": self.signature,
            "signed_at": self.signed_at,
            "size": self.size,
        }
        return json.dumps(content, separators=(",", ":")).encode()

    def verify(self, key: Ed25519PublicKey) -> None:
        """Check its signature.

        :raises BrokenError: if it does not hold.
        """
        said = f"tinhso-tree-head\n{self.size}\n{self.root}\n{self.signed_at}"
        try:
            key.verify(bytes.fromhex(self.signature), said.encode())
        except (InvalidSignature, ValueError):
            raise BrokenError(f"head {self.size}: the signature is wrong") from None


def read_key(file: Path) -> Ed25519PublicKey:
    """Read the journal's public key.

    :raises BrokenError: if the file holds none.
    """
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError:
        raise BrokenError(f"{file.name}: no public key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BrokenError(f"{file.name}: no key of a journal")
    return key


def head_of(given: Mapping[str, Any]) -> Head:
    """Read a head from JSON.

    :raises BrokenError: if something of it is missing.
    """
    try:
        return Head(
            int(given["size"]),
            str(given["root"]),
            str(given["signed_at"]),
            str(given["signature"]),
        )
    except (KeyError, TypeError, ValueError):
        raise BrokenError("a head is incomplete") from None


def read_heads(file: Path) -> Iterator[Head]:
    """Read heads, a line each.

    :raises BrokenError: if a line is not just as it was written.
    """
    for number, line in enumerate(_lines(file), start=1):
        try:
            head = head_of(json.loads(line))
        except ValueError:
            raise BrokenError(f"{file.name}, line {number}: cannot be read") from None
        if head.line() != line:
            raise BrokenError(f"{file.name}, line {number}: was changed")
        yield head


def _lines(file: Path) -> Iterator[bytes]:
    content = file.read_bytes()
    if content and not content.endswith(b"\n"):
        raise BrokenError(f"{file.name}: the last line breaks off")
    yield from content.split(b"\n")[:-1]
