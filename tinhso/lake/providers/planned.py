"""Lets an engine read files of the store: those of its question, and no others.

The engine gets neither a key nor a way to the store: it asks here for bytes of files
by their names, and is refused all other names.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import duckdb
from fsspec import AbstractFileSystem
from pyarrow import NativeFile

from tinhso.lake.providers import place, store
from tinhso.lake.types import TableMissing

# Files are never written anew, so each is as old as any.
WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
# A file that is not there; the latter where only its head was asked for.
GONE = ("NO_SUCH_KEY", "RESOURCE_NOT_FOUND")


@contextmanager
def handed_to(
    engine: duckdb.DuckDBPyConnection, tables: Mapping[str, str]
) -> Iterator[None]:
    """Let an engine read files of the store; tables: by location, whose file it is.

    :raises StoreAway: if the store does not answer.
    :raises StoreRefused: if it does not take the key.
    :raises TableMissing: if a file is gone.
    """
    if not tables:
        yield
        return
    files = PlannedFiles(tables)
    engine.register_filesystem(files)
    try:
        yield
    except duckdb.Error:
        if files.failed is not None:
            raise files.failed from None
        raise
    finally:
        files.close()


class PlannedFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """The files of one question; failed: by what name, if the store did."""

    protocol = place.SCHEME.partition(":")[0]
    cachable = False

    def __init__(self, tables: Mapping[str, str]) -> None:
        super().__init__()
        self._tables = {place.path_of(one): name for one, name in tables.items()}
        self._open: dict[str, NativeFile] = {}
        self._store = store.filesystem()
        self.failed: Exception | None = None

    def open(self, path: str, mode: str = "rb", **_: Any) -> "PlannedFile":
        """Open a file for reading."""
        if mode != "rb":
            raise PermissionError(path)
        return PlannedFile(self, self._strip_protocol(path))

    def exists(self, path: str, **_: Any) -> bool:
        """Tell whether it is a file of the question."""
        return self._strip_protocol(path) in self._tables

    def glob(self, path: str, **_: Any) -> list[str]:
        """Find a file by its very name."""
        return [path] if self.exists(path) else []

    def size(self, path: str) -> int:
        """Tell how many bytes a file has."""
        return int(self.opened(self._strip_protocol(path)).size())

    def modified(self, path: str) -> datetime:
        """Tell when a file was written."""
        return WRITTEN

    def opened(self, path: str) -> NativeFile:
        """Open a file at the store, once for all who read it."""
        if path not in self._tables:
            raise PermissionError(path)
        if path in self._open:
            return self._open[path]
        # Two may do this at once; no one waits while another asks the store.
        found = self.tried(path, self._store.open_input_file, path)
        return self._open.setdefault(path, found)

    def tried(self, path: str, ask: Any, *words: Any) -> Any:
        """Ask the store, and keep by what name it failed."""
        try:
            return ask(*words)
        except OSError as error:
            is_gone = isinstance(error, FileNotFoundError) or any(
                code in str(error) for code in GONE
            )
            missing = TableMissing(name=self._tables[path])
            self.failed = missing if is_gone else store.refusal_of(error)
            raise

    def close(self) -> None:
        """Let go of all files."""
        for file in self._open.values():
            file.close()


class PlannedFile:
    """A file that is read; each thread has its own place in it."""

    def __init__(self, files: PlannedFiles, path: str) -> None:
        self._files, self._path = files, path
        self._file = files.opened(path)
        self._size = int(self._file.size())
        self._place = threading.local()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place. whence: from the beginning, from here, from the end."""
        self._place.at = offset + (0, self.tell(), self._size)[whence]
        return self.tell()

    def tell(self) -> int:
        """Tell the place."""
        return int(getattr(self._place, "at", 0))

    def read(self, size: int = -1) -> bytes:
        """Read on from the place."""
        at = self.tell()
        most = self._size - at
        wanted = most if size < 0 else min(size, most)
        found = self._files.tried(self._path, self._file.read_at, wanted, at)
        self._place.at = at + len(found)
        return bytes(found)

    def close(self) -> None:
        """Leave the file to the others who read it."""
