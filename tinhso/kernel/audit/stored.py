"""The journal as its tables hold it: the tree, and the one way things are written."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from tinhso.kernel.audit.models import JournalEntry, Seal, SignedTreeHead, TreeNode
from tinhso.kernel.audit.types import TreeHead


def entry_bytes(entry: JournalEntry) -> bytes:
    """Write an entry the one way it is hashed: sorted JSON, UTF-8."""
    content = {
        "id": str(entry.id),
        "at": entry.at.isoformat(),
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_kind": entry.actor_kind,
        "deed": entry.deed,
        "subject": entry.subject,
        "subject_id": str(entry.subject_id) if entry.subject_id else None,
        "details": entry.details,
    }
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()


def head_bytes(*, size: int, root: bytes, signed_at: datetime) -> bytes:
    """Write a tree head the one way it is signed."""
    return f"tinhso-tree-head\n{size}\n{root.hex()}\n{signed_at.isoformat()}".encode()


def head_of(row: SignedTreeHead) -> TreeHead:
    """Turn a row into a head."""
    return TreeHead(row.size, bytes(row.root), row.signed_at, bytes(row.signature))


@dataclass
class StoredTree:
    """The tree as the database holds it, plus what this sealing has grown."""

    grown: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def __call__(self, level: int, index: int) -> bytes:
        """Read the hash of a complete subtree."""
        if (level, index) in self.grown:
            return self.grown[level, index]
        if level == 0:
            return bytes(Seal.objects.get(position=index).leaf)
        return bytes(TreeNode.objects.get(level=level, index=index).hash)
