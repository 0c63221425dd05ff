"""The way back: everything is checked before it is used, and again when it is there.

What is restored grows beside the place where it shall be, and is moved there when all
of it has been found right. Nothing is ever half restored.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg

from tinhso.cli.backups import files, log, moment, sealing
from tinhso.cli.backups import folder as folders
from tinhso.cli.backups.recovery import PAUSED, UP, Copy
from tinhso.cli.backups.types import (
    Head,
    HomeNotEmpty,
    Manifest,
    Restored,
    RestoreDiffers,
    UntilNotReached,
)

TINHSO = Path(sys.executable).parent / "tinhso"
# Rows say which files there must be.
STATED = "SELECT DISTINCT sha256 FROM documents_filerow WHERE state <> 'erased'"
MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be restored, and where to.

    until: a moment; None for all there is. which: backup; None for the newest that
    fits. with_log: whether to go on after the base. witness: heads kept elsewhere.
    """

    folder: Path
    key_file: Path
    into: Path
    until: datetime | None = None
    which: str | None = None
    with_log: bool = True
    witness: Path | None = None


def restore(*, wish: Wish, say: Callable[[str], None]) -> Restored:
    """Restore into a home that is not there yet, and hold it against what was saved.

    say: is told each step.
    :raises BackupRefused: by its name; nothing is left of it then.
    """
    begun = time.monotonic()
    refuse_taken(into=wish.into)
    recovery = sealing.read_key_file(file=wish.key_file)
    say("Checking every piece of the backup")
    manifest = folders.choose(
        folder=wish.folder,
        which=wish.which,
        until=wish.until,
        signer=recovery.signer,
    )
    folders.check_pieces(folder=wish.folder, manifest=manifest)
    with _beside(wish.into) as home:
        work = _Work(wish, manifest, recovery, home)
        say(f"Decrypting {manifest.files} files, the database, and the log")
        trail, copy = work.unpack()
        say("Counting rows as they were counted then")
        work.compare(copy)
        say("Following the log to its end, and recomputing the journal")
        found = work.check(copy)
        shutil.rmtree(home / "backup")
        os.sync()
        # Over an empty folder, too.
        home.rename(wish.into)
    return _restored(manifest, trail, found, time.monotonic() - begun)


def refuse_taken(*, into: Path) -> None:
    """Refuse a place where something is.

    :raises HomeNotEmpty: whatever it is.
    """
    if into.is_symlink() or (into.exists() and not into.is_dir()):
        raise HomeNotEmpty(home=into)
    if into.is_dir() and any(into.iterdir()):
        raise HomeNotEmpty(home=into)


def refuse_differences(
    *, manifest: Manifest, counts: dict[str, int], head: Head | None
) -> None:
    """Compare rows by table, and the newest signed head of the journal.

    :raises RestoreDiffers: naming what differs.
    """
    was = manifest.moment.counts
    faults = [
        f"{table}: {counts.get(table)} rows, {was.get(table)} then"
        for table in sorted({*was, *counts})
        if counts.get(table) != was.get(table)
    ]
    if head != manifest.moment.head:
        faults.append("the journal has another head")
    if faults:
        raise RestoreDiffers(faults="; ".join(faults[:MOST_FAULTS]))


