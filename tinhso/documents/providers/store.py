"""The store of files: named by their content, durable before anybody is told."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from tinhso.documents.types import FileDamaged, StorageUnavailable


def path_of(*, home: Path, digest: str) -> Path:
    """Tell where the bytes of a SHA-256 lie: `files/ab/abcd…`."""
    return home / "files" / digest[:2] / digest


def keep(*, home: Path, content: bytes) -> str:
    """Keep bytes; answer their SHA-256 once they would survive a power cut.

    :raises StorageUnavailable: if the disk is full or fails.
    """
    digest = sha256(content).hexdigest()
    target = path_of(home=home, digest=digest)
    try:
        if not target.exists():
            _make_folders(target.parent, below=home)
            _write(target, content)
        # Also when the file was there: its writer may not have come this far yet.
        _sync_folder(target.parent)
    except OSError as error:
        raise StorageUnavailable() from error
    return digest


def read(*, home: Path, digest: str) -> bytes:
    """Read bytes back and make sure that they are the ones kept.

    :raises FileDamaged: if they are missing or changed.
    """
    try:
        content = path_of(home=home, digest=digest).read_bytes()
    except OSError as error:
        raise FileDamaged(sha256=digest) from error
    if sha256(content).hexdigest() != digest:
        raise FileDamaged(sha256=digest)
    return content


def _write(target: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).rename(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _make_folders(folder: Path, *, below: Path) -> None:
    """Make missing folders, each durable in the one above it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder == below:
            break
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(parents=True, exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
