"""The tables lie in a store that speaks S3: as on the disk, and by name where it fails.

The server is a real one (rclone). Its key is a canary that must show nowhere.
"""

import importlib
import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import duckdb
import pytest
from click.testing import CliRunner
from django.db import connection

from tests.lake import store as s3
from tests.lake.conftest import LIMITS, forget
from tests.lake.datasets import VISITS
from tests.lake.test_writers import KILLS, groups, kill_writers, numbers
from tinhso.cli.main import main
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind, Duty
from tinhso.kernel.errors import Refused
from tinhso.lake import actions, queries
from tinhso.lake.models import BatchRow, WaitingRow
from tinhso.lake.providers import place, published, rows, signed, store, tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.planned import PlannedFiles
from tinhso.lake.types import (
    DatasetUnknown,
    EngineReachesNoStore,
    QuestionReachesOut,
    QuestionReadsTooMuch,
    QuestionUnreadable,
    StoreAway,
    StoreNotSetUp,
    StoreRefused,
    TableMissing,
)
from tinhso.people.types import Role
from tinhso.project.config import read

pytestmark = pytest.mark.skipif(not s3.RCLONE.is_file(), reason=s3.REASON)
COUNT = "SELECT count(*), count(DISTINCT lake_seq) FROM counters.visits__all"
PLACE = f"s3://{s3.BUCKET}/tables"
MONTH = timedelta(days=31)
READER = Actor(
    kind=ActorKind.OFFICER,
    id=uuid4(),
    person_id=uuid4(),
    duties=(Duty(Role.CONTROLLER, uuid4()),),
)


@pytest.fixture
def server(settings, tmp_path):
    """A store that runs, and the platform told of it."""
    with s3.running(tmp_path) as running:
        settings.TINHSO_LAKE_PLACE = PLACE
        settings.TINHSO_LAKE_ENDPOINT = running.url
        s3.write_key(tmp_path)
        yield running


@pytest.fixture
def filled(server, hand_in, now):
    """Three visits of one month, one of the next, each in a file."""
    for number in range(3):
        hand_in(number=number)
        actions.append_waiting(at=now)
    hand_in(number=3, after=MONTH)
    actions.append_waiting(at=now)
    return server


def put(name, content):
    """Lay an object into the bucket that no table names; answer its name."""
    with store.filesystem().open_output_stream(f"{s3.BUCKET}/{name}") as file:
        file.write(content)
    return name


def test_rows_come_back_as_they_were_and_nothing_is_on_the_disk(
    server, hand_in, ask, now, tmp_path
):
    visit = hand_in(number=2**40, minutes=1.5, is_served=True)
    hand_in(number=2)
    hand_in(number=3, visit_id=visit, after=timedelta(hours=1), correction=True)

    assert actions.append_waiting(at=now) == 3

    found = ask("SELECT number, minutes FROM counters.visits ORDER BY number")
    assert found == [(2, None), (3, None)]
    assert any(name.endswith(".parquet") for name in server.names())
    assert not (tmp_path / "lake").exists()


def test_joined_files_have_the_same_rows_and_old_ones_leave_the_store(
    filled, visits, ask, now
):
    before = ask("FROM counters.visits__all ORDER BY lake_seq")
    orphan = put("tables/counters/visits/data/orphan.parquet", b"of a writer who died")
    later = datetime.now(UTC) + timedelta(days=40)

    [joined] = actions.compact()
    [tidied] = actions.tidy(at=later)

    assert (joined.before, joined.after) == (4, 2)
    assert tidied.snapshots == 4 and tidied.files >= 8
    assert orphan not in filled.names()
    data = [name for name in filled.names() if name.endswith(".parquet")]
    assert len(data) == 2
    assert ask("FROM counters.visits__all ORDER BY lake_seq") == before
    assert tables.mark_of(find_table(visits), actions.ROOMS) == 4


def test_a_file_that_was_just_written_to_the_store_is_left(filled):
    fresh = put("tables/counters/visits/data/fresh.parquet", b"about to be named")

    actions.tidy(at=datetime.now(UTC))

    assert fresh in filled.names()


def test_the_age_of_each_object_is_known(filled, visits):
    for number in range(40):
        put(f"tables/counters/visits/data/{number}.parquet", b"of a writer")

    now = datetime.now(UTC)
    listed = list(tables._files_below(find_table(visits).location()))

    assert len(listed) > 40
    assert all(now - written < timedelta(hours=1) for _, written in listed)


