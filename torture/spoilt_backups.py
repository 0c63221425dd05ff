"""Backups spoilt in every way, each to be refused by its name, with nothing left of it.

Every fault is planted into a copy of a backup with two bases and a log.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.cli.backups import folder as folders
from tinhso.cli.backups import log, restoring, sealing
from tinhso.cli.backups.types import BackupRefused, Manifest, Moment


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault, the names it may be refused by, and what became of it."""

    what: str
    names: tuple[str, ...]
    said: str
    nothing_left: bool

    @property
    def is_refused(self) -> bool:
        """Tell whether it was refused by its name and left nothing behind."""
        return self.said in self.names and self.nothing_left


class Spoilt:
    """A copy of a backup to be spoilt; which: the base that is restored from it.

    home: of a platform that has the keys that signed it.
    """

    def __init__(self, place: Path, home: Path) -> None:
        self.folder, self.key = place / "backups", place / "key"
        self.into, self.home = place / "into" / "home", home
        folder = self.folder
        self.older, self.newest = folders.ids(folder=folder)[-2:]
        self.which = self.newest

    def base(self, name: str, *, which: str = "") -> Path:
        """Tell where a piece of a base lies, of the newest unless told."""
        return (
            folders.base_folder(folder=self.folder, which=which or self.newest) / name
        )

    def manifest(self) -> Manifest:
        """Read the manifest of the newest."""
        signer = sealing.read_key_file(file=self.key).signer
        return folders.read_manifest(
            folder=self.folder, which=self.newest, signer=signer
        )

    def file(self, number: int = 0) -> Path:
        """Choose one of the files that the newest base lists."""
        name = folders.listed_files(folder=self.folder, which=self.newest)[number]
        return folders.file_piece(folder=self.folder, name=name)

    def record(self, *, after: int = 1) -> Path:
        """Choose a record so many after the one the newest base goes on from."""
        anchor = self.manifest().anchor
        assert anchor is not None
        return log.record_file(
            folder=self.folder, epoch=anchor.epoch, sequence=anchor.sequence + after
        )


def tried(folder: Path, key: Path, home: Path, room: Path) -> list[Planted]:
    """Plant each fault into a copy, try to restore it, and tell what was said.

    home: a platform with the keys that signed the backup.
    """
    place, found = room / "spoilt", []
    for what, (spoil, names) in FAULTS.items():
        # Copies share their bytes: whoever spoils one puts another in its place.
        shutil.copytree(folder, place / "backups", copy_function=os.link)
        shutil.copy(key, place / "key")
        spoilt = Spoilt(place, home)
        spoil(spoilt)
        found.append(_tried(spoilt, what, names))
        shutil.rmtree(place)
    return found


def _tried(spoilt: Spoilt, what: str, names: tuple[str, ...]) -> Planted:
    wish = restoring.Wish(spoilt.folder, spoilt.key, spoilt.into, which=spoilt.which)
    was = set(_below(spoilt.into.parent))
    try:
        restoring.restore(wish=wish, say=lambda text: None)
        said = "restored"
    except BackupRefused as refusal:
        said = type(refusal).__name__
    planted = Planted(what, names, said, set(_below(spoilt.into.parent)) == was)
    if not planted.is_refused:
        print(f"  {what}: {said}, nothing left: {planted.nothing_left}")
    return planted


def _below(folder: Path) -> Iterator[Path]:
    return folder.rglob("*") if folder.exists() else iter(())


