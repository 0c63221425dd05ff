"""Messages between agencies: one with its proof, or the whole log of a gateway.

An entry holds the very text that was signed (RFC 9421), and the signature; it stands in
a Merkle tree over which an authority gave a time-stamp (RFC 3161), chained to all that
came before.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from tinhso_verify import cms
from tinhso_verify.faults import UNREADABLE, BrokenError
from tinhso_verify.tree import Tree, leaf_hash, root_of_proof

FORM = "tinhso-exchange-1"
ENTRIES, STAMPS, CERTIFICATES = "entries.jsonl", "stamps.jsonl", "certificates.pem"
START = bytes(32)
CHUNK = 5_000
_KEYS = {"form", "entry", "certificate", "path", "stamp"}
_STAMP = {"gateway", "first", "last", "root", "before", "chain", "token"}
_ENTRY = {
    *("agreement", "at", "base", "client", "gateway", "id", "key", "kind"),
    *("position", "refused", "service", "side", "signature"),
}


def written(value: Mapping[str, Any]) -> bytes:
    """Write a proof the one way it is kept, so that no byte of it can differ."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def verify(
    content: bytes, anchors: Sequence[x509.Certificate], *, body: bytes | None = None
) -> dict[str, Any]:
    """Check a message that was exported; answer what it says.

    body: what was sent, to hold against what was signed.

    :raises BrokenError: if it does not hold, saying why.
    """
    proof = _read(content)
    entry = _entry(proof["entry"])
    _check_signature(entry, _certificate(proof["certificate"], entry))
    if body is not None:
        _check_body(entry, body)
    stamp = Stamp(proof["stamp"])
    position = entry["position"] - stamp.first
    path = [_bytes(step) for step in proof["path"]]
    leaf = leaf_hash(proof["entry"].encode())
    if root_of_proof(leaf, position, stamp.size, path) != stamp.root:
        raise BrokenError("the entry does not lead to what was time-stamped")
    if entry["gateway"] != stamp.gateway:
        raise BrokenError("the time-stamp is of another gateway's log")
    moment = stamp.check(anchors)
    told = ("at", "client", "gateway", "id", "kind", "refused", "service", "side")
    return {name: entry[name] for name in told} | {"stamped_at": moment}


def verify_log(
    folder: Path,
    anchors: Sequence[x509.Certificate],
    *,
    signatures: bool = False,
    processes: int | None = None,
) -> tuple[int, list[str]]:
    """Check the exported log of a gateway; answer its length and what is wrong.

    signatures: check each of them, too, on so many processes; without it, that no entry
    was changed, taken out or put in since it was time-stamped.
    """
    try:
        stamps = [Stamp(json.loads(line)) for line in _lines(folder / STAMPS)]
        for stamp in stamps:
            stamp.check(anchors)
    except (BrokenError, *UNREADABLE) as broken:
        return 0, [f"a time-stamp: {broken}"]
    walk = Walk(stamps)
    with (folder / ENTRIES).open("rb") as lines:
        for line in lines:
            walk.step(line)
    faults = walk.end()
    if signatures:
        faults += _wrong_signatures(folder, processes)
    return walk.position, faults


class Stamp:
    """A time-stamp over entries first to last of a log, and all before them."""

    def __init__(self, told: Any) -> None:
        if not isinstance(told, dict) or set(told) != _STAMP:
            raise BrokenError("a time-stamp is incomplete")
        self.gateway, self.first, self.last = _texts(told), told["first"], told["last"]
        for number in (self.first, self.last):
            if type(number) is not int or number < 0:
                raise BrokenError("a time-stamp says no place")
        self.size = self.last - self.first + 1
        self.root, self.before = _bytes(told["root"]), _bytes(told["before"])
        self.chain, self._token = _bytes(told["chain"]), _base64(told["token"])

    def check(self, anchors: Sequence[x509.Certificate]) -> str:
        """Check it; answer its moment.

        :raises BrokenError: if it does not hold.
        """
        parts = ("tinhso-exchange-stamp", self.gateway, str(self.first), str(self.last))
        hashed = (self.root.hex(), self.before.hex(), self.chain.hex())
        token = cms.verify(self._token, detached=None)
        cms.refuse_other(token, "\n".join((*parts, *hashed)).encode())
        if not cms.is_trusted_stamp(token, anchors):
            raise BrokenError("the time-stamp leads to no anchor that was given")
        return cms.moment_of(token).isoformat()


class Walk:
    """A walk along the entries of a log, held against its time-stamps."""

    def __init__(self, stamps: Sequence[Stamp]) -> None:
        self._stamps = iter(stamps)
        self._stamp = next(self._stamps, None)
        self._tree, self._chain = Tree(), START
        self.position, self._faults = 0, list[str]()
        self._begin()

    def _begin(self) -> None:
        stamp = self._stamp
        if stamp is None:
            return
        if stamp.first != self.position or stamp.before != self._chain:
            self._faults.append(f"time-stamp at {stamp.first}: entries before differ")

    def step(self, line: bytes) -> None:
        """Take the next entry."""
        if not line.endswith(b"\n"):
            self._faults.append("the last entry breaks off")
        leaf = leaf_hash(line.removesuffix(b"\n"))
        self._chain = sha256(self._chain + leaf).digest()
        self._tree.add(leaf)
        stamp, self.position = self._stamp, self.position + 1
        if stamp is not None and self.position > stamp.last:
            if self._tree.root() != stamp.root or self._chain != stamp.chain:
                self._faults.append(
                    f"entries {stamp.first} to {stamp.last} are not those stamped"
                )
                self._chain = stamp.chain  # so that what follows is told by itself
            self._stamp, self._tree = next(self._stamps, None), Tree()
            self._begin()

    def end(self) -> list[str]:
        """Say what is wrong, with where it ends, too."""
        rest = [one for one in (self._stamp, *self._stamps) if one is not None]
        faults = [f"entries {one.first} to {one.last} are missing" for one in rest]
        if not rest and self._tree.size:
            faults.append(f"{self._tree.size} entries after the last time-stamp")
        return self._faults + faults


