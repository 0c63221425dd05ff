"""Check the journal from its first entry to its last, by the entries alone."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import F

from tinhso.kernel.audit import merkle
from tinhso.kernel.audit.actions import CHAIN_START, public_key
from tinhso.kernel.audit.models import (
    AwaitingSeal,
    JournalEntry,
    Seal,
    SignedTreeHead,
    TreeNode,
)
from tinhso.kernel.audit.stored import HASHED, head_bytes, written
from tinhso.kernel.audit.types import JournalReport

CHUNK = 5_000
Node = tuple[int, int, bytes]  # level, index, hash


def verify() -> JournalReport:
    """Recompute the whole journal: entries, chain, tree, and every signed head."""
    heads = {head.size: head for head in SignedTreeHead.objects.all()}
    check = _Check(heads, public_key())
    faults = [
        fault
        for position, row in enumerate(_sealed())
        for fault in check.step(position, *row)
    ]
    unsealed = AwaitingSeal.objects.count()
    lost = JournalEntry.objects.count() - check.size - unsealed
    if lost:
        faults.append(f"{lost} entries neither sealed nor awaiting it")
    newest = max(heads, default=0)
    return JournalReport(check.size, unsealed, newest, (*faults, *check.end()))


def _sealed() -> Iterator[tuple[Any, ...]]:
    """Walk through position, leaf, chain, and what is hashed of each entry."""
    names = ("position", "leaf", "chain", *(f"entry__{name}" for name in HASHED))
    rows = Seal.objects.order_by("position").values_list(*names)
    return iter(rows.iterator(chunk_size=CHUNK))


def _stored_nodes() -> Iterator[Node]:
    """Walk through the stored subtrees in the order in which they were completed."""
    level: Any = F("level")  # the stubs know of numbers only
    completed = (F("index") + 1).bitleftshift(level)
    rows = TreeNode.objects.order_by(completed, "level")
    nodes = rows.values_list("level", "index", "hash").iterator(chunk_size=CHUNK)
    return ((lv, index, bytes(value)) for lv, index, value in nodes)


class _Check:
    """The tree recomputed beside what is stored; it keeps the right edge only."""

    def __init__(self, heads: dict[int, SignedTreeHead], key: Ed25519PublicKey) -> None:
        self.size, self._chain, self._heads, self._key = 0, CHAIN_START, heads, key
        self._edge: dict[int, tuple[int, bytes]] = {}
        self._nodes = _stored_nodes()
        self._node: Node | None = next(self._nodes, None)

    def step(
        self, position: int, stored: int, leaf: bytes, chain: bytes, *entry: Any
    ) -> Iterator[str]:
        """Add one sealed entry, and yield what is wrong with it."""
        right = merkle.leaf_hash(written(*entry))
        self._chain = sha256(self._chain + right).digest()
        if stored != position:
            yield f"position {position}: an entry is missing"
        if bytes(leaf) != right:
            yield f"position {position}: the entry was changed"
        if bytes(chain) != self._chain:
            yield f"position {position}: the chain is broken"
        yield from self._grow(right)
        if (head := self._heads.get(self.size)) is not None:
            yield from self._check_head(head)

    def end(self) -> Iterator[str]:
        """Yield what is wrong with where the entries end."""
        newest = max(self._heads, default=0)
        for size in self._heads:
            if size > self.size:
                yield f"head {size}: entries are missing"
        if self.size > newest:
            yield f"{self.size - newest} entries after the last head"
        if self._node is not None:
            yield "the stored tree has subtrees that no entries have"

    def _grow(self, leaf: bytes) -> Iterator[str]:
        # Grown in full first: the growing reads the edge it is about to replace.
        grown = list(merkle.grow(size=self.size, leaf=leaf, nodes=self._of_edge))
        self._edge.update({level: (index, value) for level, index, value in grown})
        self.size += 1
        for node in grown[1:]:
            stored = self._node
            if stored is not None and stored[:2] == node[:2]:
                self._node = next(self._nodes, None)
            if stored != node:
                yield f"subtree {node[0]}/{node[1]}: missing or changed"

    def _of_edge(self, level: int, index: int) -> bytes:
        return self._edge[level][1]

    def _check_head(self, head: SignedTreeHead) -> Iterator[str]:
        root = merkle.root(size=self.size, nodes=self._of_edge)
        if bytes(head.root) != root:
            yield f"head {head.size}: the tree has another root"
        signed = head_bytes(
            size=head.size, root=bytes(head.root), signed_at=head.signed_at
        )
        try:
            self._key.verify(bytes(head.signature), signed)
        except InvalidSignature:
            yield f"head {head.size}: the signature is wrong"
