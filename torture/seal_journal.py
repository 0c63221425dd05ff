"""Seal a journal of many entries in a database of its own, spoil it, and export it.

`python -m torture.seal_journal HOME ENTRIES CHANGES` prints what it counted as JSON. It
is a process of its own, for Django stays with one database.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

HEAD_EVERY = 1_000
# The first entries have heads close together, so that each bit of them can be tried.
SPOILT_AMONG, HEAD_EVERY_THERE = 2_000, 16
ADD = """
WITH made AS (
    SELECT ('01930000-0000-7000-8000-' || lpad(to_hex(%(first)s + i), 12, '0'))::uuid
            AS id, i
    FROM generate_series(1, %(count)s) AS i
), entry AS (
    INSERT INTO audit_journalentry
        (id, at, actor_id, actor_kind, deed, subject, subject_id, details)
    SELECT id, now(), md5('actor' || i %% 700)::uuid, 'officer',
        'procedures.take_action', 'procedures.Dossier', md5('dossier' || i)::uuid,
        jsonb_build_object('action', 'receive', 'code', 'H49.06688-261126-' || i)
    FROM made RETURNING id
)
INSERT INTO audit_awaitingseal (entry_id) SELECT id FROM entry
"""
# Each is tried on a row chosen at random; $ stands for a choice of a whole number.
CHANGES = (
    "UPDATE audit_journalentry SET deed = overlay(deed placing 'x' from 1 + $ %% 22)",
    "UPDATE audit_journalentry SET subject = subject || ' '",
    "UPDATE audit_journalentry SET at = at + interval '1 microsecond'",
    "UPDATE audit_journalentry SET at = at - interval '1 year'",
    "UPDATE audit_journalentry SET actor_id = NULL",
    "UPDATE audit_journalentry SET actor_kind = 'citizen'",
    "UPDATE audit_journalentry SET subject_id = gen_random_uuid()",
    'UPDATE audit_journalentry SET details = details || \'{"action": "refuse"}\'',
    "UPDATE audit_journalentry SET details = details - 'code'",
    "UPDATE audit_seal SET leaf = set_bit(leaf, $ %% 256, 1 - get_bit(leaf, $ %% 256))",
    "UPDATE audit_seal SET chain ="
    " set_bit(chain, $ %% 256, 1 - get_bit(chain, $ %% 256))",
    "UPDATE audit_treenode SET hash ="
    " set_bit(hash, $ %% 256, 1 - get_bit(hash, $ %% 256))",
    "DELETE FROM audit_treenode",
    "UPDATE audit_signedtreehead SET root ="
    " set_bit(root, $ %% 256, 1 - get_bit(root, $ %% 256))",
    "UPDATE audit_signedtreehead SET signature ="
    " set_bit(signature, $ %% 512, 1 - get_bit(signature, $ %% 512))",
    "UPDATE audit_signedtreehead SET signed_at = signed_at - interval '1 day'",
    "DELETE FROM audit_seal",
    "DELETE FROM audit_journalentry",
)
ROW = " WHERE ctid = (SELECT ctid FROM {table} OFFSET $ %% {rows} LIMIT 1)"
AT_ONCE = (
    "DELETE FROM audit_seal WHERE position >= 1500",
    "DELETE FROM audit_signedtreehead WHERE size = (SELECT max(size) FROM"
    " audit_signedtreehead)",
    "UPDATE audit_journalentry AS one SET details = other.details FROM"
    " audit_journalentry AS other JOIN audit_seal s ON s.entry_id = other.id WHERE"
    " s.position IN (7, 8) AND one.id = (SELECT entry_id FROM audit_seal WHERE"
    " position = 15 - s.position)",
)


def main(home: Path, entries: int, changes: int) -> None:
    """Do it all, and print what was counted."""
    import django  # noqa: PLC0415 - the environment names the database

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from tinhso.kernel.audit import checking  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    write_key(home)
    add(0, SPOILT_AMONG, HEAD_EVERY_THERE)
    false_alarms = len(checking.verify().faults)
    changed, missed = spoil(changes)
    add(SPOILT_AMONG, entries - SPOILT_AMONG, HEAD_EVERY)
    begun = time.monotonic()
    false_alarms += len(checking.verify().faults)
    seconds = time.monotonic() - begun
    export(home / "export")
    counted = {"changed": changed, "missed": missed, "false_alarms": false_alarms}
    print(json.dumps({**counted, "verify_s": round(seconds, 1)}))


def write_key(home: Path) -> None:
    """Write the journal's public key beside it, as a verifier was given it once."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        PublicFormat,
    )

    from tinhso.kernel.audit import actions as audit  # noqa: PLC0415

    key = audit.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (home / "journal.pem").write_bytes(key)


def add(first: int, count: int, every: int) -> None:
    """Write entries and seal them, with a head for so many each."""
    from django.db import connection  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.audit import actions as audit  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(ADD, {"first": first, "count": count})
        cursor.execute("ANALYZE")
    while audit.seal(at=clock.now(), limit=every):
        pass


def spoil(count: int) -> tuple[int, int]:
    """Change single cells and rows; answer how many, and how many were not found."""
    from django.db import connection, transaction  # noqa: PLC0415

    from tinhso.kernel.audit import checking  # noqa: PLC0415

    tried, missed = 0, 0
    for statement in statements(count):
        with transaction.atomic(), connection.cursor() as cursor:
            # As somebody who owns the database can; the triggers refuse all others.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
            missed += not checking.verify().faults
            transaction.set_rollback(True)
        tried += 1
    return tried, missed


def statements(count: int) -> Iterator[str]:
    """Give the changes in turns, each on another row, then those of many rows."""
    from django.db import connection  # noqa: PLC0415

    chosen = Random(20261126)
    with connection.cursor() as cursor:
        for number in range(count):
            change = CHANGES[number % len(CHANGES)]
            table = change.split()[2 if change.startswith("DELETE") else 1]
            cursor.execute(f"SELECT count(*) FROM {table}")
            row = ROW.format(table=table, rows=cursor.fetchone()[0])
            choice = str(chosen.randrange(10**6))
            yield (change + row).replace("$", choice).replace("%%", "%")
    yield from AT_ONCE


def export(folder: Path) -> None:
    """Export it as `tinhso audit export` does."""
    from tinhso.cli.audit import group  # noqa: PLC0415

    group(["export", str(folder)], standalone_mode=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
