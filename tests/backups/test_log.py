"""A log is followed as far as it goes without a gap; a gap within it is a fault."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tinhso.cli.backups import log, sealing
from tinhso.cli.backups.types import (
    Anchor,
    LogBroken,
    Manifest,
    Moment,
    Record,
    Server,
)

SIZE = 2**20
AT = datetime(2026, 11, 26, tzinfo=UTC)
FIRST, SECOND = "000000010000000000000001", "000000010000000000000002"


class Made:
    """A base of a part of one segment, and a log that can be added to."""

    def __init__(self, folder):
        self.folder, self.base = folder / "backups", folder / "replay"
        self.key = sealing.signing_key(home=folder)
        signer = self.key.public_key()
        recipient = sealing.write_key_file(file=folder / "key", signer=signer)
        self.recipients = sealing.recipients_of(texts=[recipient])
        self.recovery = sealing.read_key_file(file=folder / "key")
        self.base.mkdir()
        (self.base / f"{FIRST}.partial").write_bytes(b"base".ljust(SIZE, b"\0"))
        server = Server(180_000, "7", SIZE, "tinhso", "postgres")
        held = Moment("0/1", "0/2", AT, {}, None, ())
        self.manifest = Manifest("b", AT, "1", server, held, (), 0, 0, (), None)
        self.last = Anchor("20261126T0000", 0, "")

    def add(self, segment, offset, content, **more):
        values = {"complete": False, "system": "7", **more}
        record = Record(
            epoch=self.last.epoch,
            sequence=self.last.sequence + 1,
            previous=self.last.digest,
            at=AT + timedelta(seconds=self.last.sequence + 1),
            segment=segment,
            offset=offset,
            length=len(content),
            **values,
        )
        body = sealing.encrypted(content=content, recipients=self.recipients)
        self.last = log.append(
            folder=self.folder, record=record, body=body, key=self.key
        )
        return self.last

    def follow(self, **more):
        return log.replay(
            folder=self.folder,
            manifest=self.manifest,
            recovery=self.recovery,
            into=self.base,
            **more,
        )

    def file(self, sequence):
        return log.record_file(
            folder=self.folder, epoch=self.last.epoch, sequence=sequence
        )

    def segment(self, name):
        return (self.base / name).read_bytes().rstrip(b"\0")


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path)


def test_stretches_are_put_together_to_segments(made):
    made.add(FIRST, 4, b" and more")
    made.add(FIRST, 13, b" still", complete=True)
    made.add(SECOND, 0, b"next")

    trail = made.follow()

    assert made.segment(FIRST) == b"base and more still"
    assert made.segment(SECOND) == b"next"
    assert {one.stat().st_size for one in made.base.iterdir()} == {SIZE}
    assert (trail.records, trail.left_out) == (3, 0)
    assert trail.last_at == AT + timedelta(seconds=3)


def test_a_log_that_lags_behind_takes_nothing_from_the_base(made):
    made.add(FIRST, 0, b"ba")
    made.add(FIRST, 2, b"se and")

    made.follow()

    assert made.segment(FIRST) == b"base and"


def test_records_before_the_base_are_passed_over(made):
    made.add("000000010000000000000000", 0, b"long ago", complete=True)
    made.add(FIRST, 0, b"base and more")

    trail = made.follow()

    assert made.segment(FIRST) == b"base and more"
    assert (trail.records, trail.left_out) == (1, 0)


def test_a_log_goes_on_after_the_record_that_the_base_names(made):
    anchor = made.add(FIRST, 0, b"ba")
    made.add(FIRST, 2, b"se, later")
    made.manifest = replace(made.manifest, anchor=anchor)
    made.file(1).unlink()

    trail = made.follow()

    assert (made.segment(FIRST), trail.records) == (b"base, later", 1)


def test_a_missing_record_is_found(made):
    for part in range(3):
        made.add(FIRST, 4 + part, b"x")
    made.file(2).unlink()

    with pytest.raises(LogBroken, match=r"/2: it is missing"):
        made.follow()


def test_a_log_without_its_beginning_is_found(made):
    made.add(FIRST, 4, b"x")
    made.add(FIRST, 5, b"y")
    made.file(1).unlink()

    with pytest.raises(LogBroken, match=r"/1: it is missing"):
        made.follow()


def test_a_genuine_record_of_another_history_is_found(made):
    anchor = made.add(FIRST, 4, b"x")
    made.add(FIRST, 5, b"y")
    made.last = anchor
    taken = made.file(2).read_bytes()
    made.add(FIRST, 5, b"instead")
    made.add(FIRST, 12, b"!")
    made.file(2).write_bytes(taken)

    with pytest.raises(LogBroken, match="does not follow"):
        made.follow()


def test_an_end_that_another_manifest_knows_of_is_missed(made):
    made.add(FIRST, 4, b"x")
    promised = made.add(FIRST, 5, b"y")
    made.file(2).unlink()

    with pytest.raises(LogBroken, match=r"/2: it is missing"):
        made.follow(promised=[promised])


def test_what_lies_after_a_gap_is_left_out_and_said(made):
    made.add(FIRST, 4, b"x")
    made.last = Anchor("20261126T0001", 0, "")
    made.add("000000010000000000000009", 0, b"far away")
    made.add("000000010000000000000009", 8, b"farther")

    trail = made.follow()

    assert (trail.records, trail.left_out) == (1, 2)
    assert not (made.base / "000000010000000000000009").exists()


def test_a_log_of_another_database_never_joins(made):
    made.add(FIRST, 4, b"x", system="8")

    trail = made.follow()

    assert (made.segment(FIRST), trail.left_out) == (b"base", 1)


def test_segments_are_counted_as_postgresql_counts_them():
    usual = 16 * 2**20

    def after(segment):
        return log.successor(segment=segment, segment_bytes=usual)

    assert after("0000000100000000000000FE") == "0000000100000000000000FF"
    assert after("0000000100000000000000FF") == "000000010000000100000000"
    assert after("0000000A0000000100000009") == "0000000A000000010000000A"
