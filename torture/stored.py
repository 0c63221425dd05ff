"""What database and file store hold, read for the checker without the platform."""

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from torture.history import Journal, Kept, KeptFile

# One row a dossier. `written` counts what one statement must have written with it;
# an event that is delivered has made one receipt and one message.
DOSSIERS = """
SELECT d.idempotency_key, d.code, d.ended_at IS NULL,
    EXISTS (SELECT FROM procedures_taskrow t WHERE t.dossier_id = d.id
        AND t.closed_at IS NULL AND t.role <> '' AND t.due_at IS NOT NULL),
    d.due_at IS NOT NULL,
    ARRAY(SELECT f.sha256 FROM procedures_dossierfilerow p
        JOIN documents_filerow f ON f.id = p.file_id WHERE p.dossier_id = d.id),
    jsonb_build_object(
        'entry', (SELECT count(*) FROM audit_journalentry e
            WHERE e.subject_id = d.id AND e.deed = 'procedures.submit_dossier'),
        'file_entry', (SELECT count(*) FROM audit_journalentry e WHERE
            e.deed = 'documents.take_in' AND e.subject_id IN (SELECT p.file_id
                FROM procedures_dossierfilerow p WHERE p.dossier_id = d.id)),
        'event', (SELECT count(*) FROM events_outboxevent o WHERE
            o.subject_id = d.id AND o.name = 'procedures.DossierSubmitted'),
        'job', (SELECT least(count(*), 1) FROM procrastinate_jobs j
            WHERE j.lock = d.id::text),
        'move', (SELECT count(*) FROM procedures_moverow m WHERE m.dossier_id = d.id),
        'task', (SELECT count(*) FROM procedures_taskrow t WHERE t.dossier_id = d.id)
    ),
    NOT EXISTS (SELECT FROM events_outboxevent o
        WHERE o.subject_id = d.id AND o.delivered_at IS NULL)
    AND (SELECT count(*) FROM procedures_receiptrow r WHERE r.dossier_id = d.id) = 1
    AND (SELECT count(*) FROM notify_messagerow n WHERE n.subject_id = d.id) = 1
FROM procedures_dossierrow d WHERE d.idempotency_key LIKE %s ORDER BY d.id
"""
ENTRIES = "SELECT id::text, md5(e::text) FROM audit_journalentry e"
WAITING = """
SELECT count(*) FROM events_outboxevent
WHERE delivered_at IS NULL AND name = 'procedures.DossierSubmitted'
"""


def read(*, url: str, home: Path, keys: str = "%") -> tuple[Kept, ...]:
    """Read every dossier whose key is like `keys`, with the digests of its files."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        rows = connection.execute(DOSSIERS, (keys,)).fetchall()
    return tuple(_kept(row, home) for row in rows)


def journal(url: str) -> Journal:
    """Read the digest of each entry of the journal, by its id."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        return dict(connection.execute(ENTRIES).fetchall())


def waiting(url: str) -> int:
    """Count the submissions of which nobody was told yet."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(WAITING).fetchone()
    assert row is not None
    return int(row[0])


def wait_until_told(url: str, *, most: float) -> float:
    """Wait until people were told of all, so many seconds at most; say how many."""
    begun = time.monotonic()
    while time.monotonic() - begun < most and waiting(url):
        time.sleep(0.5)
    return time.monotonic() - begun


def _kept(row: tuple[Any, ...], home: Path) -> Kept:
    key, code, is_open, has_owner, is_due, digests, written, told = row
    files = tuple(KeptFile(digest, _found(home, digest)) for digest in digests)
    return Kept(key, code, files, written, is_open, has_owner, is_due, told)


def _found(home: Path, digest: str) -> str:
    path = home / "files" / digest[:2] / digest
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""
