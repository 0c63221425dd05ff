"""The folder of backups: what lies where, who writes there, what is no longer needed.

bases/<id>/      manifest (signed), base.age, wal.age, keys.age, files
files/ab/<name>  the store; the name is a keyed hash of the SHA-256
log/<epoch>/<n>  signed records
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import TypeAdapter

from tinhso.cli.backups import sealing
from tinhso.cli.backups.types import (
    BackupBusy,
    BackupNotFound,
    Manifest,
    NotSignedByUs,
    PieceChanged,
    PieceMissing,
    UntilBeforeBackups,
)

MANIFESTS = TypeAdapter(Manifest)
MANIFEST, FILES = "manifest", "files"


def base_folder(*, folder: Path, which: str) -> Path:
    """Tell where a base lies."""
    return folder / "bases" / which


def file_piece(*, folder: Path, name: str) -> Path:
    """Tell where a file of the store lies, by its keyed name."""
    return folder / "files" / name[:2] / f"{name}.age"


@contextmanager
def only_writer(*, folder: Path, what: str) -> Iterator[None]:
    """Write into the folder alone; what: `bases` or `log`, which have one each.

    :raises BackupBusy: if another process does.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f".{what}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupBusy(folder=folder) from error
        yield


def ids(*, folder: Path) -> tuple[str, ...]:
    """List the backups, the oldest first; one that was never finished is none."""
    found = (folder / "bases").glob(f"*/{MANIFEST}")
    return tuple(sorted(one.parent.name for one in found if one.parent.name[0] != "."))


def read_manifest(*, folder: Path, which: str, signer: Ed25519PublicKey) -> Manifest:
    """Read what a base consists of.

    :raises BackupNotFound, NotSignedByUs: if there is none, or not of ours.
    """
    file = base_folder(folder=folder, which=which) / MANIFEST
    if not file.exists():
        raise BackupNotFound(which=which, folder=folder)
    piece = f"{which}/{MANIFEST}"
    header, _ = sealing.unseal(content=file.read_bytes(), piece=piece, signer=signer)
    manifest = MANIFESTS.validate_json(header)
    if manifest.id != which:
        # A genuine one, but of another backup.
        raise PieceChanged(piece=piece)
    return manifest


def manifests(*, folder: Path, signer: Ed25519PublicKey) -> Iterator[Manifest]:
    """Read the manifests that are ours, the oldest first."""
    for which in ids(folder=folder):
        try:
            yield read_manifest(folder=folder, which=which, signer=signer)
        except (NotSignedByUs, PieceChanged):
            continue


def choose(
    *,
    folder: Path,
    which: str | None,
    until: datetime | None,
    signer: Ed25519PublicKey,
) -> Manifest:
    """Find the backup to restore: the one named, else the newest, or newest before.

    :raises BackupNotFound: if there is none.
    :raises UntilBeforeBackups: if all of them are younger than `until`.
    """
    for one in [which] if which else reversed(ids(folder=folder)):
        manifest = read_manifest(folder=folder, which=one, signer=signer)
        if until is None or manifest.moment.at <= until:
            return manifest
    if until is not None and ids(folder=folder):
        raise UntilBeforeBackups(until=until.isoformat())
    raise BackupNotFound(which="", folder=folder)


def write_manifest(*, staged: Path, manifest: Manifest, content: bytes) -> None:
    """Finish a base: from here on it is one."""
    sealing.write_durably(file=staged / MANIFEST, content=content)
    staged.rename(staged.with_name(manifest.id))
    sealing.sync(path=staged.parent)


def check_pieces(*, folder: Path, manifest: Manifest) -> None:
    """Read every piece of a base, and hold it against the manifest.

    :raises PieceMissing, PieceChanged: if one is not the one that was written.
    """
    base = base_folder(folder=folder, which=manifest.id)
    for piece in manifest.pieces:
        file, said = base / piece.name, f"{manifest.id}/{piece.name}"
        if not file.exists():
            raise PieceMissing(piece=said)
        if sealing.digest_of(file=file) != (piece.bytes, piece.sha256):
            raise PieceChanged(piece=said)


def listed_files(*, folder: Path, which: str) -> tuple[str, ...]:
    """Read the keyed names of all files that a base needs."""
    text = (base_folder(folder=folder, which=which) / FILES).read_text("ascii")
    return tuple(text.split())
