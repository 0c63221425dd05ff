"""The journal as it is exported: every entry a line, and the heads that were signed."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tinhso_verify.faults import BrokenError
from tinhso_verify.heads import Head, read_heads
from tinhso_verify.tree import Tree, leaf_hash

ENTRIES, HEADS = "entries.jsonl", "heads.jsonl"


def verify(
    folder: Path, key: Ed25519PublicKey, *, witness: Path | None = None
) -> tuple[int, list[str]]:
    """Recompute an exported journal; answer its length and what is wrong with it.

    witness: heads kept elsewhere; without them an older copy of it all is as good.
    """
    try:
        heads = list(read_heads(folder / HEADS))
        kept = list(read_heads(witness)) if witness else []
        for head in (*heads, *kept):
            head.verify(key)
    except BrokenError as broken:
        return 0, [str(broken)]
    return _walk(folder / ENTRIES, heads, kept)


def _walk(file: Path, heads: list[Head], kept: list[Head]) -> tuple[int, list[str]]:
    faults: list[str] = []
    expected = {(head.size, head.root): "head" for head in heads}
    expected |= {(head.size, head.root): "witness" for head in kept}
    sizes = {size for size, _ in expected}
    tree = Tree()
    for line in _entries(file):
        if not line.endswith(b"\n"):
            faults.append("the last entry breaks off")
        tree.add(leaf_hash(line.rstrip(b"\n")))
        if tree.size in sizes:
            faults += _other_roots(tree, expected)
    newest = max((head.size for head in heads), default=0)
    if tree.size > newest:
        faults.append(f"{tree.size - newest} entries after the newest head")
    faults += [
        f"{name} {size}: entries are missing"
        for (size, _), name in expected.items()
        if size > tree.size
    ]
    return tree.size, faults


def _entries(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        yield from lines


def _other_roots(tree: Tree, expected: dict[tuple[int, str], str]) -> list[str]:
    root = tree.root().hex()
    return [
        f"{name} {size}: the entries have another root"
        for (size, said), name in expected.items()
        if size == tree.size and said != root
    ]
