"""Where the files of versions lie; each is named by its content."""

import os
from pathlib import Path

from django.conf import settings


def folder_of(slug: str) -> Path:
    """Name the folder of a dataset's files."""
    return Path(settings.TINHSO_HOME) / "opendata" / slug


def file_of(slug: str, number: int, sha256: str) -> Path:
    """Name the file of a version."""
    return folder_of(slug) / f"{number}-{sha256[:16]}.parquet"


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
