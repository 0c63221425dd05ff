"""The journal as it is exported: every entry a line, and the heads that were signed."""

from collections.abc import Iterable, Iterator
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
    walk = Walk(heads, kept)
    with (folder / ENTRIES).open("rb") as lines:
        faults = [fault for line in lines for fault in walk.step(line)]
    return walk.tree.size, faults + walk.end()


class Walk:
    """A walk along the entries, held against checked heads wherever one was signed."""

    def __init__(self, heads: Iterable[Head], kept: Iterable[Head] = ()) -> None:
        self.tree = Tree()
        self._expected: dict[int, set[tuple[str, str]]] = {}
        self._newest = 0
        for head in heads:
            self._expect("head", head)
            self._newest = max(self._newest, head.size)
        for head in kept:
            self._expect("witness", head)

    def step(self, line: bytes) -> Iterator[str]:
        """Take the next line, and yield what is wrong up to it."""
        if not line.endswith(b"\n"):
            yield "the last entry breaks off"
        self.tree.add(leaf_hash(line.removesuffix(b"\n")))
        for name, root in sorted(self._expected.get(self.tree.size, ())):
            if root != self.tree.root().hex():
                yield f"{name} {self.tree.size}: the entries have another root"

    def end(self) -> list[str]:
        """Say what is wrong with where the entries end."""
        faults = [
            f"{name} {size}: entries are missing"
            for size, roots in sorted(self._expected.items())
            for name, _ in sorted(roots)
            if size > self.tree.size
        ]
        if self.tree.size > self._newest:
            faults.append(
                f"{self.tree.size - self._newest} entries after the last head"
            )
        return faults

    def _expect(self, name: str, head: Head) -> None:
        self._expected.setdefault(head.size, set()).add((name, head.root))
