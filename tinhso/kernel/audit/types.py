"""The words of the journal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.kernel.errors import N_, Refused


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as the journal keeps it; `position` is None until it is sealed."""

    id: UUID
    position: int | None
    at: datetime
    actor_id: UUID | None
    actor_kind: str
    deed: str
    subject: str
    subject_id: UUID | None
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A signed statement: the first `size` entries have this root (RFC 9162, 4.10)."""

    size: int
    root: bytes
    signed_at: datetime
    signature: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """That one entry stands in the tree of a head: `path` from leaf to root."""

    entry_id: UUID
    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: TreeHead


@dataclass(frozen=True, slots=True)
class JournalReport:
    """What checking the whole journal found; `faults` is empty when all is well."""

    entries: int
    unsealed: int
    head_size: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An act as the journal hashed it, and the proof that it stands there."""

    entry: str
    proof: Proof


class NotSealedYet(Refused):
    """The act is written, but not in the signed tree; a moment later it is."""

    status = 503
    message = N_("Nhật ký đang được niêm phong. Hãy thử lại sau giây lát.")
