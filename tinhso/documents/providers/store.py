"""The store of files: named by their content, durable before anybody is told."""

import os
from hashlib import sha256
from io import FileIO
from pathlib import Path
from uuid import uuid4

from tinhso.documents.types import FileDamaged, StorageUnavailable


def path_of(*, home: Path, digest: str) -> Path:
    """Tell where the bytes of a SHA-256 lie: `files/ab/abcd…`."""
    return home / "files" / digest[:2] / digest


def keep(*, home: Path, content: bytes, digest: str = "") -> str:
    """Keep bytes; answer their SHA-256 once they would survive a power cut.

    digest: their SHA-256, if it was computed before.
    :raises StorageUnavailable: if the disk is full or fails.
    """
    digest = digest or sha256(content).hexdigest()
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
    aside = f"{target.parent}/.new-{uuid4().hex}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            _write_all(file, content)
            os.fsync(descriptor)
        os.rename(aside, target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _write_all(file: FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


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
