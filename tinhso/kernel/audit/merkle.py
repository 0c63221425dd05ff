"""Merkle trees over an append-only log (RFC 9162, sections 2.1.1 to 2.1.4).

A tree is read through `Nodes`: node(level, index) is the hash of the complete
subtree over the leaves [index << level, (index + 1) << level). Incomplete subtrees
at the right edge are computed and never stored.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry; the prefix keeps leaves and inner nodes apart."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return sha256(b"\x01" + left + right).digest()


def grow(*, size: int, leaf: bytes, nodes: Nodes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the complete subtrees (level, index, hash) that one more leaf completes."""
    level, index, current = 0, size, leaf
    yield level, index, current
    while index % 2:
        current = node_hash(nodes(level, index - 1), current)
        level, index = level + 1, index // 2
        yield level, index, current


def root(*, size: int, nodes: Nodes) -> bytes:
    """Compute the root over the first `size` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(*, index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves (section 2.1.3.1).

    :raises IndexError: if the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    return _path(index, 0, size, nodes)


def consistency_proof(*, first: int, second: int, nodes: Nodes) -> list[bytes]:
    """Prove that the tree of `first` leaves begins that of `second` (2.1.4.1).

    :raises IndexError: if the first tree is empty or larger than the second.
    """
    if not 0 < first <= second:
        raise IndexError(f"tree of {first} in tree of {second}")
    return _subproof(first, 0, second, nodes, whole=True)


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an inclusion proof (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, current = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            current = node_hash(sibling, current)
            while not fn % 2 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            current = node_hash(current, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and current == root


def verify_consistency(
    *,
    first: int,
    second: int,
    first_root: bytes,
    second_root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Check a consistency proof (section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    return bool(path) and _climbs(first, second, path) == (first_root, second_root)


def _climbs(
    first: int, second: int, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Recompute both roots along a consistency proof; None if it does not fit."""
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return None
        if fn % 2 or fn == sn:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not fn % 2 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, sibling)
        fn, sn = fn >> 1, sn >> 1
    return (old, new) if sn == 0 else None


def _split(count: int) -> int:
    """Find the largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(start: int, count: int, nodes: Nodes) -> bytes:
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, start >> level)
    left = _split(count)
    return node_hash(
        _subtree(start, left, nodes), _subtree(start + left, count - left, nodes)
    )


def _path(index: int, start: int, count: int, nodes: Nodes) -> list[bytes]:
    if count == 1:
        return []
    left = _split(count)
    if index < left:
        sibling = _subtree(start + left, count - left, nodes)
        return [*_path(index, start, left, nodes), sibling]
    sibling = _subtree(start, left, nodes)
    return [*_path(index - left, start + left, count - left, nodes), sibling]


def _subproof(
    first: int, start: int, count: int, nodes: Nodes, *, whole: bool
) -> list[bytes]:
    if first == count:
        return [] if whole else [_subtree(start, count, nodes)]
    left = _split(count)
    if first <= left:
        sibling = _subtree(start + left, count - left, nodes)
        return [*_subproof(first, start, left, nodes, whole=whole), sibling]
    sibling = _subtree(start, left, nodes)
    rest = _subproof(first - left, start + left, count - left, nodes, whole=False)
    return [*rest, sibling]