def test_a_file_whose_age_the_store_does_not_know_is_left(filled, monkeypatch):
    fresh = put("tables/counters/visits/data/fresh.parquet", b"about to be named")
    real = tables._files_below
    unknown = lambda place: [(one, tables.EPOCH) for one, _ in real(place)]  # noqa: E731
    monkeypatch.setattr(tables, "_files_below", unknown)

    [tidied] = actions.tidy(at=datetime.now(UTC) + timedelta(days=40))

    assert tidied.files == 0
    assert fresh in filled.names()


def test_lineage_names_the_states_of_tables_in_a_store(filled, visits):
    told = queries.lineage(dataset=visits.name)

    complete = [one for one in told if one["eventType"] == "COMPLETE"]
    newest = str(find_table(visits).current_snapshot().snapshot_id)
    version = complete[-1]["outputs"][0]["facets"]["version"]
    assert (len(complete), version["datasetVersion"]) == (4, newest)


def test_a_table_on_the_disk_stays_where_it_is(hand_in, ask, now, settings, tmp_path):
    hand_in()
    actions.append_waiting(at=now)
    with s3.running(tmp_path) as running:
        settings.TINHSO_LAKE_PLACE = PLACE
        settings.TINHSO_LAKE_ENDPOINT = running.url
        s3.write_key(tmp_path)
        hand_in()
        actions.append_waiting(at=now)

        assert running.names() == []
        assert ask(COUNT) == [(2, 2)]


def test_what_would_read_too_much_is_refused_before_the_store_is_asked(filled, ask):
    ask("SELECT count(*) FROM counters.visits")
    filled.stop()

    with pytest.raises(QuestionReadsTooMuch):
        ask("SELECT count(*) FROM counters.visits", reads=100)


def test_a_call_is_signed_for_its_moment_and_shows_no_secret():
    key = place.Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    url = "https://examplebucket.s3.amazonaws.com/test.txt"

    told = signed.authorization("GET", url, "20130524T000000Z", "us-east-1", key)

    again = signed.authorization("GET", url, "20130524T000001Z", "us-east-1", key)
    assert told.startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20130524/us-east-1/s3/aws4_request,"
    )
    assert told != again and key.secret not in told


NAMED = (DatasetUnknown, QuestionReachesOut, QuestionUnreadable)
REACHES = [
    "SELECT * FROM read_parquet('{other}')",
    "SELECT * FROM '{other}'",
    "SELECT * FROM read_text('{other}')",
    "SELECT * FROM glob('s3://lake/**')",
    "SELECT * FROM read_blob('{folder}/**')",
    "SELECT * FROM read_csv('{url}/lake/other.parquet')",
]


@pytest.fixture
def other(filled, tmp_path):
    """An object in the same bucket that belongs to no table."""
    path = tmp_path / "other.parquet"
    with duckdb.connect() as engine:
        engine.execute(f"COPY (SELECT 'secret' AS word) TO '{path}'")
    return f"s3://{s3.BUCKET}/{put('other.parquet', path.read_bytes())}"


@pytest.mark.parametrize("sql", REACHES)
def test_a_question_reads_no_other_object(filled, ask, other, sql):
    asked = sql.format(other=other, folder=filled.folder, url=filled.url)
    both = f"SELECT * FROM counters.visits v, ({asked}) o"

    for one in (asked, both):
        with pytest.raises(NAMED):
            ask(one)


def test_the_engine_holds_no_key(filled, ask):
    with suppress(Refused):
        assert ask("SELECT v.number, s.* FROM counters.visits v, duckdb_secrets() s")


@pytest.mark.parametrize("is_planned", [True, False])
def test_an_open_engine_reads_only_what_is_planned(filled, visits, other, is_planned):
    named = {other: visits.name} if is_planned else {}
    with duckdb.connect() as engine:
        engine.execute("SET autoload_known_extensions = false")
        engine.register_filesystem(PlannedFiles(named))
        if is_planned:
            assert engine.sql(f"FROM '{other}'").fetchall() == [("secret",)]
        else:
            with pytest.raises(duckdb.Error):
                engine.sql(f"FROM '{other}'").fetchall()