def _wrong_signatures(folder: Path, processes: int | None) -> list[str]:
    pem = (folder / CERTIFICATES).read_bytes()
    with (
        (folder / ENTRIES).open("rb") as lines,
        ProcessPoolExecutor(processes, initializer=_know, initargs=(pem,)) as pool,
    ):
        found = pool.map(_wrong_of, _chunks(lines))
        return [fault for faults in found for fault in faults]


_known: dict[str, x509.Certificate] = {}


def _know(pem: bytes) -> None:
    for one in x509.load_pem_x509_certificates(pem):
        _known[one.fingerprint(hashes.SHA256()).hex()] = one


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    walk = iter(lines)
    while chunk := list(islice(walk, CHUNK)):
        yield chunk


def _wrong_of(lines: Sequence[bytes]) -> list[str]:
    faults = []
    for line in lines:
        try:
            entry = _entry(line.removesuffix(b"\n").decode())
            _check_signature(entry, _known.get(entry["key"] or ""))
        except (BrokenError, *UNREADABLE) as broken:
            faults.append(f"an entry: {broken}")
    return faults


def _read(content: bytes) -> dict[str, Any]:
    try:
        proof = json.loads(content)
    except (ValueError, RecursionError):
        raise BrokenError("no exported message") from None
    if not isinstance(proof, dict) or set(proof) != _KEYS or proof["form"] != FORM:
        raise BrokenError("no exported message")
    if written(proof) != content:
        raise BrokenError("the file is not as it was written")
    return proof


def _entry(text: Any) -> dict[str, Any]:
    if not isinstance(text, str):
        raise BrokenError("no entry of a log")
    entry = json.loads(text)
    if not isinstance(entry, dict) or set(entry) != _ENTRY:
        raise BrokenError("no entry of a log")
    return entry


def _certificate(pem: str, entry: Mapping[str, Any]) -> x509.Certificate | None:
    if entry["key"] is None:
        if pem:
            raise BrokenError("a certificate where nothing was signed")
        return None
    found = x509.load_pem_x509_certificate(pem.encode())
    if found.public_bytes(Encoding.PEM).decode() != pem:
        raise BrokenError("the certificate is not as it was written")
    return found


def _check_signature(
    entry: Mapping[str, Any], certificate: x509.Certificate | None
) -> None:
    """Check that the certificate's key signed, and signed this message.

    What a gateway refused by itself may hold no signature; all else does.
    """
    if entry["key"] is None:
        if entry["kind"] != "refusal" or entry["base"] is not None:
            raise BrokenError("the message is not signed")
        return
    _verify(entry, certificate)
    lines = entry["base"].split("\n")
    if f'keyid="{entry["key"]}"' not in lines[-1]:
        raise BrokenError("the signature names another key")
    if entry["kind"] != "refusal" and f'"x-road-id": {entry["id"]}' not in lines:
        raise BrokenError("what was signed is another message")


def _verify(entry: Mapping[str, Any], certificate: x509.Certificate | None) -> None:
    if certificate is None:
        raise BrokenError("the certificate of the signature is missing")
    if certificate.fingerprint(hashes.SHA256()).hex() != entry["key"]:
        raise BrokenError("the certificate is of another key")
    key = certificate.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise BrokenError("a key of a kind that is not accepted")
    try:
        key.verify(_base64(entry["signature"]), entry["base"].encode())
    except InvalidSignature:
        raise BrokenError("the signature is wrong") from None


def _check_body(entry: Mapping[str, Any], body: bytes) -> None:
    digest = b64encode(sha256(body).digest()).decode()
    told = f'"content-digest": sha-256=:{digest}:'
    if told not in (entry["base"] or "").split("\n"):
        raise BrokenError("the body is not the one that was sent")


def _texts(told: Mapping[str, Any]) -> str:
    if not isinstance(told["gateway"], str):
        raise BrokenError("a time-stamp names no gateway")
    return told["gateway"]


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or bytes.fromhex(text).hex() != text:
        raise BrokenError("a hash is not as it was written")
    return bytes.fromhex(text)


def _base64(text: Any) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except (Error, ValueError, TypeError):
        raise BrokenError("bytes cannot be read") from None
    if b64encode(found).decode() != text:
        raise BrokenError("bytes are not as they were written")
    return found


def _lines(file: Path) -> list[bytes]:
    content = file.read_bytes()
    if content and not content.endswith(b"\n"):
        raise BrokenError(f"{file.name}: the last line breaks off")
    return content.split(b"\n")[:-1]
