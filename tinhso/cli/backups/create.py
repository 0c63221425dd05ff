"""Make a base: the database at one moment, the files, the keys; and forget old ones."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from pyrage import x25519

from tinhso.cli.backups import folder as folders
from tinhso.cli.backups import log, moment, sealing, tools
from tinhso.cli.backups.files import Copier, naming_key
from tinhso.cli.backups.types import Manifest, Moment, Piece, Server

SLOT = "tinhso_base"
# What of a home cannot be made again; sessions and seals hang on the keys.
# Published versions follow from states of the lake that are let go.
KEPT = ("keys", "trust", "opendata")
DROP = """
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = %s AND NOT active
"""
CREATE = "SELECT pg_create_physical_replication_slot(%s, true)"


@dataclass(frozen=True, slots=True)
class Source:
    """What is saved, and for whom it is encrypted.

    url: of the database; platform: its version.
    """

    home: Path
    url: str
    recipients: Sequence[x25519.Recipient]
    platform: str


def create(*, folder: Path, source: Source, at: datetime) -> Manifest:
    """Save everything while the platform runs; answer what was saved.

    :raises ReplicationNotAllowed, ToolsMissing, DatabaseNotCopied, NoQuietMoment,
        BackupBusy: if it cannot be done now; nothing of it is kept then.
    """
    server = tools.server_of(url=source.url)
    which = f"{at:%Y%m%dT%H%M%SZ}"
    with (
        folders.only_writer(folder=folder, what="bases"),
        _staged(folders.base_folder(folder=folder, which=f".new-{which}")) as staged,
    ):
        key = sealing.signing_key(home=source.home)
        anchor, _ = log.newest(folder=folder, signer=key.public_key())
        base, wal, held = _database(staged, source, server)
        copier, sizes, listed = _files(staged, folder, source)
        manifest = Manifest(
            id=which,
            at=at,
            platform=source.platform,
            server=server,
            moment=held,
            pieces=(base, wal, listed, _keys(staged, source)),
            files=len(sizes),
            file_bytes=sum(sizes.values()),
            damaged=tuple(sorted(copier.damaged)),
            anchor=anchor,
        )
        header = folders.MANIFESTS.dump_json(manifest)
        content = sealing.seal(header=header, body=b"", key=key)
        folders.write_manifest(staged=staged, manifest=manifest, content=content)
    return manifest


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Make a folder for what is not finished; take away what is left of it."""
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _database(
    staged: Path, source: Source, server: Server
) -> tuple[Piece, Piece, Moment]:
    """Copy the cluster, and what it wrote until a moment at which rows are counted."""
    with _slot(source.url):
        base = _cluster(staged, source, server)
        held = moment.take(url=source.url)
        wal = _written(staged, source, server, held.end)
    return base, wal, held


@contextmanager
def _slot(url: str) -> Iterator[None]:
    """Have the database keep what it writes meanwhile."""
    with psycopg.connect(url, autocommit=True) as connection:
        # One of a run that was killed would let the disk run full.
        connection.execute(DROP, (SLOT,))
        connection.execute(CREATE, (SLOT,))
        try:
            yield
        finally:
            connection.execute(DROP, (SLOT,))


def _cluster(staged: Path, source: Source, server: Server) -> Piece:
    """Copy the cluster as it is, page by page, with PostgreSQL's own tool."""
    program = tools.client(name="pg_basebackup", version=server.version)
    where, environment = tools.reachable(url=source.url)
    words = [str(program), "-d", where, "-D", "-", "-F", "tar", "-X", "none"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [*words, "--checkpoint=fast", "--no-manifest"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        assert process.stdout is not None  # noqa: S101 - tells mypy
        piece = sealing.encrypt_stream(
            source=process.stdout,
            file=staged / "base.age",
            recipients=source.recipients,
        )
        if process.wait():
            said.seek(0)
            raise tools.refusal(words[0], said.read())
    return piece


def _written(staged: Path, source: Source, server: Server, end: str) -> Piece:
    """Fetch what the database wrote from before the copy was begun until `end`."""
    program = tools.client(name="pg_receivewal", version=server.version)
    where, environment = tools.reachable(url=source.url)
    with _room(source.home) as room:
        words = [str(program), "-d", where, "-D", str(room), "-S", SLOT, "--no-loop"]
        tools.run([*words, f"--endpos={end}"], environment=environment)
        return _packed(staged / "wal.age", source, *room.iterdir())


def _keys(staged: Path, source: Source) -> Piece:
    """Pack the keys; they are encrypted as everything is."""
    kept = (source.home / name for name in KEPT)
    return _packed(staged / "keys.age", source, *(one for one in kept if one.is_dir()))


def _packed(file: Path, source: Source, *things: Path) -> Piece:
    """Pack files and folders into one piece, each by its own name."""
    with _room(source.home) as room, (room / "packed").open("w+b") as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for thing in things:
                archive.add(thing, arcname=thing.name)
        packed.seek(0)
        return sealing.encrypt_stream(
            source=packed, file=file, recipients=source.recipients
        )


@contextmanager
def _room(home: Path) -> Iterator[Path]:
    """Make room for what is not encrypted yet: beside the data, where it lies, too."""
    place = home / "backup"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=place) as made:
        yield Path(made)


def _files(
    staged: Path, folder: Path, source: Source
) -> tuple[Copier, dict[str, int], Piece]:
    """Copy the files that no backup has, and list them all.

    The list is not encrypted, for it says nothing: whoever makes room needs it.
    """
    key = naming_key(home=source.home)
    copier = Copier(source.home, folder, source.recipients, key)
    sizes = dict(copier.copy())
    listed = staged / folders.FILES
    content = "".join(f"{name}\n" for name in sorted(sizes)).encode("ascii")
    sealing.write_durably(file=listed, content=content)
    return copier, sizes, Piece(listed.name, *sealing.digest_of(file=listed))
