"""The log: what the database wrote since a base, in signed records, one after another.

An *epoch* is a run of records without a gap. A new one begins when what was written
meanwhile was not received; a base taken after that joins on to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import TypeAdapter

from tinhso.cli.backups import sealing
from tinhso.cli.backups.types import (
    Anchor,
    BackupRefused,
    LogBroken,
    Manifest,
    Record,
)

RECORDS = TypeAdapter(Record)
DIGITS = 12
SEGMENT_LETTERS = 24
START = ""


def record_file(*, folder: Path, epoch: str, sequence: int) -> Path:
    """Tell where a record lies."""
    return folder / "log" / epoch / f"{sequence:0{DIGITS}}"


def append(
    *, folder: Path, record: Record, body: bytes, key: Ed25519PrivateKey
) -> Anchor:
    """Add a record, durable when this returns; body: encrypted."""
    content = sealing.seal(header=RECORDS.dump_json(record), body=body, key=key)
    file = record_file(folder=folder, epoch=record.epoch, sequence=record.sequence)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealing.write_durably(file=file, content=content)
    return Anchor(record.epoch, record.sequence, sha256(content).hexdigest())


def newest(
    *, folder: Path, signer: Ed25519PublicKey
) -> tuple[Anchor, Record] | tuple[None, None]:
    """Read the newest record that is ours."""
    for epoch in reversed(epochs(folder=folder)):
        for sequence in reversed(_sequences(folder, epoch)):
            try:
                record, _, digest = _read(folder, epoch, sequence, signer)
            except BackupRefused:
                continue
            return Anchor(epoch, sequence, digest), record
    return None, None


def epochs(*, folder: Path) -> tuple[str, ...]:
    """List the epochs, the oldest first."""
    return tuple(sorted(one.name for one in (folder / "log").glob("*") if one.is_dir()))


def successor(*, segment: str, segment_bytes: int) -> str:
    """Name the segment that follows one, as PostgreSQL counts them."""
    timeline, high, low = (segment[at : at + 8] for at in (0, 8, 16))
    each = 2**32 // segment_bytes
    number = int(high, 16) * each + int(low, 16) + 1
    return f"{timeline}{number // each:08X}{number % each:08X}"


def is_segment(*, name: str) -> bool:
    """Tell whether a file is a segment, whole or begun."""
    return len(name.removesuffix(".partial")) == SEGMENT_LETTERS


@dataclass(slots=True)
class Trail:
    """How far the log has been followed; offset: in bytes, of the segment.

    records: joined on; left_out: read, but after a gap between two epochs.
    """

    segment: str
    offset: int
    complete: bool = False
    records: int = 0
    left_out: int = 0
    last_at: datetime | None = None

    def is_past(self, record: Record) -> bool:
        """Tell whether the base holds all that a record can hold."""
        return not self.records and record.segment < self.segment

    def joins(self, record: Record, *, segment_bytes: int) -> bool:
        """Tell whether a record goes on where the trail ends, or before."""
        if record.segment == self.segment:
            return record.offset <= self.offset or self.complete
        following = successor(segment=self.segment, segment_bytes=segment_bytes)
        return record.segment == following and record.offset == 0 and self.complete

    def follow(self, record: Record, stretch: bytes) -> tuple[int, bytes]:
        """Go on along a record; answer what is new of its stretch, and where it is."""
        new_segment = record.segment != self.segment
        known = 0 if new_segment else self.offset
        fresh = stretch[max(0, known - record.offset) :]
        self.offset = max(known, record.offset + len(stretch))
        self.complete = record.complete or (self.complete and not new_segment)
        self.segment, self.last_at = record.segment, record.at
        self.records += 1
        return self.offset - len(fresh), fresh


def replay(
    *,
    folder: Path,
    manifest: Manifest,
    recovery: sealing.Recovery,
    into: Path,
    promised: Iterable[Anchor] = (),
) -> Trail:
    """Write the segments of the log into a folder that holds those of the base.

    promised: records that other manifests know of; their like must be there.
    :raises LogBroken, NotSignedByUs, PieceChanged, KeyDoesNotOpen: if what is there is
        not what was written. What is missing at the end nobody can see who has
        nothing but the folder.
    """
    size = manifest.server.segment_bytes
    trail = end_of_base(folder=into, segment_bytes=size)
    for record, body in _since(folder, manifest.anchor, recovery.signer, promised):
        ours = record.system == manifest.server.system
        if ours and trail.is_past(record):
            continue
        if trail.left_out or not (ours and trail.joins(record, segment_bytes=size)):
            trail.left_out += 1
            continue
        piece = f"log/{record.epoch}/{record.sequence}"
        opened = sealing.decrypted(
            content=body, piece=piece, identity=recovery.identity
        )
        offset, fresh = trail.follow(record, opened)
        _write_stretch(into / record.segment, offset, fresh, size)
    return trail


def end_of_base(*, folder: Path, segment_bytes: int) -> Trail:
    """Find where the segments that came with a base end, and fill up the last one."""
    names = sorted(one for one in folder.iterdir() if is_segment(name=one.name))
    last = names[-1]
    segment = last.name[:SEGMENT_LETTERS]
    whole = last.name == segment
    offset = segment_bytes if whole else len(last.read_bytes().rstrip(b"\0"))
    last.rename(folder / segment)
    with (folder / segment).open("r+b") as file:
        file.truncate(segment_bytes)
    return Trail(segment, offset, complete=whole)


def _write_stretch(file: Path, offset: int, stretch: bytes, size: int) -> None:
    """Put a stretch at its place; what nobody wrote is zeros."""
    with file.open("r+b" if file.exists() else "w+b") as target:
        target.truncate(size)
        target.seek(offset)
        target.write(stretch)


def _since(
    folder: Path,
    anchor: Anchor | None,
    signer: Ed25519PublicKey,
    promised: Iterable[Anchor],
) -> Iterator[tuple[Record, bytes]]:
    """Read all records after one, each checked against the one before it."""
    most = {one.epoch: one.sequence for one in sorted(promised, key=_place)}
    for epoch in sorted({*epochs(folder=folder), *most}):
        if anchor is None or epoch > anchor.epoch:
            start = Anchor(epoch, 0, START)
        elif epoch == anchor.epoch:
            start = anchor
        else:
            continue
        yield from _epoch(folder, start, signer, most.get(epoch, 0))


def _place(anchor: Anchor) -> tuple[str, int]:
    return anchor.epoch, anchor.sequence


def _epoch(
    folder: Path, start: Anchor, signer: Ed25519PublicKey, promised: int
) -> Iterator[tuple[Record, bytes]]:
    epoch, last, previous = start.epoch, start.sequence, start.digest
    later = [one for one in _sequences(folder, epoch) if one > last]
    for sequence in later:
        said = f"{epoch}/{last + 1}"
        if sequence != last + 1:
            raise LogBroken(record=said, why="it is missing")
        record, body, digest = _read(folder, epoch, sequence, signer)
        is_itself = (record.epoch, record.sequence) == (epoch, sequence)
        if not is_itself or record.previous != previous:
            raise LogBroken(record=said, why="it does not follow the one before")
        yield record, body
        last, previous = sequence, digest
    if last < promised:
        raise LogBroken(record=f"{epoch}/{last + 1}", why="it is missing")


def _sequences(folder: Path, epoch: str) -> list[int]:
    names = (one.name for one in (folder / "log" / epoch).glob("*"))
    return sorted(int(name) for name in names if name.isdigit())


def _read(
    folder: Path, epoch: str, sequence: int, signer: Ed25519PublicKey
) -> tuple[Record, bytes, str]:
    file = record_file(folder=folder, epoch=epoch, sequence=sequence)
    content, piece = file.read_bytes(), f"log/{epoch}/{sequence}"
    header, body = sealing.unseal(content=content, piece=piece, signer=signer)
    return RECORDS.validate_json(header), body, sha256(content).hexdigest()
