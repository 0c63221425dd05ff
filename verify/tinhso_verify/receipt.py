"""A receipt: sealed by the agency, and its dossier in the journal's tree."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tinhso_verify import pdf
from tinhso_verify.faults import BrokenError
from tinhso_verify.heads import Head, head_of, read_heads
from tinhso_verify.tree import leaf_hash, root_of_proof

FORMAT = "tinhso-receipt/1"
DEED = "procedures.submit_dossier"


def verify(
    data: bytes,
    key: Ed25519PublicKey,
    anchors: Sequence[x509.Certificate],
    *,
    files: Sequence[Path] = (),
    witness: Path | None = None,
) -> dict[str, Any]:
    """Check a receipt, and that files are among those it lists; answer what it says.

    :raises BrokenError: with the first thing that does not hold.
    """
    seal = pdf.verify(data, anchors)[-1]
    if not seal.is_trusted:
        raise BrokenError("the seal, or a timestamp, leads to no anchor that was given")
    said = _read(pdf.carried(data, seal))
    head = head_of(said["proof"])
    head.verify(key)
    _refuse_outside(said, head)
    _refuse_other_entry(said)
    _refuse_unlisted(said, files)
    if witness:
        _refuse_unwitnessed(head, witness)
    names = ("code", "procedure", "unit", "submitted_at", "due_at", "files")
    return {
        **{name: said[name] for name in names},
        "sealed_by": seal.organization or seal.name,
        "sealed_at": seal.at.isoformat(),
        "position": said["proof"]["position"],
        "head": head.size,
    }


def _read(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        raise BrokenError("what the receipt carries cannot be read") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BrokenError(f"no receipt of the form {FORMAT}")
    return said


def _refuse_outside(said: Mapping[str, Any], head: Head) -> None:
    proof = said["proof"]
    leaf = leaf_hash(str(said["entry"]).encode())
    path = [bytes.fromhex(step) for step in proof["path"]]
    root = root_of_proof(leaf, int(proof["position"]), head.size, path)
    if root is None or root.hex() != head.root:
        raise BrokenError("the dossier does not stand in the journal's tree")


def _refuse_other_entry(said: Mapping[str, Any]) -> None:
    """Hold what the receipt says against what the journal recorded of the act."""
    entry = json.loads(said["entry"])
    details = entry["details"]
    recorded = {
        "what was done": (entry["deed"], DEED),
        "the moment": (_moment(entry["at"]), _moment(said["submitted_at"])),
        "the code": (details.get("code"), said["code"]),
        "the procedure": (details.get("procedure"), said["procedure"]),
        "the unit": (details.get("unit"), said["unit"]["code"]),
        "the due date": (_moment(details["due_at"]), _moment(said["due_at"])),
        "the files": (details.get("files"), [one["sha256"] for one in said["files"]]),
    }
    for name, (journal, receipt) in recorded.items():
        if journal != receipt:
            raise BrokenError(f"{name} stands otherwise in the journal")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _refuse_unlisted(said: Mapping[str, Any], files: Sequence[Path]) -> None:
    listed = {(one["sha256"], one["size"]) for one in said["files"]}
    for file in files:
        content = file.read_bytes()
        if (sha256(content).hexdigest(), len(content)) not in listed:
            raise BrokenError(f"{file.name} is none of the files of this receipt")


def _refuse_unwitnessed(head: Head, witness: Path) -> None:
    for kept in read_heads(witness):
        if kept.size == head.size and kept.root != head.root:
            raise BrokenError("the witness knows another journal")
