"""The files of the tables: on the disk before the catalogue names them."""

import os
from io import FileIO as RawFile
from pathlib import Path
from typing import Any

from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO


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

    def new_output(self, location: str) -> PyArrowFile:
        """Name a file to be written."""
        known = super().new_output(location)
        return SyncedOutput(
            location=location,
            path=known._path,
            fs=known._filesystem,
            buffer_size=known._buffer_size,
        )
