"""What a database holds at one exact place of its write-ahead log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel, sql

from tinhso.cli.backups.types import Head, Moment, NoQuietMoment

# For all tables together, and shorter than PostgreSQL's search for deadlocks (1 s): we
# give way, not an act. Meanwhile who begins to write waits, and who writes ends.
LOCK_MILLISECONDS = 900
PAUSE_SECONDS, PATIENCE_SECONDS = 0.2, 120.0
# But those that a crash empties, too.
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'
ORDER BY c.relname <> ALL (%s), c.relname
"""
# Reactions write here first and then for long elsewhere. Locked before all others, it
# lets those under way end, and those that follow wait before they hold anything.
LOCKED_FIRST = ["events_delivery"]
HEAD = """
SELECT size, encode(root, 'hex'), signed_at, encode(signature, 'hex')
FROM audit_signedtreehead ORDER BY size DESC LIMIT 1
"""
HERE = """
SELECT pg_current_wal_insert_lsn()::text, clock_timestamp(), pg_export_snapshot()
"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


def take(*, url: str, patience: float = PATIENCE_SECONDS) -> Moment:
    """Count all rows at one place of the log, and name that place.

    Nobody writes for the time it takes to look where the log stands, milliseconds; then
    they are counted in a snapshot of that moment. patience: seconds.
    :raises NoQuietMoment: if something writes for longer than that without a pause.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with _still(url, patience) as (lsn, at, snapshot):
            name = sql.Literal(snapshot)
            connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
        counts, head = counted(connection=connection), head_of(connection=connection)
        applied = tuple(row[0] for row in connection.execute(MIGRATIONS))
    return Moment(lsn, _after(url), at, counts, head, applied)


def counted(*, connection: "Connection[Any]") -> dict[str, int]:
    """Count the rows of all tables."""
    tables = [row[0] for row in connection.execute(TABLES, [LOCKED_FIRST])]
    return {table: _rows(connection, table) for table in tables}


def head_of(*, connection: "Connection[Any]") -> Head | None:
    """Read the newest signed head; None before the first one."""
    row = connection.execute(HEAD).fetchone()
    return Head(*row) if row else None


def _rows(connection: "Connection[Any]", table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - tells mypy
    return int(row[0])


@contextmanager
def _still(url: str, patience: float) -> Iterator[tuple[str, datetime, str]]:
    """Keep all from writing for a moment; answer place, time and snapshot."""
    deadline = time.monotonic() + patience
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        while not _locked(connection):
            if time.monotonic() > deadline:
                raise NoQuietMoment(seconds=patience)
            time.sleep(PAUSE_SECONDS)
        row = connection.execute(HERE).fetchone()
        assert row is not None  # noqa: S101 - tells mypy
        yield row[0], row[1], row[2]
        connection.rollback()


def _locked(connection: "Connection[Any]") -> bool:
    """Take the lock on all tables that lets others read, or none of it."""
    with connection.transaction():
        tables = [row[0] for row in connection.execute(TABLES, [LOCKED_FIRST])]
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    try:
        connection.execute(f"SET LOCAL statement_timeout = {LOCK_MILLISECONDS}")
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))
        connection.execute("SET LOCAL statement_timeout = 0")
    except psycopg.errors.QueryCanceled:
        connection.rollback()
        return False
    return True


def _after(url: str) -> str:
    """Have something written after the moment; tell a place before its last record."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Whoever takes a number writes that they are done with it.
        connection.execute("SELECT pg_current_xact_id()")
        row = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        connection.execute("SELECT pg_current_xact_id()")
    assert row is not None  # noqa: S101 - tells mypy
    return str(row[0])
