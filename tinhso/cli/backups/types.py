"""The words of backups, and how they refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import click


class BackupRefused(click.ClickException):
    """A backup, or the way back from one, is refused by name."""

    said: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        name = type(self).__name__
        super().__init__(f"{name}: {self.said.format(**params)}")


class NoFolderSet(BackupRefused):
    """Nobody said where backups lie."""

    said = "name a folder, or set TINHSO_BACKUP_FOLDER"


class NoRecipientSet(BackupRefused):
    """There is no key to encrypt for."""

    said = "make a key with `tinhso backup key FILE`, and set TINHSO_BACKUP_RECIPIENTS"


class RecipientUnreadable(BackupRefused):
    """What is set is not the public half of an age key."""

    said = "TINHSO_BACKUP_RECIPIENTS holds something else than age1… keys"


class KeyFileExists(BackupRefused):
    """A key is never overwritten: old backups would be lost."""

    said = "{file} exists already"


class KeyFileUnreadable(BackupRefused):
    """The file is not one that `tinhso backup key` wrote."""

    said = "{file} is not a key file of `tinhso backup key`"


class BackupBusy(BackupRefused):
    """Somebody else writes into the folder."""

    said = "another backup writes into {folder}"


class ToolsMissing(BackupRefused):
    """The programs of PostgreSQL are not on this machine."""

    said = "{tool} of PostgreSQL {version} or newer is not on this machine"


class ServerMissing(BackupRefused):
    """A copy of the database needs a server of its own version."""

    said = "PostgreSQL {version} is not on this machine, and the backup is of it"


class ReplicationNotAllowed(BackupRefused):
    """The role may not read the database as a whole."""

    said = "the role {role} needs REPLICATION, and a line in pg_hba.conf"


class DatabaseNotCopied(BackupRefused):
    """PostgreSQL's own tool failed."""

    said = "{tool}: {why}"


class NoQuietMoment(BackupRefused):
    """Something writes for so long that rows cannot be counted at one moment."""

    said = "something wrote into the database for {seconds} s without a pause"


class BackupNotFound(BackupRefused):
    """There is no such backup."""

    said = "no backup {which} in {folder}"


class NotSignedByUs(BackupRefused):
    """The signature is missing, of somebody else, or of something else."""

    said = "{piece} is not signed by the key in the key file"


class PieceMissing(BackupRefused):
    """The backup is not whole."""

    said = "{piece} is missing"


class PieceChanged(BackupRefused):
    """A piece is not the one that was written."""

    said = "{piece} was changed"


class KeyDoesNotOpen(BackupRefused):
    """The private key is not one that the backup was made for."""

    said = "the key file does not open {piece}"


class LogBroken(BackupRefused):
    """A record between two others is missing, or was put there."""

    said = "the log is broken at {record}: {why}"


class HomeNotEmpty(BackupRefused):
    """Nothing that exists is overwritten."""

    said = "{home} exists and is not empty"


class UntilBeforeBackups(BackupRefused):
    """The moment lies before the oldest backup."""

    said = "no backup is as old as {until}"


class UntilNotReached(BackupRefused):
    """The log ends before the moment."""

    said = "the log ends before {until}"


class RecoveryFailed(BackupRefused):
    """PostgreSQL does not start from the copy."""

    said = "PostgreSQL did not come up from the copy: {why}"


class RestoreDiffers(BackupRefused):
    """What came back is not what was saved."""

    said = "what came back differs: {faults}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a backup; bytes and sha256: as it lies there, encrypted."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed head of the journal; root and signature: hexadecimal."""

    size: int
    root: str
    signed_at: datetime
    signature: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What the database held at one place of its write-ahead log.

    lsn: the first record after it starts here or later; end: some record does, before
    here. counts: rows by table.
    """

    lsn: str
    end: str
    at: datetime
    counts: Mapping[str, int]
    head: Head | None
    migrations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """Which cluster was copied: its version as 180006, its number, its segments."""

    version: int
    system: str
    segment_bytes: int
    database: str
    user: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest record of a log at a time; sequence 0: the first one is next."""

    epoch: str
    sequence: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a base consists of, and what it must give back.

    files: how many of the store; file_bytes: their size, not encrypted. damaged: the
    SHA-256 of files that were no longer what they are named when they were copied.
    """

    id: str
    at: datetime
    platform: str
    server: Server
    moment: Moment
    pieces: tuple[Piece, ...]
    files: int
    file_bytes: int
    damaged: tuple[str, ...]
    anchor: Anchor | None


@dataclass(frozen=True, slots=True)
class Record:
    """One step of a log; its body is `length` bytes of a segment, from `offset` on.

    previous: the SHA-256 of the record before, with its envelope, "" for the first one.
    at: all that was written before is in it, or in one before. complete: whether the
    segment ends with it; what is missing of it then is zeros.
    """

    epoch: str
    sequence: int
    previous: str
    at: datetime
    system: str
    segment: str
    offset: int
    length: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what it was compared with.

    tables, rows: counted at the moment of the base, and as they were counted then.
    files: each with the digest that its row states. journal: sealed entries at the
    end; head_size, root: of its newest signed head. records: of the log;
    last_record_at: until when they go. left_out: records that do not join on.
    """

    backup: str
    seconds: float
    tables: int
    rows: int
    files: int
    journal: int
    head_size: int
    root: str
    records: int
    left_out: int
    last_record_at: datetime | None
