"""Write a logged message with its proof, and check one that was exported.

`verify/tinhso_verify/exchange.py` does the same and shares no line with this.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tinhso.exchange.rules import log
from tinhso.exchange.types import ProofBroken
from tinhso.kernel.audit import merkle

FORM = "tinhso-exchange-1"
TOLD = ("at", "client", "gateway", "id", "kind", "refused", "service", "side")


def written(proof: Mapping[str, Any]) -> bytes:
    """Write a proof the one way it is kept, so that no byte of it can differ."""
    return json.dumps(proof, ensure_ascii=False, sort_keys=True, indent=1).encode()


def check(content: bytes) -> tuple[dict[str, Any], tuple[bytes, bytes]]:
    """Check signature and place; answer what it says, and its time-stamp with its text.

    :raises ProofBroken: if anything of it does not hold.
    """
    try:
        proof = json.loads(content)
        if proof["form"] != FORM or written(proof) != content:
            raise ProofBroken(why="form")
        entry = json.loads(proof["entry"])
        _check_signature(entry, proof["certificate"])
        _check_place(proof, entry)
        token = b64decode(proof["stamp"]["token"], validate=True)
        return {name: entry[name] for name in TOLD}, (token, _text(proof["stamp"]))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ProofBroken(why="form") from error


def _check_signature(entry: Mapping[str, Any], pem: str) -> None:
    if entry["key"] is None and entry["kind"] == "refusal":
        return
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key = certificate.public_key()
    if certificate.fingerprint(hashes.SHA256()).hex() != entry["key"]:
        raise ProofBroken(why="certificate")
    if not isinstance(key, Ed25519PublicKey):
        raise ProofBroken(why="certificate")
    try:
        key.verify(b64decode(entry["signature"]), entry["base"].encode())
    except InvalidSignature:
        raise ProofBroken(why="signature") from None


def _check_place(proof: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    stamp = proof["stamp"]
    is_there = merkle.verify_inclusion(
        leaf=log.leaf_of(proof["entry"]),
        index=entry["position"] - stamp["first"],
        size=stamp["last"] - stamp["first"] + 1,
        proof=[bytes.fromhex(step) for step in proof["path"]],
        root=bytes.fromhex(stamp["root"]),
    )
    if not is_there or entry["gateway"] != stamp["gateway"]:
        raise ProofBroken(why="place")


def _text(stamp: Mapping[str, Any]) -> bytes:
    return log.stamp_text(
        gateway=stamp["gateway"],
        first=stamp["first"],
        last=stamp["last"],
        root=bytes.fromhex(stamp["root"]),
        before=bytes.fromhex(stamp["before"]),
        chain=bytes.fromhex(stamp["chain"]),
    )
