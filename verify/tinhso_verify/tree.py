"""Merkle trees over an append-only log (RFC 9162, section 2.1)."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by leaves and keeps only its complete subtrees' roots."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []  # from the largest to the smallest

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        whole, size = leaf, self.size
        while size & 1:
            whole = node_hash(self._subtrees.pop(), whole)
            size >>= 1
        self._subtrees.append(whole)
        self.size += 1

    def copy(self) -> "Tree":
        """Begin another tree with the same leaves."""
        other = Tree()
        other.size, other._subtrees = self.size, self._subtrees.copy()
        return other

    def root(self) -> bytes:
        """Compute the root over all leaves so far."""
        if not self._subtrees:
            return sha256(b"").digest()
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = node_hash(subtree, root)
        return root


def root_of_proof(
    leaf: bytes, position: int, size: int, path: Sequence[bytes]
) -> bytes | None:
    """Climb from a leaf to the root it leads to; None if the path does not fit."""
    if not 0 <= position < size:
        return None
    here, last, steps = leaf, size - 1, list(path)
    while last:
        if position & 1 or position < last:
            if not steps:
                return None
            sibling = steps.pop(0)
            here = (
                node_hash(sibling, here) if position & 1 else node_hash(here, sibling)
            )
        position, last = position >> 1, last >> 1
    return None if steps else here
