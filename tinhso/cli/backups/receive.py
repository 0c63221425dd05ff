"""Keep a log of a running database: what it writes is away every few seconds.

PostgreSQL's own receiver writes the segments into a spool beside the database, which is
no more readable there than the database is; from there they go, encrypted, into the
folder of backups. A slot makes the database keep what was not received yet.
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

import psycopg
from pyrage import x25519

from tinhso.cli.backups import log, sealing, tools
from tinhso.cli.backups.files import Copier, naming_key
from tinhso.cli.backups.types import Anchor, Record

SLOT, PARTIAL = "tinhso_backup", ".partial"
STATE = "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s"
CREATE = "SELECT pg_create_physical_replication_slot(%s, true)"
EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is new in a segment, from `offset` on.

    complete: nothing more will come; begins: what came before it was not received.
    """

    segment: str
    offset: int
    content: bytes
    complete: bool
    begins: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a log has come."""

    segment: str
    offset: int
    complete: bool


class Receiver:
    """Ships what a database wrote and the files that came, round by round."""

    def __init__(
        self,
        *,
        folder: Path,
        home: Path,
        url: str,
        recipients: Sequence[x25519.Recipient],
    ) -> None:
        self._folder, self._home, self._url = folder, home, url
        self._recipients, self._key = recipients, sealing.signing_key(home=home)
        self._server = tools.server_of(url=url)
        self._files = Copier(home, folder, recipients, naming_key(home=home))
        self._anchor: Anchor | None = None
        self._place: Place | None = None
        self._spool = home / "backup" / "wal"
        self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_up()

    def start(self) -> "subprocess.Popen[bytes]":
        """Start PostgreSQL's receiver; it comes back by itself when the server does."""
        if keep_slot(url=self._url):
            # What lies there asks for what the database no longer has.
            for file in self._spool.iterdir():
                file.unlink()
        program = tools.client(name="pg_receivewal", version=self._server.version)
        where, environment = tools.reachable(url=self._url)
        words = [str(program), "-d", where, "-D", str(self._spool), "-S", SLOT]
        return subprocess.Popen(  # noqa: S603 - our own words
            [*words, "--synchronous"], env=environment, start_new_session=True
        )

    def ship(self, *, at: datetime) -> int:
        """Ship what came since the last round; answer how many records that made.

        at: now. Files are copied after the log was read and before it is kept: whoever
        is named in it has their files, which are stored before they are named.
        """
        stretches = list(self._stretches())
        for _ in self._files.copy():
            continue
        for stretch in stretches:
            self._append(stretch, at)
        self._forget_shipped()
        return len(stretches)

    def _take_up(self) -> None:
        """Go on after the newest record, if it is of this very database."""
        signer = self._key.public_key()
        anchor, record = log.newest(folder=self._folder, signer=signer)
        if record is None or record.system != self._server.system:
            return
        end = record.offset + record.length
        self._anchor = anchor
        self._place = Place(record.segment, end, record.complete)

    def _stretches(self) -> Iterator[Stretch]:
        for file in _segments(self._spool):
            try:
                stretch = self._stretch(file)
            except FileNotFoundError:
                # It was renamed, for it is whole now; the next round sees it.
                return
            if stretch is not None:
                yield stretch
                end = stretch.offset + len(stretch.content)
                self._place = Place(stretch.segment, end, stretch.complete)

    def _stretch(self, file: Path) -> Stretch | None:
        """Read what is new in a segment; None if nothing is."""
        segment, whole = file.name.removesuffix(PARTIAL), file.suffix != PARTIAL
        if self._is_shipped(segment):
            return None
        place = self._place
        goes_on = place is not None and place.segment == segment
        offset = place.offset if place is not None and goes_on else 0
        content = _read_stable(file, offset)
        if not content and not whole:
            return None
        return Stretch(segment, offset, content, whole, not self._joins(segment))

    def _joins(self, segment: str) -> bool:
        place, size = self._place, self._server.segment_bytes
        if place is None or place.segment == segment:
            return place is not None
        following = log.successor(segment=place.segment, segment_bytes=size)
        return place.complete and segment == following

    def _is_shipped(self, segment: str) -> bool:
        place = self._place
        if place is None or segment > place.segment:
            return False
        return segment < place.segment or place.complete

    def _append(self, stretch: Stretch, at: datetime) -> None:
        if stretch.begins or self._anchor is None:
            self._anchor = Anchor(f"{at:%Y%m%dT%H%M%S%f}", 0, log.START)
        record = Record(
            epoch=self._anchor.epoch,
            sequence=self._anchor.sequence + 1,
            previous=self._anchor.digest,
            at=at,
            system=self._server.system,
            segment=stretch.segment,
            offset=stretch.offset,
            length=len(stretch.content),
            complete=stretch.complete,
        )
        body = sealing.encrypted(content=stretch.content, recipients=self._recipients)
        self._anchor = log.append(
            folder=self._folder, record=record, body=body, key=self._key
        )

    def _forget_shipped(self) -> None:
        """Drop whole segments but the last, by which the receiver knows where it is."""
        whole = [one for one in _segments(self._spool) if one.suffix != PARTIAL]
        for file in whole[:-1]:
            if self._is_shipped(file.name):
                file.unlink()


def follow(
    *,
    receiver: Receiver,
    now: Callable[[], datetime],
    ends: Event,
    every: float = EVERY_SECONDS,
) -> None:
    """Ship until it is told to end, and once more then; every: in seconds.

    :raises DatabaseNotCopied: if PostgreSQL's receiver gives up.
    """
    process = receiver.start()
    try:
        while not ends.wait(every):
            receiver.ship(at=now())
            if process.poll() is not None:
                raise tools.refusal("pg_receivewal", "it ended")
    finally:
        process.terminate()
        process.wait()
    receiver.ship(at=now())


def keep_slot(*, url: str) -> bool:
    """Have the database keep what was not received yet; tell whether it did not before.

    How much it keeps at most is its own setting, `max_slot_wal_keep_size`.
    """
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        known = connection.execute(STATE, (SLOT,)).fetchone()
        if known == ("lost",):
            connection.execute("SELECT pg_drop_replication_slot(%s)", (SLOT,))
        begins = known in (None, ("lost",))
        if begins:
            connection.execute(CREATE, (SLOT,))
    return begins


def _segments(spool: Path) -> list[Path]:
    names = (one for one in spool.iterdir())
    found = (one for one in names if log.is_segment(name=one.name))
    return sorted(found, key=lambda one: one.name)


def _read_stable(file: Path, offset: int) -> bytes:
    """Read what was written from there on; the rest of a segment is zeros."""
    with file.open("rb") as segment:
        segment.seek(offset)
        length = len(segment.read().rstrip(b"\0"))
        # Once more, for the end may have been read while it was written.
        segment.seek(offset)
        return segment.read(length)
