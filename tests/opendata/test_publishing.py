"""Publishing freezes the lake's rows through the gate, once, for good, and by whom."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction

from tests.opendata.places import body, column, figures, stay
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.events.models import OutboxEvent
from tinhso.lake import queries as lake
from tinhso.lake.types import DatasetUnknown
from tinhso.opendata import actions, queries
from tinhso.opendata.models import VersionRow
from tinhso.opendata.providers import freezing
from tinhso.opendata.providers.files import file_of, folder_of
from tinhso.opendata.rules import gate
from tinhso.opendata.rules.declaring import entry_of
from tinhso.opendata.types import (
    AlreadyWithdrawn,
    Ask,
    ChangeTooSmall,
    ColumnMissing,
    ColumnPersonal,
    DatasetNotFound,
    FileMissing,
    GroupTooSmall,
    NothingToPublish,
    PublisherUnknown,
    ReasonMissing,
    Reidentifiable,
    SourceGuardedElsewhere,
    TooManyRows,
    VersionWithdrawn,
)

QUASI = {"quasi_identifiers": ["commune", "birth_year"]}


def path_of(version):
    return file_of(version.slug, version.number, version.sha256)


def rows_in(version):
    return pq.read_table(path_of(version)).to_pylist()


def test_a_version_names_table_snapshot_formula_and_the_hash_of_its_file(
    published_stays,
):
    version = published_stays
    [state] = [t for t in lake.tables() if t.dataset.name == version.table]

    assert (version.number, version.rows) == (1, 40)
    assert version.table_uuid == state.uuid
    assert version.snapshot_id == state.snapshot_id
    assert version.sha256 == sha256(path_of(version).read_bytes()).hexdigest()
    assert len(version.formula) == 64


def test_a_version_stays_as_it_was_when_the_lake_goes_on(
    published_stays, stays, publish
):
    before = path_of(published_stays).read_bytes()
    stays(*(stay(commune="06715") for _ in range(6)))

    second = publish()

    assert (second.number, second.rows) == (2, 46)
    assert path_of(published_stays).read_bytes() == before
    assert queries.find_version(name="luu-tru").number == 2
    assert queries.get_version(slug="luu-tru", number=1) == published_stays


def test_publishing_is_in_the_journal_and_told(published_stays):
    entry = JournalEntry.objects.get(deed="opendata.publish")
    event = OutboxEvent.objects.get(name="opendata.DatasetPublished")

    assert entry.details["sha256"] == published_stays.sha256
    assert event.body["number"] == 1


def test_no_file_is_left_of_what_was_refused(stays, enter, publish):
    stays(*(stay(birth_year=1931 + n) for n in range(3)))
    enter(body(privacy=QUASI))

    with pytest.raises(GroupTooSmall):
        publish()

    assert not list(folder_of("luu-tru").glob("*"))
    assert VersionRow.objects.count() == 0


def test_a_column_that_tells_of_persons_is_refused_however_it_is_used(
    stays, enter, publish
):
    stays(*(stay() for _ in range(6)))
    enter(body("guest", "nights"))
    with pytest.raises(ColumnPersonal) as refused:
        publish()
    assert refused.value.params["column"] == "guest"

    enter(body(where=[{"column": "guest", "test": "is", "value": "A"}]))
    with pytest.raises(ColumnPersonal):
        publish()


def test_a_table_or_column_that_is_not_there_is_refused(stays, enter, publish):
    enter(body("commune", "age"))
    with pytest.raises(ColumnMissing):
        publish()
    enter(body(source="counters.nowhere"))
    with pytest.raises(DatasetUnknown):
        publish()
    enter(body(publisher="H99"))
    with pytest.raises(PublisherUnknown):
        publish()
    with pytest.raises(DatasetNotFound):
        publish("khong-co")


def test_synthetic_rows_and_real_ones_never_meet(stays, enter, publish):
    stays(*(stay(nights=n) for n in range(6)))
    stays(*(stay(nights=50 + n, is_synthetic=True) for n in range(7)))
    enter(body("nights"))
    enter(body("nights", key="luu-tru-mo-phong", synthetic=True))

    real, made_up = publish(), publish("luu-tru-mo-phong")

    assert [row["nights"] for row in rows_in(real)] == list(range(6))
    assert [row["nights"] for row in rows_in(made_up)] == list(range(50, 57))
    assert (real.is_synthetic, made_up.is_synthetic) == (False, True)


def test_nothing_real_is_nothing_to_publish(stays, enter, publish):
    stays(*(stay(is_synthetic=True) for _ in range(6)))
    enter()

    with pytest.raises(NothingToPublish):
        publish()


def test_a_version_has_so_many_rows_and_no_more(stays, enter, publish, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ROWS", 5)
    stays(*(stay() for _ in range(6)))
    enter()

    with pytest.raises(TooManyRows):
        publish()


def test_conditions_choose_rows_and_their_values_are_no_sql(stays, enter, publish):
    stays(*(stay(reason="x' OR true --") for _ in range(5)), *(stay() for _ in "abc"))
    value = {"column": "reason", "test": "is", "value": "x' OR true --"}
    enter(body("reason", where=[value]))

    assert publish().rows == 5


def test_figures_are_frozen_with_their_totals_and_small_ones_hidden(
    stays, enter, publish
):
    stays(*(stay(reason="thăm thân") for _ in range(9)), *(stay() for _ in range(7)))
    stays(stay(reason="khám bệnh"))
    enter(figures())

    version = publish()

    shown = {
        row["reason"]: row["guests"] for row in rows_in(version) if not row["total_by"]
    }
    assert shown == {"thăm thân": 9, "du lịch": None, "khám bệnh": None}
    assert version.gate.cells == 2


def test_the_attack_finds_in_the_file_what_a_broken_gate_lets_through(
    stays, enter, publish, monkeypatch
):
    def open_gate(rows, entry, older=()):
        return gate.Gated(rows, gate.GateReport(0, 0, 0, 0, 0))

    monkeypatch.setattr(gate, "pass_rows", open_gate)
    stays(*(stay() for _ in range(9)), stay(birth_year=1931))
    enter(body(privacy=QUASI))

    with pytest.raises(Reidentifiable) as refused:
        publish()

    assert refused.value.params["combination"] == "06688 × 1931"
    assert not list(folder_of("luu-tru").glob("*"))


def test_the_attack_finds_a_figure_that_a_broken_gate_shows(
    stays, enter, publish, monkeypatch
):
    monkeypatch.setattr(gate, "hidden", lambda *given: set())
    stays(*(stay() for _ in range(9)), stay(reason="khám bệnh"))
    enter(figures())

    with pytest.raises(Reidentifiable):
        publish()


def test_the_attack_finds_a_lone_hidden_figure_by_its_total(
    stays, enter, publish, monkeypatch
):
    monkeypatch.setattr(
        gate,
        "hidden",
        lambda figures, *rest: {f for f, n in figures.items() if n < 5},
    )
    stays(*(stay() for _ in range(9)), stay(reason="khám bệnh"))
    enter(figures())

    with pytest.raises(Reidentifiable) as refused:
        publish()

    assert "khám bệnh" in refused.value.params["combination"]


def test_two_guarded_datasets_of_a_table_are_refused_for_they_unmask_each_other(
    stays, enter, publish
):
    stays(*(stay() for _ in range(9)), *(stay(reason="thăm thân") for _ in range(9)))
    enter(figures())
    enter(figures(key="khac"))
    enter(body("nights", key="khong-nguoi"))
    publish()

    with pytest.raises(SourceGuardedElsewhere) as refused:
        publish("khac")

    assert refused.value.params["slug"] == "luu-tru"
    assert publish("khong-nguoi").number == 1
    assert publish().number == 2


def test_a_neighbour_who_knows_age_and_commune_finds_five_or_nobody(
    stays, enter, publish
):
    years = [1990] * 7 + [1991] * 5 + [1931]
    stays(*(stay(birth_year=year) for year in years))
    enter(body(privacy={**QUASI, "small_groups": "suppress"}))
    known = [("06688", year) for year in (1931, 1990, 1991)]

    version = publish()

    frozen = [(row["commune"], row["birth_year"]) for row in rows_in(version)]
    fits = [frozen.count(person) for person in known]
    assert fits == [0, 7, 5]


def test_who_came_since_the_last_version_is_not_told_apart(stays, enter, publish):
    stays(*(stay() for _ in range(8)))
    enter(body(privacy=QUASI))
    publish()
    stays(stay())

    with pytest.raises(ChangeTooSmall):
        publish()

    stays(*(stay() for _ in range(4)))
    assert publish().rows == 13


def test_a_version_is_not_made_where_an_earlier_one_cannot_be_compared(
    stays, enter, publish
):
    stays(*(stay() for _ in range(8)))
    enter(body(privacy=QUASI))
    path_of(publish()).unlink()

    with pytest.raises(FileMissing):
        publish()


def test_what_fails_after_the_file_was_named_leaves_no_version_and_may_be_done_again(
    stays, enter, publish, monkeypatch
):
    stays(*(stay() for _ in range(6)))
    enter()
    with monkeypatch.context() as broken:
        broken.setattr(actions.events, "record", lambda *given, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish()
    assert VersionRow.objects.count() == 0

    version = publish()

    assert version.number == 1
    assert version.sha256 == sha256(path_of(version).read_bytes()).hexdigest()


def test_two_who_publish_at_once_make_two_versions(
    transactional_db, stays, enter, publish, now
):
    stays(*(stay() for _ in range(6)))
    enter()
    ready = Barrier(2)

    def do(_):
        ready.wait(20)
        try:
            return publish().number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(do, range(2)))

    assert sorted(numbers) == [1, 2]
    assert queries.get_dataset(slug="luu-tru", on=now.date()).newest.number == 2


def test_a_withdrawn_version_leaves_a_notice_and_the_one_before_is_shown(
    published_stays, publish, now
):
    second = publish()

    actions.withdraw(slug="luu-tru", number=2, reason="Sai.", actor=SYSTEM, at=now)

    shown = queries.get_dataset(slug="luu-tru", on=now.date())
    notice = queries.get_version(slug="luu-tru", number=2)
    assert shown.newest.number == 1
    assert (notice.reason, notice.withdrawn_at) == ("Sai.", now)
    with pytest.raises(VersionWithdrawn):
        queries.rows_of(version=notice, ask=Ask(filters={}))
    with pytest.raises(AlreadyWithdrawn):
        actions.withdraw(slug="luu-tru", number=2, reason="x", actor=SYSTEM, at=now)
    with pytest.raises(ReasonMissing):
        actions.withdraw(slug="luu-tru", number=1, reason=" ", actor=SYSTEM, at=now)
    assert path_of(second).exists()


def test_heads_publish_for_their_agency_and_nobody_else_does(
    stays, enter, publish, leader, clerk, citizen, ward
):
    stays(*(stay() for _ in range(6)))
    enter(body(publisher=ward.code))
    enter(body(key="cua-tinh"))

    for actor in (clerk, citizen):
        with pytest.raises(NotAllowed):
            publish(actor=actor)
    with pytest.raises(NotAllowed):
        publish("cua-tinh", actor=leader)
    assert publish(actor=leader).number == 1


def test_the_database_keeps_two_versions_of_a_number_apart(published_stays):
    row = VersionRow.objects.get()
    values = {f.name: getattr(row, f.name) for f in row._meta.fields if f.name != "id"}

    with pytest.raises(IntegrityError), transaction.atomic():
        VersionRow.objects.create(**values)


def test_what_comes_out_of_a_wrong_example_is_told(stays):
    told = figures()
    row = {"commune": "A", "reason": "x", "nights": 1, "is_synthetic": False}
    example = {"title": "x", "rows": [{**row, "times": 6}], "expect": []}

    assert len(queries.try_example(body=told, example=example)) == 3
    refused = body(privacy={"quasi_identifiers": ["commune"]})
    wanted = {"title": "x", "rows": [row], "refused": "GroupTooSmall"}
    assert queries.try_example(body=refused, example=wanted) == ()
    assert queries.try_example(body=refused, example={**wanted, "refused": "Other"})
    crowd = {**wanted, "rows": [{**row, "times": 5}]}
    assert queries.try_example(body=refused, example=crowd)


def test_a_part_of_a_day_is_frozen_as_a_day(stays, enter, publish):
    stays(*(stay() for _ in range(6)))
    enter(body(column("month", **{"from": "came_on", "part": "month"})))

    assert {row["month"].isoformat() for row in rows_in(publish())} == {"2026-05-01"}


def test_what_a_gate_may_read_is_what_everybody_has(published_stays):
    entry = entry_of(body("commune"))

    assert freezing.older_groups(entry, [published_stays])[0].steps == 0


def test_operators_publish_list_and_withdraw(stays, enter):

    stays(*(stay() for _ in range(6)))
    enter()

    def run(*words):
        result = CliRunner().invoke(main, ["opendata", *words, "--json"])
        return result.exit_code, json.loads(result.output)

    assert run("publish", "luu-tru")[1]["rows"] == 6
    listed = {one["slug"]: one["version"] for one in run("list")[1]["datasets"]}
    assert listed == {**dict.fromkeys(listed), "luu-tru": 1}
    assert run("withdraw", "luu-tru", "1", "--reason", "Sai.")[0] == 0
    assert run("withdraw", "luu-tru", "1", "--reason", "Sai.")[1]["refused"]
    states = {one["code"]: one for one in run("agencies")[1]["agencies"]}
    assert states["H49"]["published"] == 0
