"""Rows are in their table once, whoever writes; the latest of each fact is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tinhso.lake import actions, queries
from tinhso.lake.models import BatchRow, WaitingRow
from tinhso.lake.providers import published, tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.place import warehouse
from tinhso.lake.types import Column, DatasetDiffers, DatasetUnknown, Kind, TableMissing

MONTH = timedelta(days=31)


def test_what_is_handed_in_comes_back_as_it_was(hand_in, ask, now):
    visit = hand_in(number=2**40, minutes=1.5, is_served=True)

    assert actions.append_waiting(at=now) == 1

    row = ask(
        "SELECT visit_id, desk, number, came_on, came_at, minutes, is_served"
        " FROM counters.visits"
    )[0]
    assert row == (str(visit), "H49.06688", 2**40, now.date(), now, 1.5, True)
    assert not WaitingRow.objects.exists()


def test_an_empty_lake_has_no_rows(visits, ask):
    assert ask("SELECT count(*), max(number) FROM counters.visits") == [(0, None)]


def test_strangers_on_the_machine_do_not_enter_the_folder(hand_in, now):
    hand_in()
    actions.append_waiting(at=now)

    assert Path(warehouse()).stat().st_mode & 0o007 == 0


def test_rows_of_each_month_lie_apart(hand_in, visits, now):
    hand_in()
    hand_in()
    hand_in(after=MONTH)
    actions.append_waiting(at=now)

    folders = {
        file.file_path.split("/")[-2]: file.record_count
        for file in tables.files_of(find_table(visits))
    }

    assert folders == {"2026-06": 2, "2026-07": 1}


def test_a_batch_that_is_written_again_is_not_doubled(hand_in, visits, ask, now):
    hand_in()
    batch = actions._next_batch(visits.name, now)
    rows = actions._columns(visits, batch)

    first, second = (
        tables.append_rows(visits, rows, source=actions.ROOMS, position=batch.number)
        for _ in range(2)
    )
    actions.append_waiting(at=now)

    assert (first.is_fresh, second.is_fresh) == (True, False)
    assert ask("SELECT count(*) FROM counters.visits__all") == [(1,)]
    assert not BatchRow.objects.filter(appended_at=None).exists()


def test_a_writer_who_is_late_by_a_whole_batch_adds_nothing(hand_in, visits, ask, now):
    hand_in()
    late = actions._next_batch(visits.name, now)
    rows = actions._columns(visits, late)
    actions.append_waiting(at=now)
    hand_in()
    actions.append_waiting(at=now)

    tables.append_rows(visits, rows, source=actions.ROOMS, position=late.number)

    assert ask("SELECT count(*) FROM counters.visits__all") == [(2,)]


def test_a_correction_is_the_latest_and_the_corrected_row_stays(hand_in, ask, now):
    visit = hand_in(number=1)
    hand_in(number=5)
    hand_in(number=2, visit_id=visit, after=timedelta(hours=1), correction=True)
    actions.append_waiting(at=now)

    assert ask("SELECT number FROM counters.visits ORDER BY 1") == [(2,), (5,)]
    assert ask("SELECT count(*) FROM counters.visits__all") == [(3,)]


def test_a_correction_that_comes_too_late_replaces_nothing_newer(hand_in, ask, now):
    visit = hand_in(number=1)
    for number, hours in ((3, 2), (2, 1)):  # the older one comes last
        hand_in(
            number=number,
            visit_id=visit,
            after=timedelta(hours=hours),
            correction=True,
        )
    actions.append_waiting(at=now)

    assert ask("SELECT number FROM counters.visits") == [(3,)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"number": "seven"}, "number: str instead of whole"),
        ({"number": True}, "number: bool instead of whole"),
        ({"number": 2**63}, "number: beyond 64 bits"),
        ({"desk": None}, "desk: missing"),
        ({"desk": "a\0b"}, "desk: unwritable"),
        ({"minutes": float("nan")}, "minutes: unwritable"),
        ({"came_at": datetime(2026, 6, 1)}, "came_at: a moment without its zone"),  # noqa: DTZ001
        ({"came_on": datetime(2026, 6, 1, tzinfo=UTC)}, "came_on: datetime instead"),
        ({"name": "Nguyễn Thị Hoa"}, "name: not declared"),
    ],
)
def test_a_wrong_row_is_set_aside_with_its_reason(hand_in, ask, now, wrong, reason):
    hand_in(**wrong)
    hand_in()
    actions.append_waiting(at=now)

    aside = queries.set_aside()

    assert len(aside) == 1 and aside[0].reason.startswith(reason)
    assert ask("SELECT count(*) FROM counters.visits") == [(1,)]
    assert [(s.rows, s.waiting, s.set_aside) for s in queries.tables()] == [(1, 0, 1)]


def test_a_dataset_that_nobody_publishes_is_refused(visits, now):
    with pytest.raises(DatasetUnknown):
        actions.hand_in(dataset="people.names", values={}, at=now)


def test_a_new_column_is_empty_in_the_rows_before_it(hand_in, visits, ask, now):
    hand_in()
    actions.append_waiting(at=now)
    channel = Column("channel", Kind.TEXT, "kênh", "channel", may_be_empty=True)
    wider = replace(visits, columns=(*visits.columns, channel))

    actions.publish(dataset=wider)
    hand_in(channel="online")
    actions.append_waiting(at=now)

    assert ask("SELECT channel FROM counters.visits ORDER BY 1") == [
        ("online",),
        (None,),
    ]
    assert actions.compact()[0].after == 1
    assert ask("SELECT count(channel), count(*) FROM counters.visits") == [(1, 2)]


def test_a_column_is_declared_before_the_first_row_after_it(hand_in, visits, ask, now):
    hand_in()
    actions.append_waiting(at=now)
    channel = Column("channel", Kind.TEXT, "kênh", "channel", may_be_empty=True)

    actions.publish(dataset=replace(visits, columns=(*visits.columns, channel)))

    assert ask("SELECT channel FROM counters.visits") == [(None,)]


def test_a_column_that_changes_its_kind_is_refused(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)
    other = tuple(replace(c, kind=Kind.REAL) for c in visits.columns)

    actions.publish(dataset=replace(visits, columns=other))

    with pytest.raises(DatasetDiffers):
        tables.append_rows(
            replace(visits, columns=other), {}, source="other", position=1
        )


def test_compaction_joins_files_and_changes_no_row(hand_in, visits, ask, now):
    for number in range(6):
        hand_in(number=number, after=MONTH * (number % 2))
        actions.append_waiting(at=now)
    before = ask("FROM counters.visits__all ORDER BY lake_seq")

    report = actions.compact()[0]

    assert (report.before, report.after) == (6, 2)
    assert ask("FROM counters.visits__all ORDER BY lake_seq") == before


def test_compaction_and_a_writer_do_not_undo_each_other(
    hand_in, visits, ask, now, monkeypatch
):
    for number in range(3):
        hand_in(number=number)
        actions.append_waiting(at=now)
    join = tables.rows.join

    def meanwhile(*args):
        made = join(*args)
        hand_in(number=99)
        actions.append_waiting(at=now)
        return made

    monkeypatch.setattr(tables.rows, "join", meanwhile)

    actions.compact()

    assert ask("SELECT number FROM counters.visits__all ORDER BY 1") == [
        (0,),
        (1,),
        (2,),
        (99,),
    ]
    assert tables.mark_of(find_table(visits), actions.ROOMS) == 4


def test_old_states_and_files_go_and_the_newest_stays(hand_in, visits, ask, now):
    for _ in range(4):
        hand_in()
        actions.append_waiting(at=now)
    actions.compact()
    folder = find_table(visits).location()
    orphan = f"{folder}/data/2026-06/orphan.parquet"
    with open(orphan, "wb") as file:
        file.write(b"of a writer who died")
    later = datetime.now(UTC) + timedelta(days=40)

    report = actions.tidy(at=later)[0]

    table = find_table(visits)
    data = list(Path(folder).rglob("*.parquet"))
    assert report.snapshots == 4 and report.files >= 5
    assert len(table.metadata.snapshots) == 1 and len(data) == 1
    assert ask("SELECT count(*) FROM counters.visits") == [(4,)]
    assert tables.mark_of(table, actions.ROOMS) == 4


def test_a_file_that_was_just_written_is_left(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)
    fresh = Path(find_table(visits).location()) / "data" / "fresh.parquet"
    fresh.write_bytes(b"about to be named")

    actions.tidy(at=datetime.now(UTC))

    assert fresh.exists()


def test_a_table_without_its_files_is_said_to_be_missing(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)
    Path(find_table(visits).metadata_location).unlink()

    with pytest.raises(TableMissing):
        find_table(visits)


def test_a_dataset_that_fails_keeps_no_other_from_its_rows(hand_in, visits, ask, now):
    hand_in()
    actions.append_waiting(at=now)
    lost = replace(visits, name="counters.lost")
    published.publish(lost)
    published._datasets = dict(reversed(published._datasets.items()))
    table = tables.table_of(lost)
    Path(table.metadata_location).unlink()
    visit = hand_in()
    WaitingRow.objects.create(dataset=lost.name, values={}, handed_at=now)

    with pytest.raises(TableMissing):
        actions.append_waiting(at=now)

    assert (str(visit),) in ask("SELECT visit_id FROM counters.visits")


def test_a_dataset_of_content_is_known_as_long_as_it_is_declared(visits):
    declared = [replace(visits, name="registries.schools")]
    actions.publish_family(read=lambda: declared, among=lambda name, find: None)
    known = [state.dataset.name for state in queries.tables()]

    declared.clear()

    assert known == ["counters.visits", "registries.schools"]
    with pytest.raises(DatasetUnknown):
        published.dataset_of("registries.schools")