def test_while_the_store_is_away_rows_wait_and_come_in_once_it_is_back(
    filled, hand_in, ask, visits, now
):
    before = find_table(visits).metadata_location
    filled.stop()
    hand_in(number=4)

    for _ in range(2):
        with pytest.raises(StoreAway):
            actions.append_waiting(at=now)
    with pytest.raises(StoreAway):
        ask("SELECT number FROM counters.visits WHERE number < 0")

    assert WaitingRow.objects.count() == 1
    filled.start()
    assert find_table(visits).metadata_location == before
    assert actions.append_waiting(at=now) == 1
    assert ask(COUNT) == [(5, 5)]


@pytest.mark.parametrize("words", ["tables", "append", "compact", "tidy", "lineage"])
def test_a_command_says_by_name_that_the_store_is_away(filled, hand_in, visits, words):
    hand_in(number=4)
    filled.stop()
    asked = ["lake", words, *([visits.name] if words == "lineage" else []), "--json"]

    result = CliRunner().invoke(main, asked)

    assert (result.exit_code, json.loads(result.stdout)["refused"]) == (1, "StoreAway")


def test_a_store_that_dies_between_files_and_commit_leaves_nothing_half_written(
    filled, hand_in, ask, visits, now, monkeypatch
):
    write = rows.write

    def then_die(*words):
        made = write(*words)
        filled.stop()
        return made

    hand_in(number=4)
    with monkeypatch.context() as patched, pytest.raises(StoreAway):
        patched.setattr(rows, "write", then_die)
        actions.append_waiting(at=now)
    filled.start()

    assert ask(COUNT) == [(4, 4)]
    assert actions.append_waiting(at=now) == 1
    assert ask(COUNT) == [(5, 5)]
    assert not BatchRow.objects.filter(appended_at=None).exists()


def test_a_store_that_falls_silent_is_said_to_be_away(
    filled, hand_in, now, monkeypatch
):
    monkeypatch.setattr(store, "ANSWER_SECONDS", 2.0)
    store._opened.cache_clear()
    hand_in(number=4)
    began = time.monotonic()

    with filled.silent(), pytest.raises(StoreAway):
        actions.append_waiting(at=now)

    assert time.monotonic() - began < 60
    assert actions.append_waiting(at=now) == 1


def test_a_question_whose_file_left_the_store_says_that_the_table_is_missing(
    filled, ask, visits
):
    for path in (filled.folder / s3.BUCKET).rglob("*.parquet"):
        path.unlink()

    with pytest.raises(TableMissing):
        ask("SELECT sum(number) FROM counters.visits")


