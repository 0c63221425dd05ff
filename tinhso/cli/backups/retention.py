"""Forget what is old: whole bases, and then what no base needs any more."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tinhso.cli.backups import folder as folders
from tinhso.cli.backups import log
from tinhso.cli.backups.types import Manifest


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each were taken away."""

    bases: int
    records: int
    files: int


def forget(
    *, folder: Path, older_than: timedelta, signer: Ed25519PublicKey, at: datetime
) -> Forgotten:
    """Take away the bases that are older, and what only they needed.

    A base older than that is kept as long as a moment within the time needs it: the
    newest of the old ones. The newest of all stays whatever its age.
    :raises BackupBusy: if a base is being made.
    """
    with folders.only_writer(folder=folder, what="bases"):
        ours = list(folders.manifests(folder=folder, signer=signer))
        old = [one for one in ours if one.at < at - older_than]
        gone = old[:-1]
        for one in gone:
            shutil.rmtree(folders.base_folder(folder=folder, which=one.id))
        kept = [one for one in ours if one not in gone]
        if not gone:
            return Forgotten(0, 0, 0)
        records = _forget_records(folder, kept)
        return Forgotten(len(gone), records, _forget_files(folder, kept))


def _forget_records(folder: Path, kept: Sequence[Manifest]) -> int:
    """Take away the records that lie before the first one that a base goes on from."""
    if any(one.anchor is None for one in kept):
        return 0
    first = min((one.anchor.epoch, one.anchor.sequence) for one in kept if one.anchor)
    gone = 0
    for epoch in log.epochs(folder=folder):
        for record in (folder / "log" / epoch).iterdir():
            # The record named stays: with it the next one is known to follow.
            if record.name.isdigit() and (epoch, int(record.name)) < first:
                record.unlink()
                gone += 1
        if epoch < first[0]:
            (folder / "log" / epoch).rmdir()
    return gone


def _forget_files(folder: Path, kept: Sequence[Manifest]) -> int:
    """Take away the files that no list names and that were there before the newest."""
    needed = {
        name
        for one in kept
        for name in folders.listed_files(folder=folder, which=one.id)
    }
    newest, gone = kept[-1].at.timestamp(), 0
    for file in (folder / "files").glob("??/*.age"):
        # What came later is named by rows that only the log has.
        if file.stem not in needed and file.stat().st_mtime < newest:
            file.unlink()
            gone += 1
    return gone
