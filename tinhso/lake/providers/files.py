"""The files of the tables: kept for good before the catalogue names them."""

import os
from io import FileIO as RawFile
from pathlib import Path
from typing import Any

from pyarrow.fs import FileSystem
from pyiceberg.io import InputFile, OutputFile
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO
from pyiceberg.typedef import EMPTY_DICT, Properties

from tinhso.lake.providers import signed, store
from tinhso.lake.providers.place import SCHEME, is_stored


class SyncedFile(RawFile):
    """A new file that is on the disk, name and bytes, once it is closed."""

    def close(self) -> None:
        """Sync and close."""
        if not self.closed:
            os.fsync(self.fileno())
        super().close()

    def write(self, content: Any) -> int:
        """Write all of it; the system may take less at once."""
        left = memoryview(content).cast("B")
        whole = len(left)
        while left:
            left = left[super().write(left) :]
        return whole


class SyncedOutput(PyArrowFile):
    """Where a file of a table is written."""

    def create(self, overwrite: bool = False) -> Any:
        """Open it for writing."""
        path = Path(self.location)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = SyncedFile(path, "wb" if overwrite else "xb")
        _sync_name(path)
        return file


def _sync_name(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class SyncedFiles(PyArrowFileIO):
    """Reads as Arrow does, and writes what survives a power cut."""

    def __init__(self, properties: Properties = EMPTY_DICT) -> None:
        super().__init__(properties)
        # Not kept: the key of the store may be another by now.
        self.fs_by_scheme = self._initialize_fs

    def _initialize_fs(self, scheme: str, netloc: str | None = None) -> FileSystem:
        if f"{scheme}://" == SCHEME:
            return store.filesystem()
        return super()._initialize_fs(scheme, netloc)

    def new_output(self, location: str) -> PyArrowFile:
        """Name a file to be written."""
        known = super().new_output(location)
        # A store acknowledges what it keeps.
        if is_stored(location):
            return known
        return SyncedOutput(
            location=location,
            path=known._path,
            fs=known._filesystem,
            buffer_size=known._buffer_size,
        )

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Delete a file."""
        name = location if isinstance(location, str) else location.location
        if is_stored(name):
            signed.delete(name)
        else:
            super().delete(name)
