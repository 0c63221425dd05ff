"""How full the disks are, asked of the file system, not oftener than it changes."""

import os
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

# An answer is good for so long, in seconds, in each process.
FRESH_SECONDS = 2.0


def used(folders: Sequence[Path]) -> float:
    """Tell how full the fullest of the disks under some folders is, in percent.

    What only the administrator may fill counts as full. A folder that is not there
    yet counts as empty.
    """
    return _used(tuple(folders), int(time.monotonic() / FRESH_SECONDS))


@lru_cache(maxsize=8)
def _used(folders: tuple[Path, ...], moment: int) -> float:
    return max(map(_used_under, folders), default=0.0)


def _used_under(folder: Path) -> float:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return 0.0
    return 100.0 * (1 - disk.f_bavail / disk.f_blocks) if disk.f_blocks else 0.0