@contextmanager
def _beside(into: Path) -> Iterator[Path]:
    """Make a home beside the one it will be; take away what is left of it."""
    into.parent.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix=".restoring-", dir=into.parent))
    # PostgreSQL runs as another user, and must come through.
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is there at the end of the log."""

    files: int
    journal: int
    head: Head | None


def _restored(
    manifest: Manifest, trail: log.Trail, found: _Found, seconds: float
) -> Restored:
    return Restored(
        backup=manifest.id,
        seconds=round(seconds, 1),
        tables=len(manifest.moment.counts),
        rows=sum(manifest.moment.counts.values()),
        files=found.files,
        journal=found.journal,
        head_size=found.head.size if found.head else 0,
        root=found.head.root if found.head else "",
        records=trail.records,
        left_out=trail.left_out,
        last_record_at=trail.last_at,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """One restore on its way; home: where it grows."""

    wish: Wish
    manifest: Manifest
    recovery: sealing.Recovery
    home: Path

    def unpack(self) -> tuple[log.Trail, Copy]:
        """Decrypt everything: keys first, for they tell the names of the files."""
        cluster, replay = self.home / "postgres", self.home / "backup" / "wal"
        for folder in (cluster, replay):
            folder.mkdir(parents=True)
        self._extract("keys.age", self.home)
        (self.home / "keys").chmod(0o700)
        self._extract("wal.age", replay)
        trail = self._replay(replay)
        names = folders.listed_files(folder=self.wish.folder, which=self.manifest.id)
        self._bring_back(names)
        self._extract("base.age", cluster)
        copy = Copy(cluster, replay, self.manifest.server)
        copy.prepare()
        return trail, copy

    def compare(self, copy: Copy) -> None:
        """Stop at the moment of the base, and compare what is there with what was.

        :raises RestoreDiffers: with the tables, if it is not the same.
        """
        here = f"recovery_target_lsn={self.manifest.moment.lsn}"
        stop = (here, "recovery_target_inclusive=off", "recovery_target_action=pause")
        with copy.until(PAUSED, *stop) as url, psycopg.connect(url) as connection:
            counts = moment.counted(connection=connection)
            head = moment.head_of(connection=connection)
        refuse_differences(manifest=self.manifest, counts=counts, head=head)

    def check(self, copy: Copy) -> _Found:
        """Follow the log to its end, bring the files it names, recompute the journal.

        :raises UntilNotReached: if it ends before the moment that was asked for.
        """
        until = self.wish.until
        goal = _goal(until) if until else ()
        try:
            with copy.until(UP, *goal) as url:
                with psycopg.connect(url) as connection:
                    stated = {row[0] for row in connection.execute(STATED)}
                    head = moment.head_of(connection=connection)
                self._bring_later_files(stated)
                return _Found(len(stated), self._verified(url), head)
        except UntilNotReached as error:
            raise UntilNotReached(until=until) from error

    def _replay(self, replay: Path) -> log.Trail:
        if not self.wish.with_log:
            size = self.manifest.server.segment_bytes
            return log.end_of_base(folder=replay, segment_bytes=size)
        folder, signer = self.wish.folder, self.recovery.signer
        others = folders.manifests(folder=folder, signer=signer)
        return log.replay(
            folder=folder,
            manifest=self.manifest,
            recovery=self.recovery,
            into=replay,
            promised=[one.anchor for one in others if one.anchor],
        )

    def _extract(self, name: str, into: Path) -> None:
        """Decrypt an archive, and unpack it while it comes."""
        base = folders.base_folder(folder=self.wish.folder, which=self.manifest.id)
        out, back = os.pipe()
        with ThreadPoolExecutor(1) as beside, os.fdopen(out, "rb") as source:
            work = beside.submit(self._pour, base / name, os.fdopen(back, "wb"))
            try:
                with tarfile.open(fileobj=source, mode="r|") as archive:
                    archive.extractall(into, filter="data")
            except tarfile.ReadError:
                # It was cut short; the other side knows why.
                source.close()
                work.result()
                raise
            while source.read(sealing.CHUNK):
                continue
            work.result()

    def _pour(self, piece: Path, target: IO[bytes]) -> None:
        identity = self.recovery.identity
        with target:
            sealing.decrypt_stream(file=piece, target=target, identity=identity)

    def _bring_back(self, names: Iterable[str]) -> None:
        files.bring_back(
            folder=self.wish.folder,
            home=self.home,
            names=names,
            identity=self.recovery.identity,
        )

    def _bring_later_files(self, stated: set[str]) -> None:
        """Bring the files that came after the base; what rotted before is known."""
        key = files.naming_key(home=self.home)
        self._bring_back(
            files.keyed_name(digest=digest, key=key)
            for digest in stated.difference(self.manifest.damaged)
            if not (self.home / "files" / digest[:2] / digest).exists()
        )

    def _verified(self, url: str) -> int:
        """Recompute the whole journal in a process of its own; answer its entries.

        :raises RestoreDiffers: with what is wrong with it.
        """
        words = [str(TINHSO), "audit", "verify", "--json"]
        if self.wish.witness:
            words += ["--witness", str(self.wish.witness)]
        # A secret key is asked for, though nobody signs in here.
        known = {"TINHSO_HOME": str(self.home), "TINHSO_SECRET_KEY": "restoring"}
        result = subprocess.run(  # noqa: S603 - our own words
            words,
            env={**os.environ, **known, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            report = json.loads(result.stdout)
        except json.JSONDecodeError as error:
            raise RestoreDiffers(faults=result.stderr.strip()[-500:]) from error
        if report["faults"]:
            raise RestoreDiffers(faults="; ".join(report["faults"][:MOST_FAULTS]))
        return int(report["entries"])


def _goal(until: datetime) -> tuple[str, str]:
    moment = f"recovery_target_time={until.isoformat()}"
    return moment, "recovery_target_action=promote"
