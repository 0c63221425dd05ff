"""The journal as its tables hold it: the tree, and the one way things are written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tinhso.kernel.audit.models import JournalEntry, Seal, SignedTreeHead, TreeNode
from tinhso.kernel.audit.types import TreeHead

# What of an entry is hashed.
HASHED = (
    *("id", "at", "actor_id", "actor_kind"),
    *("deed", "subject", "subject_id", "details"),
)


def entry_bytes(entry: JournalEntry) -> bytes:
    """Write an entry the one way it is hashed: sorted JSON, UTF-8."""
    return written(*(getattr(entry, name) for name in HASHED))


def written(
    id: UUID,
    at: datetime,
    actor_id: UUID | None,
    actor_kind: str,
    deed: str,
    subject: str,
    subject_id: UUID | None,
    details: Mapping[str, object],
) -> bytes:
    """Write the values of an entry, in the order of `HASHED`, as they are hashed."""
    content = {
        "id": str(id),
        "at": at.isoformat(),
        "actor_id": str(actor_id) if actor_id else None,
        "actor_kind": actor_kind,
        "deed": deed,
        "subject": subject,
        "subject_id": str(subject_id) if subject_id else None,
        "details": details,
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
