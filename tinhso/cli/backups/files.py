"""The store of files, copied file by file: each of them once, for it never changes."""

import hmac
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from pyrage import x25519

from tinhso.cli.backups import sealing
from tinhso.cli.backups.folder import file_piece
from tinhso.cli.backups.types import KeyDoesNotOpen, PieceChanged, PieceMissing

DIGEST_LETTERS = 64
TICK_NANOSECONDS = 10**9
# Each by itself costs some milliseconds; all of the disk at once costs the others.
FEW, MOST_AT_ONCE = 40, 1_000


@dataclass(slots=True)
class Copier:
    """Copies what is new in a store into a folder of backups, round by round.

    seen: when each folder of the store had changed last, in nanoseconds. damaged: files
    that are not what they are named; they are not copied. written: files under their
    passing names, and the names they shall have.
    """

    home: Path
    folder: Path
    recipients: Sequence[x25519.Recipient]
    key: bytes
    seen: dict[Path, int] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    written: list[tuple[Path, Path]] = field(default_factory=list)

    def copy(self) -> Iterator[tuple[str, int]]:
        """Copy what came since the last round; yield keyed names and sizes in bytes.

        The first round yields all there are. A name can be yielded again. What was
        yielded is durable when the last one has been.
        """
        for place in sorted((self.home / "files").glob("??")):
            # Read before the names are: what comes meanwhile is seen the next time.
            changed = place.stat().st_mtime_ns
            if self.seen.get(place) == changed:
                continue
            yield from self._copy_folder(place)
            # Within one tick of the file system's clock more may come unseen.
            if time.time_ns() - changed > TICK_NANOSECONDS:
                self.seen[place] = changed
        self._settle()

    def _copy_folder(self, place: Path) -> Iterator[tuple[str, int]]:
        for file in sorted(place.iterdir()):
            if len(file.name) == DIGEST_LETTERS:
                name = keyed_name(digest=file.name, key=self.key)
                if self._has(file, name):
                    yield name, file.stat().st_size

    def _has(self, file: Path, name: str) -> bool:
        """Copy a file unless it was; tell whether the folder has it."""
        target = file_piece(folder=self.folder, name=name)
        if target.exists():
            return True
        content = file.read_bytes()
        if sha256(content).hexdigest() != file.name:
            self.damaged.add(file.name)
            return False
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = target.with_name(f".new-{uuid4().hex}")
        aside.write_bytes(
            sealing.encrypted(content=content, recipients=self.recipients)
        )
        self.written.append((aside, target))
        if len(self.written) >= MOST_AT_ONCE:
            self._settle()
        return True

    def _settle(self) -> None:
        """Make what was written durable, and give it its name only then."""
        if len(self.written) > FEW:
            os.sync()
        else:
            for aside, _ in self.written:
                sealing.sync(path=aside)
        for aside, target in self.written:
            aside.rename(target)
        for folder in {target.parent for _, target in self.written}:
            sealing.sync(path=folder)
        self.written.clear()


def naming_key(*, home: Path) -> bytes:
    """Read the key that names are made with; make it the first time.

    Without it, whoever holds the backups could tell from a name that a certain paper
    is among them.
    """
    file = home / "keys" / "backup_names"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), "ascii")
    return bytes.fromhex(file.read_text("ascii"))


def keyed_name(*, digest: str, key: bytes) -> str:
    """Tell under which name the file of a SHA-256 is kept in a backup."""
    return hmac.new(key, digest.encode(), sha256).hexdigest()


def bring_back(
    *, folder: Path, home: Path, names: Iterable[str], identity: x25519.Identity
) -> None:
    """Decrypt files into the store of a home.

    names: keyed ones.
    :raises PieceMissing, PieceChanged: if one is not what was kept.
    """
    key = naming_key(home=home)
    for name in names:
        content = _opened(folder, name, identity)
        digest = sha256(content).hexdigest()
        if keyed_name(digest=digest, key=key) != name:
            raise PieceChanged(piece=f"files/{name}")
        target = home / "files" / digest[:2] / digest
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        target.write_bytes(content)


def _opened(folder: Path, name: str, identity: x25519.Identity) -> bytes:
    piece, file = f"files/{name}", file_piece(folder=folder, name=name)
    if not file.exists():
        raise PieceMissing(piece=piece)
    content = file.read_bytes()
    try:
        return sealing.decrypted(content=content, piece=piece, identity=identity)
    except KeyDoesNotOpen as error:
        # The key has opened other pieces before.
        raise PieceChanged(piece=piece) from error
