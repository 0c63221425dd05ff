"""The store of files: named by their content, durable before anybody is told."""

import os
from collections.abc import Iterator
from hashlib import sha256
from io import FileIO
from pathlib import Path
from uuid import uuid4

from tinhso.documents.types import FileDamaged, StorageUnavailable

ASIDE = ".gone-"


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
        content = _read(home, digest)
    except OSError as error:
        raise FileDamaged(sha256=digest) from error
    if sha256(content).hexdigest() != digest:
        raise FileDamaged(sha256=digest)
    return content


def set_aside(*, home: Path, digest: str) -> None:
    """Move bytes that nobody needs any more aside; `read` still finds them."""
    target, aside = path_of(home=home, digest=digest), _aside(home, digest)
    if target.exists():
        os.utime(target)  # by the clock of the disk: since when it lies aside
        target.rename(aside)
        _sync_folder(aside.parent)


def set_aside_before(*, home: Path, moment: float) -> Iterator[str]:
    """Walk through the digests of what was set aside before a moment, a timestamp."""
    for aside in home.glob(f"files/*/{ASIDE}*"):
        if aside.stat().st_mtime <= moment:
            yield aside.name.removeprefix(ASIDE)


def put_back(*, home: Path, digest: str) -> None:
    """Put back what was set aside, for it is needed again."""
    target = path_of(home=home, digest=digest)
    _aside(home, digest).rename(target)
    _sync_folder(target.parent)


def remove(*, home: Path, digest: str) -> None:
    """Remove for good what was set aside."""
    aside = _aside(home, digest)
    aside.unlink(missing_ok=True)
    _sync_folder(aside.parent)


def _aside(home: Path, digest: str) -> Path:
    return path_of(home=home, digest=digest).with_name(f"{ASIDE}{digest}")


def _read(home: Path, digest: str) -> bytes:
    try:
        return path_of(home=home, digest=digest).read_bytes()
    except FileNotFoundError:
        return _aside(home, digest).read_bytes()


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
