"""What is old is forgotten, but never what a kept backup needs."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from tinhso.cli.backups import files, folder, log, retention, sealing
from tinhso.cli.backups.types import (
    Anchor,
    BackupBusy,
    BackupNotFound,
    Manifest,
    Moment,
    PieceChanged,
    PieceMissing,
    Server,
    UntilBeforeBackups,
)

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
MONTH = timedelta(days=30)


class Backups:
    """A folder with bases of chosen days, which need chosen files."""

    def __init__(self, home):
        self.folder, self.key = home / "backups", sealing.signing_key(home=home)
        self.signer = self.key.public_key()

    def base(self, days_ago, needs=(), anchor=None):
        at = NOW - timedelta(days=days_ago)
        which = f"{at:%Y%m%dT%H%M%SZ}"
        staged = folder.base_folder(folder=self.folder, which=f".new-{which}")
        staged.mkdir(parents=True)
        listed = staged / folder.FILES
        listed.write_text("".join(f"{name}\n" for name in needs))
        manifest = Manifest(
            id=which,
            at=at,
            platform="1",
            server=Server(180_000, "7", 2**24, "tinhso", "postgres"),
            moment=Moment("0/1", "0/2", at, {}, None, ()),
            pieces=(),
            files=len(needs),
            file_bytes=0,
            damaged=(),
            anchor=anchor,
        )
        header = folder.MANIFESTS.dump_json(manifest)
        content = sealing.seal(header=header, body=b"", key=self.key)
        folder.write_manifest(staged=staged, manifest=manifest, content=content)
        return which

    def file(self, name, days_ago):
        file = folder.file_piece(folder=self.folder, name=name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        then = (NOW - timedelta(days=days_ago)).timestamp()
        os.utime(file, (then, then))

    def record(self, epoch, sequence):
        file = log.record_file(folder=self.folder, epoch=epoch, sequence=sequence)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    def forget(self):
        return retention.forget(
            folder=self.folder, older_than=MONTH, signer=self.signer, at=NOW
        )

    def left(self, what):
        found = (self.folder / what).rglob("*")
        return sorted(one.name for one in found if one.is_file())


@pytest.fixture
def backups(tmp_path):
    return Backups(tmp_path)


def test_the_base_that_the_oldest_kept_moment_needs_is_kept(backups):
    backups.base(60)
    needed = backups.base(40)
    young = backups.base(2)

    gone = backups.forget()

    # Thirty days ago one restores from the base of forty days ago.
    assert folder.ids(folder=backups.folder) == (needed, young)
    assert gone.bases == 1


def test_the_only_backup_is_never_forgotten(backups):
    only = backups.base(400)

    backups.forget()

    assert folder.ids(folder=backups.folder) == (only,)


def test_a_file_goes_when_no_kept_base_names_it_and_it_is_older_than_all(backups):
    backups.base(60, needs=["aa1", "bb1"])
    backups.base(40, needs=["bb1"])
    backups.base(2, needs=["bb1"])
    backups.file("aa1", 61)
    backups.file("bb1", 61)
    # Named by a row that the log alone has.
    backups.file("cc1", 1)

    gone = backups.forget()

    assert backups.left("files") == ["bb1.age", "cc1.age"]
    assert gone.files == 1


def test_records_go_up_to_the_one_that_the_oldest_kept_base_names(backups):
    backups.base(60, anchor=Anchor("A", 1, "x"))
    backups.base(40, anchor=Anchor("B", 2, "x"))
    backups.base(2, anchor=Anchor("B", 4, "x"))
    for epoch, sequence in (("A", 1), ("A", 2), ("B", 1), ("B", 2), ("B", 3)):
        backups.record(epoch, sequence)

    gone = backups.forget()

    assert backups.left("log") == [f"{n:012}" for n in (2, 3)]
    assert log.epochs(folder=backups.folder) == ("B",)
    assert gone.records == 3


def test_a_base_without_a_log_before_it_keeps_all_records(backups):
    backups.base(60, anchor=Anchor("A", 1, "x"))
    backups.base(40)
    backups.base(2, anchor=Anchor("A", 3, "x"))
    for sequence in (1, 2, 3):
        backups.record("A", sequence)

    assert backups.forget().records == 0


def test_one_writes_at_a_time(backups):
    with folder.only_writer(folder=backups.folder, what="bases"):
        with pytest.raises(BackupBusy):
            backups.forget()
        with folder.only_writer(folder=backups.folder, what="log"):
            pass


def test_a_moment_is_restored_from_the_newest_base_before_it(backups):
    old, young = backups.base(9), backups.base(2)

    def chosen(**asked):
        values = {"which": None, "until": None, **asked}
        found = folder.choose(folder=backups.folder, signer=backups.signer, **values)
        return found.id

    assert chosen() == young
    assert chosen(until=NOW - timedelta(days=5)) == old
    assert chosen(which=old) == old
    with pytest.raises(UntilBeforeBackups):
        chosen(until=NOW - timedelta(days=20))
    with pytest.raises(BackupNotFound):
        chosen(which="20200101T000000Z")


class Store:
    """A store of files and a folder that they are copied into."""

    def __init__(self, home):
        self.home, self.folder, self.back = home / "a", home / "b", home / "c"
        key = sealing.signing_key(home=self.home).public_key()
        recipient = sealing.write_key_file(file=home / "key", signer=key)
        self.identity = sealing.read_key_file(file=home / "key").identity
        self.copier = files.Copier(
            self.home,
            self.folder,
            sealing.recipients_of(texts=[recipient]),
            files.naming_key(home=self.home),
        )

    def keep(self, content, digest=""):
        digest = digest or files.sha256(content).hexdigest()
        target = self.home / "files" / digest[:2] / digest
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return digest

    def bring_back(self, names):
        (self.back / "keys").mkdir(parents=True, exist_ok=True)
        key = (self.home / "keys" / "backup_names").read_text()
        (self.back / "keys" / "backup_names").write_text(key)
        files.bring_back(
            folder=self.folder, home=self.back, names=names, identity=self.identity
        )


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_files_come_back_under_their_digests(store):
    digest = store.keep(b"a birth certificate")

    names = dict(store.copier.copy())
    store.bring_back(names)

    back = store.back / "files" / digest[:2] / digest
    assert back.read_bytes() == b"a birth certificate"
    assert digest not in "".join(str(one) for one in store.folder.rglob("*"))


def test_a_file_is_copied_once_and_one_that_came_later_is_seen(store):
    store.keep(b"first")
    (name,) = dict(store.copier.copy())
    piece = folder.file_piece(folder=store.folder, name=name)
    was = piece.stat().st_mtime_ns
    store.keep(b"second")

    later = dict(store.copier.copy())

    assert piece.stat().st_mtime_ns == was
    assert len(set(later) | {name}) == 2
    assert len(list((store.folder / "files").rglob("*.age"))) == 2


def test_a_file_that_rotted_in_the_store_is_named_and_not_copied(store):
    good, rotten = store.keep(b"good"), store.keep(b"rotten", digest="f" * 64)

    names = dict(store.copier.copy())

    assert store.copier.damaged == {rotten}
    assert len(names) == 1
    store.bring_back(names)
    assert (store.back / "files" / good[:2] / good).exists()


def test_a_missing_or_changed_file_is_refused(store):
    store.keep(b"one")
    store.keep(b"two")
    one, two = dict(store.copier.copy())
    first, second = (
        folder.file_piece(folder=store.folder, name=name) for name in (one, two)
    )
    content = first.read_bytes()

    first.write_bytes(second.read_bytes())
    with pytest.raises(PieceChanged):
        store.bring_back([one])
    first.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(PieceChanged):
        store.bring_back([one])
    first.unlink()
    with pytest.raises(PieceMissing):
        store.bring_back([one])
