"""Where a word is left behind: in files, in logs, in the database; and files that came
and went while something ran.
"""

import ctypes
import os
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_CREATED, _MOVED_IN = 0x100, 0x80
_EVENT = struct.Struct("iIII")


def in_files(word: str, folders: Iterable[Path]) -> set[str]:
    """List what begins with a word in the names or contents of files."""
    wanted = re.compile(re.escape(word).encode() + rb"\w*")
    return {
        found.decode()
        for folder in folders
        for path in _files(folder)
        for found in wanted.findall(bytes(path) + b" " + path.read_bytes())
    }


def _files(place: Path) -> Iterator[Path]:
    """Walk through the plain files of a place, links not followed."""
    if place.is_file():
        yield place
    for root, _, names in os.walk(place):
        for name in names:
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path


def in_database(word: str, url: str) -> set[str]:
    """List what begins with a word in any column of any table."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return {
            found
            for (name,) in tables
            for (found,) in connection.execute(
                f'SELECT substring(r::text FROM %(p)s) FROM "{name}" r'
                " WHERE r::text ~ %(p)s",
                {"p": rf"{word}\w*"},
            )
        }


@contextmanager
def watched(*folders: Path) -> Iterator[list[str]]:
    """Collect the names of all files that are made in folders, also briefly."""
    library = ctypes.CDLL(None, use_errno=True)
    queue = library.inotify_init1(os.O_NONBLOCK)
    for folder in folders:
        for root in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
            library.inotify_add_watch(queue, bytes(root), _CREATED | _MOVED_IN)
    made: list[str] = []
    try:
        yield made
        made += _events(queue)
    finally:
        os.close(queue)


def _events(queue: int) -> Iterator[str]:
    try:
        told = os.read(queue, 2**20)
    except BlockingIOError:
        return
    while told:
        *_, length = _EVENT.unpack_from(told)
        end = _EVENT.size + length
        yield told[_EVENT.size : end].rstrip(b"\0").decode("utf-8", "replace")
        told = told[end:]