WRONG = {
    "secret": {"secret": "another"},
    "name": {"name": "NOBODY"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_key_is_said_and_a_right_one_taken_at_once(
    filled, hand_in, ask, now, tmp_path, what
):
    s3.write_key(tmp_path, **WRONG[what])
    hand_in(number=4)

    for deed in (lambda: actions.append_waiting(at=now), lambda: ask(COUNT)):
        with pytest.raises(StoreRefused):
            deed()

    s3.write_key(tmp_path)
    assert actions.append_waiting(at=now) == 1
    assert ask(COUNT) == [(5, 5)]


def test_a_key_that_others_read_or_that_is_missing_is_not_used(
    filled, hand_in, now, tmp_path
):
    file = tmp_path / "keys" / "lake"
    hand_in(number=4)

    file.chmod(0o644)
    with pytest.raises(StoreNotSetUp):
        actions.append_waiting(at=now)
    file.unlink()
    with pytest.raises(StoreNotSetUp):
        actions.append_waiting(at=now)


def test_a_bucket_that_is_not_there_is_said(server, hand_in, now, settings):
    settings.TINHSO_LAKE_PLACE = "s3://nowhere/tables"
    hand_in()

    with pytest.raises((StoreRefused, StoreAway)):
        actions.append_waiting(at=now)
    with pytest.raises(StoreRefused):
        queries.place()


@pytest.fixture
def committed(committed_db, monkeypatch, server):
    """The dataset alone, in a database in which processes meet."""
    monkeypatch.setattr(published, "_datasets", {VISITS.name: VISITS})
    yield server
    forget()


def test_writers_who_are_killed_lose_no_row_and_double_none_in_a_store(
    committed, ask, monkeypatch
):
    monkeypatch.setitem(os.environ, "TINHSO_LAKE_PLACE", PLACE)
    monkeypatch.setitem(os.environ, "TINHSO_LAKE_ENDPOINT", committed.url)
    told = kill_writers(Random(71))

    actions.append_waiting(at=clock.now())

    starts, wrong = groups(numbers(ask))
    assert wrong == []
    assert set(told) <= set(starts)
    assert len(set(starts) - set(told)) <= KILLS
    assert committed.names()


def test_others_are_told_where_the_store_is_and_read_with_a_key_of_their_own(
    filled, visits
):
    told = queries.describe_table(dataset=visits.name, actor=READER)

    assert told.reached["s3.endpoint"] == filled.url
    assert told.location.startswith(PLACE)
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as engine:
        for name in ("httpfs", "avro", "iceberg"):
            package = Path(importlib.import_module(f"duckdb_extension_{name}").__file__)
            [file] = package.parent.rglob("*.duckdb_extension")
            engine.execute(f"LOAD '{file}'")
        address = filled.url.removeprefix("http://")
        engine.execute(
            f"CREATE SECRET theirs (TYPE s3, KEY_ID '{s3.KEY}', SECRET '{s3.SECRET}',"
            f" ENDPOINT '{address}', URL_STYLE 'path', USE_SSL false)"
        )
        found = engine.sql(f"SELECT count(*) FROM iceberg_scan('{told.location}')")
        assert found.fetchall() == [(4,)]


def test_spark_says_that_it_reaches_no_store(filled, settings):
    settings.TINHSO_SPARK_PYTHON = s3.RCLONE

    with pytest.raises(EngineReachesNoStore):
        queries.ask(
            sql="SELECT count(*) FROM counters.visits",
            limits=replace(LIMITS, rows=1),
            actor=SYSTEM,
            engine="spark",
        )


def everywhere(server, tmp_path):
    """Read all that may be seen: the database, what lies in the store, the logs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM lake.iceberg_tables t")
        of_database = str(cursor.fetchall())
    of_store = "".join(
        path.read_bytes().decode("latin-1")
        for path in (server.folder / s3.BUCKET).rglob("*")
        if path.is_file()
    )
    logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    return of_database + of_store + logs


def test_the_key_shows_nowhere(filled, hand_in, visits, now, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said = []
    for key in ({}, {"secret": f"{s3.SECRET}-wrong"}):
        s3.write_key(tmp_path, **key)
        hand_in()
        with suppress(StoreRefused):
            actions.append_waiting(at=now)
        for words in (
            ["doctor"],
            ["lake", "tables"],
            ["lake", "query", "SELECT count(*) FROM counters.visits"],
        ):
            result = CliRunner().invoke(main, [*words, "--json"])
            said.append(result.output + repr(result.exception))
    s3.write_key(tmp_path)
    told = queries.describe_table(dataset=visits.name, actor=READER)

    seen = [*said, caplog.text, everywhere(filled, tmp_path), repr(told)]
    assert any("StoreRefused" in one for one in said)
    assert not [one for one in seen if s3.SECRET in one or s3.KEY in one]


def test_a_key_that_shows_would_be_seen(filled, tmp_path):
    (filled.folder / s3.BUCKET / "spoiled.json").write_text(s3.SECRET)

    assert s3.SECRET in everywhere(filled, tmp_path)


def test_the_doctor_says_whether_the_store_answers(filled, monkeypatch):
    def lake():
        told = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
        return next(one for one in told["checks"] if one["name"] == "lake")

    assert PLACE in lake()["detail"]
    filled.stop()
    found = lake()
    assert (found["ok"], "StoreAway" in found["detail"]) == (False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TINHSO_LAKE_PLACE", "/srv/lake"),
        ("TINHSO_LAKE_PLACE", "s3://"),
        ("TINHSO_LAKE_PLACE", "s3://key:secret@lake/tables"),
        ("TINHSO_LAKE_ENDPOINT", "s3.example:9000"),
        ("TINHSO_LAKE_ENDPOINT", "https://key:secret@s3.example"),
    ],
)
def test_a_place_that_is_none_stops_the_start(name, value):
    with pytest.raises(SystemExit, match=name):
        read({"TINHSO_SECRET_KEY": "x", name: value})


def test_an_address_of_a_store_is_taken_as_it_is():
    told = read(
        {
            "TINHSO_SECRET_KEY": "x",
            "TINHSO_LAKE_PLACE": "s3://lake/tables/",
            "TINHSO_LAKE_ENDPOINT": "https://s3.example:9000/",
        }
    )

    assert (told.lake_place, told.lake_endpoint) == (
        "s3://lake/tables",
        "https://s3.example:9000",
    )
