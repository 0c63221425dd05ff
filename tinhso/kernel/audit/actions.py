"""Write the journal, and seal it."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings
from django.db import connection, transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import merkle, queries
from tinhso.kernel.audit.models import (
    AwaitingSeal,
    JournalEntry,
    Seal,
    SignedTreeHead,
    TreeNode,
)
from tinhso.kernel.audit.stored import StoredTree, entry_bytes, head_bytes
from tinhso.kernel.audit.types import Evidence, NotSealedYet
from tinhso.kernel.errors import NotFound
from tinhso.kernel.ids import new_id

SEALER_LOCK = 7_268_001  # any fixed number; PostgreSQL advisory locks have no names
CHAIN_START = bytes(32)

# Every act passes here, so the entry and its place in the sealer's queue are written
# together. `NAME` tells the entries of one statement apart.
WRITE = f"""
NAME AS (
    INSERT INTO {JournalEntry._meta.db_table}
        (id, at, actor_id, actor_kind, deed, subject, subject_id, details)
    SELECT %(NAME_id)s, %(at)s, %(actor)s::uuid, %(actor_kind)s, %(NAME_deed)s,
        %(NAME_subject)s, %(NAME_subject_id)s::uuid, %(NAME_details)s::jsonb ADDED
    RETURNING id
), NAME_waits AS (
    INSERT INTO {AwaitingSeal._meta.db_table} (entry_id) SELECT id FROM NAME
)
"""  # noqa: S608 - the names are our own


def write(
    deed: str,
    *,
    subject: str,
    subject_id: UUID | None,
    actor: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> UUID:
    """Write an act into the journal, in the transaction of the act itself.

    deed: `room.action`, as `procedures.submit_dossier`; subject: `room.Thing`.
    details: JSON values only, without names, numbers or addresses of people.
    """
    parts, values = writing(
        "entry",
        deed,
        subject=subject,
        subject_id=subject_id,
        actor=actor,
        at=at,
        details=details,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} SELECT id FROM entry", values)  # noqa: S608
        entry_id: UUID = cursor.fetchone()[0]
    return entry_id


def writing(
    name: str,
    deed: str,
    *,
    subject: str,
    subject_id: UUID | None,
    actor: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    added: str = "",
) -> tuple[str, dict[str, Any]]:
    """Lay an entry out as part of a larger statement: its SQL, and the values.

    name: of the part, for no two in a statement may have the same.
    added: SQL that completes the details from another part: `|| … FROM dossier`.
    """
    return _parts(name, added), {
        "at": at,
        "actor": actor.id,
        "actor_kind": actor.kind.value,
        f"{name}_id": new_id(),
        f"{name}_deed": deed,
        f"{name}_subject": subject,
        f"{name}_subject_id": subject_id,
        f"{name}_details": json.dumps(dict(details or {})),
    }


@lru_cache
def _parts(name: str, added: str) -> str:
    return " ".join(WRITE.replace("NAME", name).replace("ADDED", added).split())


def seal(*, at: datetime, limit: int = 10_000, wait: bool = False) -> int:
    """Number, chain and hash the committed entries, sign a new head; say how many.

    One sealer works at a time; a second one returns 0 at once, or waits its turn.
    """
    with transaction.atomic():
        if not _only_sealer(wait=wait):
            return 0
        waiting = list(
            JournalEntry.objects.filter(awaitingseal__isnull=False).order_by("id")[
                :limit
            ]
        )
        if waiting:
            size = _append(waiting)
            _sign_head(size, at)
    return len(waiting)


def evidence(*, deed: str, subject_id: UUID, at: datetime) -> Evidence:
    """Give what anybody needs to see that an act stands in the journal.

    The entry is sealed now, if it is not yet.

    :raises NotFound: if the journal knows no such act.
    :raises NotSealedYet: if more entries wait than are sealed at once.
    """
    entry = JournalEntry.objects.filter(deed=deed, subject_id=subject_id).first()
    if entry is None:
        raise NotFound
    if not Seal.objects.filter(entry=entry).exists():
        seal(at=at, wait=True)
    try:
        proof = queries.prove(entry_id=entry.id)
    except NotFound:
        raise NotSealedYet from None
    return Evidence(entry_bytes(entry).decode(), proof)


def public_key() -> Ed25519PublicKey:
    """Read the key that verifies the tree heads."""
    return _key().public_key()


def _only_sealer(*, wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])


def _append(entries: list[JournalEntry]) -> int:
    last = Seal.objects.order_by("-position").first()
    size = last.position + 1 if last else 0
    chain = bytes(last.chain) if last else CHAIN_START
    tree = StoredTree()
    seals: list[Seal] = []
    for entry in entries:
        leaf = merkle.leaf_hash(entry_bytes(entry))
        chain = sha256(chain + leaf).digest()
        seals.append(Seal(position=size, entry=entry, leaf=leaf, chain=chain))
        tree.grown.update(
            {(lv, ix): h for lv, ix, h in merkle.grow(size=size, leaf=leaf, nodes=tree)}
        )
        size += 1
    Seal.objects.bulk_create(seals)
    TreeNode.objects.bulk_create(
        TreeNode(level=lv, index=ix, hash=h) for (lv, ix), h in tree.grown.items() if lv
    )
    AwaitingSeal.objects.filter(entry__in=entries).delete()
    return size


def _sign_head(size: int, at: datetime) -> None:
    root = merkle.root(size=size, nodes=StoredTree())
    signature = _key().sign(head_bytes(size=size, root=root, signed_at=at))
    SignedTreeHead.objects.create(
        size=size, root=root, signed_at=at, signature=signature
    )


def _key() -> Ed25519PrivateKey:
    path = Path(settings.TINHSO_HOME) / "keys" / "journal.pem"
    if not path.exists():
        _write_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - tells mypy, too
    return key


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(content)