def _put(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(content)


def _flip(file: Path, *, at: int | None = None) -> None:
    """Flip a bit; at: of which byte, one in the middle unless told."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    _put(file, bytes(content))


def _cut(file: Path) -> None:
    content = file.read_bytes()
    _put(file, content[: len(content) - len(content) // 3])


def _swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    _put(one, second)
    _put(other, first)


def _flip_manifest(spoilt: Spoilt) -> None:
    _flip(spoilt.base(folders.MANIFEST), at=200)


def _flip_base(spoilt: Spoilt) -> None:
    _flip(spoilt.base("base.age"))


def _flip_list(spoilt: Spoilt) -> None:
    _flip(spoilt.base("files"))


def _cut_base(spoilt: Spoilt) -> None:
    _cut(spoilt.base("base.age"))


def _cut_wal(spoilt: Spoilt) -> None:
    _cut(spoilt.base("wal.age"))


def _lose_wal(spoilt: Spoilt) -> None:
    spoilt.base("wal.age").unlink()


def _lose_keys(spoilt: Spoilt) -> None:
    spoilt.base("keys.age").unlink()


def _lose_manifest(spoilt: Spoilt) -> None:
    spoilt.base(folders.MANIFEST).unlink()


def _older_base(spoilt: Spoilt) -> None:
    older = spoilt.base("base.age", which=spoilt.older)
    _put(spoilt.base("base.age"), older.read_bytes())


def _older_wal(spoilt: Spoilt) -> None:
    older = spoilt.base("wal.age", which=spoilt.older)
    _put(spoilt.base("wal.age"), older.read_bytes())


def _older_manifest(spoilt: Spoilt) -> None:
    older = spoilt.base(folders.MANIFEST, which=spoilt.older)
    _put(spoilt.base(folders.MANIFEST), older.read_bytes())


def _flip_file(spoilt: Spoilt) -> None:
    _flip(spoilt.file())


def _lose_file(spoilt: Spoilt) -> None:
    spoilt.file().unlink()


def _swap_files(spoilt: Spoilt) -> None:
    _swap(spoilt.file(0), spoilt.file(1))


def _lose_record(spoilt: Spoilt) -> None:
    spoilt.record().unlink()


def _flip_record(spoilt: Spoilt) -> None:
    _flip(spoilt.record())


def _flip_record_head(spoilt: Spoilt) -> None:
    _flip(spoilt.record(), at=40)


def _cut_record(spoilt: Spoilt) -> None:
    _cut(spoilt.record())


def _swap_records(spoilt: Spoilt) -> None:
    _swap(spoilt.record(after=1), spoilt.record(after=2))


def _older_record(spoilt: Spoilt) -> None:
    _put(spoilt.record(after=1), spoilt.record(after=0).read_bytes())


def _forge_record(spoilt: Spoilt) -> None:
    """Put one there that somebody else made who knows the public key, as all may."""
    file, stranger = spoilt.record(), Ed25519PrivateKey.generate()
    header, body = file.read_bytes().split(b"\n", 4)[1::3]
    _put(file, sealing.seal(header=header, body=body, key=stranger))


def _count_otherwise(spoilt: Spoilt) -> None:
    """State a row more than there was, as if one had been lost on the way."""
    held = spoilt.manifest().moment
    counts = {table: rows + (rows > 0) for table, rows in held.counts.items()}
    _sign(spoilt, replace(held, counts=counts))


def _state_another_root(spoilt: Spoilt) -> None:
    held = spoilt.manifest().moment
    assert held.head is not None
    _sign(spoilt, replace(held, head=replace(held.head, root="00" * 32)))


def _sign(spoilt: Spoilt, moment: Moment) -> None:
    """Put another moment into the manifest, with the platform's own signature."""
    manifest = replace(spoilt.manifest(), moment=moment)
    header = folders.MANIFESTS.dump_json(manifest)
    key = sealing.signing_key(home=spoilt.home)
    _put(spoilt.base(folders.MANIFEST), sealing.seal(header=header, body=b"", key=key))


def _lose_end(spoilt: Spoilt) -> None:
    """Take away the end of the log that a newer base knows of, and restore an older."""
    anchor = spoilt.manifest().anchor
    assert anchor is not None
    for file in (spoilt.folder / "log" / anchor.epoch).iterdir():
        if int(file.name) >= anchor.sequence:
            file.unlink()
    spoilt.which = spoilt.older


def _other_key(spoilt: Spoilt) -> None:
    signer = sealing.read_key_file(file=spoilt.key).signer
    spoilt.key.unlink()
    sealing.write_key_file(file=spoilt.key, signer=signer)


def _other_signer(spoilt: Spoilt) -> None:
    lines = spoilt.key.read_text("utf-8").splitlines()
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    spoilt.key.write_text(
        "\n".join(
            f"{sealing.SIGNED_BY}{other}" if one.startswith(sealing.SIGNED_BY) else one
            for one in lines
        ),
        "utf-8",
    )


def _no_key(spoilt: Spoilt) -> None:
    spoilt.key.write_text("AGE-SECRET-KEY-1NONE", "utf-8")


def _taken(spoilt: Spoilt) -> None:
    spoilt.into.mkdir(parents=True)
    (spoilt.into / "something").touch()


SIGNED = ("NotSignedByUs",)
CHANGED, MISSING, BROKEN = ("PieceChanged",), ("PieceMissing",), ("LogBroken",)
FAULTS: dict[str, tuple[Callable[[Spoilt], None], tuple[str, ...]]] = {
    "a bit of the manifest": (_flip_manifest, SIGNED),
    "a bit of the database": (_flip_base, CHANGED),
    "a bit of the list of files": (_flip_list, CHANGED),
    "the end of the database": (_cut_base, CHANGED),
    "the end of what the database wrote": (_cut_wal, CHANGED),
    "what the database wrote is missing": (_lose_wal, MISSING),
    "the keys are missing": (_lose_keys, MISSING),
    "the manifest is missing": (_lose_manifest, ("BackupNotFound",)),
    "the database of an older base": (_older_base, CHANGED),
    "what was written, of an older base": (_older_wal, CHANGED),
    "the manifest of an older base": (_older_manifest, CHANGED),
    "a bit of a file": (_flip_file, CHANGED),
    "a file is missing": (_lose_file, MISSING),
    "two files change places": (_swap_files, CHANGED),
    "a record is missing": (_lose_record, BROKEN),
    "a bit of a record": (_flip_record, CHANGED),
    "a bit of a record's head": (_flip_record_head, SIGNED),
    "the end of a record": (_cut_record, CHANGED),
    "two records change places": (_swap_records, BROKEN),
    "a record in the place of the next": (_older_record, BROKEN),
    "a record somebody else made": (_forge_record, SIGNED),
    "the end of the log that a newer base knows of": (_lose_end, BROKEN),
    "other rows than were counted": (_count_otherwise, ("RestoreDiffers",)),
    "another root than was published": (_state_another_root, ("RestoreDiffers",)),
    "a key that opens other backups": (_other_key, ("KeyDoesNotOpen",)),
    "backups of another platform": (_other_signer, SIGNED),
    "no key at all": (_no_key, ("KeyFileUnreadable",)),
    "a place that is taken": (_taken, ("HomeNotEmpty",)),
}
