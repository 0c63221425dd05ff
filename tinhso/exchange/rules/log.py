"""Write entries of the message log the one way they are hashed, and chain them."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from tinhso.exchange.types import Draft, MemberName, Side
from tinhso.kernel.audit import merkle

CHAIN_START = bytes(32)
_SPACE = UUID("6b7c3f5e-5a1d-5d0e-9a3b-0f2d8c1e4b70")


def entry_text(
    draft: Draft, *, gateway: MemberName, position: int, at: datetime
) -> str:
    """Write an entry; its keys are sorted, so that no byte of it can differ."""
    signed = draft.signed
    content = {
        "agreement": str(draft.agreement_id) if draft.agreement_id else None,
        "at": at.isoformat(),
        "base": signed.base if signed else None,
        "client": draft.client,
        "gateway": str(gateway),
        "id": draft.message_id,
        "key": signed.key if signed else None,
        "kind": draft.kind.value,
        "position": position,
        "refused": draft.refused,
        "service": draft.service,
        "side": draft.side.value,
        "signature": b64encode(signed.signature).decode() if signed else None,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def leaf_of(text: str) -> bytes:
    """Hash an entry."""
    return merkle.leaf_hash(text.encode())


def link(chain: bytes, leaf: bytes) -> bytes:
    """Chain an entry to all before it."""
    return sha256(chain + leaf).digest()


def once(side: Side, kind: str, client: str, message_id: str) -> UUID:
    """Name what may happen once; the same again for the same."""
    return uuid5(_SPACE, "\n".join((side.value, kind, client, message_id)))


def nodes_of(leaves: Sequence[bytes]) -> merkle.Nodes:
    """Compute the complete subtrees over some leaves."""
    found: dict[tuple[int, int], bytes] = {}

    def known(level: int, index: int) -> bytes:
        return found[level, index]

    for size, leaf in enumerate(leaves):
        for level, index, node in merkle.grow(size=size, leaf=leaf, nodes=known):
            found[level, index] = node
    return known


def stamp_text(
    *, gateway: str, first: int, last: int, root: bytes, before: bytes, chain: bytes
) -> bytes:
    """Write what a time-stamp is over: entries first to last, and all before them."""
    lines = ("tinhso-exchange-stamp", gateway, str(first), str(last))
    return "\n".join((*lines, root.hex(), before.hex(), chain.hex())).encode()
