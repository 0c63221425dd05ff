"""Read the journal: what happened to some things, its proofs, heads and entries."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from tinhso.kernel.audit import merkle
from tinhso.kernel.audit.models import JournalEntry, Seal, SignedTreeHead
from tinhso.kernel.audit.stored import HASHED, StoredTree, head_of, written
from tinhso.kernel.audit.types import Entry, Proof, TreeHead
from tinhso.kernel.clock import VIETNAM, local
from tinhso.kernel.errors import NotFound

CHUNK = 2_000
MOST_DAYS = 400


def entries_about(
    *, subject_ids: Collection[UUID], deeds: Collection[str], most: int
) -> tuple[Entry, ...]:
    """List what was done to some things, the newest first, sealed yet or not."""
    rows = JournalEntry.objects.filter(subject_id__in=subject_ids, deed__in=deeds)
    return tuple(_entry(row) for row in rows.order_by("-id")[:most])


def entries(*, ids: Collection[UUID]) -> tuple[Entry, ...]:
    """Find entries by their ids, the newest first, sealed yet or not."""
    rows = JournalEntry.objects.filter(pk__in=ids).order_by("-id")
    return tuple(_entry(row) for row in rows)


def _entry(row: JournalEntry) -> Entry:
    return Entry(
        id=row.id,
        position=None,
        at=row.at,
        actor_id=row.actor_id,
        actor_kind=row.actor_kind,
        deed=row.deed,
        subject=row.subject,
        subject_id=row.subject_id,
        details=row.details,
    )


def prove(*, entry_id: UUID) -> Proof:
    """Prove that an entry stands in the newest signed tree.

    :raises NotFound: if the entry is unknown or not sealed yet.
    """
    seal_row = Seal.objects.filter(entry_id=entry_id).first()
    if seal_row is None:
        raise NotFound
    head = newest_head()
    path = merkle.inclusion_proof(
        index=seal_row.position, size=head.size, nodes=StoredTree()
    )
    return Proof(entry_id, seal_row.position, bytes(seal_row.leaf), tuple(path), head)


def prove_consistency(*, first: int, second: int) -> tuple[bytes, ...]:
    """Prove that the tree of the first entries begins the tree of more (RFC 9162).

    :raises NotFound: if there are no signed heads of these sizes.
    """
    # Larger ones than the newest may be numbers that PostgreSQL does not know.
    if not 0 < first <= second <= newest_head().size:
        raise NotFound
    sizes = {first, second}
    if SignedTreeHead.objects.filter(size__in=sizes).count() < len(sizes):
        raise NotFound
    path = merkle.consistency_proof(first=first, second=second, nodes=StoredTree())
    return tuple(path)


def newest_head() -> TreeHead:
    """Read the newest signed tree head.

    :raises NotFound: if nothing was sealed yet.
    """
    head = SignedTreeHead.objects.order_by("-size").first()
    if head is None:
        raise NotFound
    return head_of(head)


def heads() -> Iterator[TreeHead]:
    """List all signed heads, the smallest first."""
    rows = SignedTreeHead.objects.order_by("size")
    return map(head_of, rows.iterator(chunk_size=CHUNK))


def daily_heads() -> tuple[TreeHead, ...]:
    """List the last head of each of the latest days in Vietnam, the oldest first."""
    found: list[TreeHead] = []
    rows = SignedTreeHead.objects.order_by("-signed_at", "-size")
    row = rows.first()
    # Day by day, for there may be millions of heads.
    while row is not None and len(found) < MOST_DAYS:
        found.append(head_of(row))
        day = datetime.combine(local(row.signed_at).date(), time(), VIETNAM)
        row = rows.filter(signed_at__lt=day).first()
    return tuple(reversed(found))


def head_line(head: TreeHead) -> str:
    """Write a head the one way it is handed out, so that no byte of it can differ."""
    content = {
        "root": head.root.hex(),
        "signature": head.signature.hex(),
        "signed_at": head.signed_at.isoformat(),
        "size": head.size,
    }
    return json.dumps(content, separators=(",", ":"))


def sealed_entries() -> Iterator[bytes]:
    """List the entries in the order of the tree, each as it was hashed."""
    hashed = (f"entry__{name}" for name in HASHED)
    rows = Seal.objects.order_by("position").values_list(*hashed)
    return (written(*row) for row in rows.iterator(chunk_size=CHUNK))


def faults_against(kept: Sequence[str]) -> list[str]:
    """Hold the journal against heads that somebody else kept, a line each."""
    if not kept:
        return []
    newest, tree = newest_head().size, StoredTree()
    return [
        fault
        for line in kept
        for fault in _faults_against(json.loads(line), newest, tree)
    ]


def _faults_against(kept: dict[str, Any], newest: int, tree: StoredTree) -> list[str]:
    size = int(kept["size"])
    if size > newest:
        return [f"witness {size}: entries are missing"]
    if merkle.root(size=size, nodes=tree).hex() != kept["root"]:
        return [f"witness {size}: the entries have another root"]
    return []
