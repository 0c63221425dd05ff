"""Questions read the tables and do nothing else, within limits, by name."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tests.lake.conftest import LIMITS
from tests.lake.datasets import VISITS
from tinhso.cli.main import main
from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind
from tinhso.kernel.errors import NotAllowed
from tinhso.lake import actions, queries
from tinhso.lake.providers import plans
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.tables import files_of
from tinhso.lake.types import (
    Column,
    DatasetUnknown,
    Kind,
    Limits,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionReadsTooMuch,
    QuestionTooLarge,
    QuestionTooLong,
    QuestionUnreadable,
    SnapshotGone,
    TableMissing,
)

FOREVER = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"


@pytest.fixture
def filled(hand_in, now):
    for number in range(3):
        hand_in(number=number)
    actions.append_waiting(at=now)


@pytest.fixture
def canary(tmp_path):
    """A file that no question may read, and one none may write."""
    path = tmp_path / "canary.csv"
    path.write_text("secret\n022195999001\n")
    return path


def test_an_answer_names_table_snapshot_and_formula(filled, visits):
    found = queries.ask(
        sql="SELECT count(*) AS n FROM counters.visits",
        limits=LIMITS,
        actor=Actor(kind=ActorKind.SYSTEM),
    )

    table = find_table(visits)
    [source] = found.sources
    assert (found.columns, found.rows, found.is_cut) == (("n",), [(3,)], False)
    assert source.uuid == str(table.metadata.table_uuid)
    assert source.snapshot_id == table.current_snapshot().snapshot_id
    assert len(found.formula) == 64


def test_a_number_can_be_computed_again_from_its_snapshot(
    filled, hand_in, ask, visits, now
):
    snapshot = find_table(visits).current_snapshot().snapshot_id
    hand_in()
    actions.append_waiting(at=now)
    count = "SELECT count(*) FROM counters.visits"

    assert ask(count) == [(4,)]
    assert ask(count, snapshots={visits.name: snapshot}) == [(3,)]
    with pytest.raises(SnapshotGone):
        ask(count, snapshots={visits.name: 42})


@pytest.fixture
def lists_read(monkeypatch):
    """Count how often the list of a state's files is read."""
    read, real = [], plans.files_of

    def counted(table, number):
        read.append(number)
        return real(table, number)

    monkeypatch.setattr(plans, "files_of", counted)
    return read


def test_the_files_of_a_state_are_looked_up_once(filled, hand_in, ask, now, lists_read):
    count = "SELECT count(*) FROM counters.visits"

    assert [ask(count), ask(count)] == [[(3,)]] * 2
    hand_in()
    actions.append_waiting(at=now)
    assert [ask(count), ask(count)] == [[(4,)]] * 2
    assert len(lists_read) == 2


def test_a_column_that_came_is_seen_in_a_state_that_was_known(filled, ask, visits):
    ask("SELECT count(*) FROM counters.visits")
    channel = Column("channel", Kind.TEXT, "kênh", "channel", may_be_empty=True)

    actions.publish(dataset=replace(visits, columns=(*visits.columns, channel)))

    assert ask("SELECT DISTINCT channel FROM counters.visits") == [(None,)]


def test_a_state_that_was_known_is_missing_once_its_files_are_gone(filled, ask, visits):
    ask("SELECT count(*) FROM counters.visits")
    Path(find_table(visits).metadata_location).unlink()

    with pytest.raises(TableMissing):
        ask("SELECT count(*) FROM counters.visits")


def test_a_list_of_another_state_would_be_seen(filled, hand_in, ask, now, monkeypatch):
    stale = plans.plan(VISITS)
    hand_in()
    actions.append_waiting(at=now)
    monkeypatch.setattr(plans, "plan", lambda *_, **__: stale)

    assert ask("SELECT count(*) FROM counters.visits") != [(4,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM counters.visits v",
        'SELECT count(*) FROM counters.visits AS "a visit"',
        "SELECT count(*) FROM counters.visits TABLESAMPLE 100%",
        "SELECT count(*) FROM counters.visits a JOIN counters.visits__all b"
        " ON a.visit_id = b.visit_id",
        "SELECT count(*) FROM counters.visits JOIN counters.visits__all"
        " USING (visit_id)",
        "WITH v AS (SELECT * FROM counters.visits) SELECT count(*) FROM v"
        " JOIN counters.visits__all a USING (visit_id)",
    ],
)
def test_a_question_may_call_a_table_by_another_name(filled, ask, sql):
    assert ask(sql) == [(3,)]


def test_a_table_that_is_unknown_is_so_beside_one_by_whose_columns_it_is_joined(
    filled, ask
):
    with pytest.raises(DatasetUnknown):
        ask("SELECT 1 FROM counters.visits JOIN counters.desks USING (desk)")


def test_what_another_name_hides_is_still_unknown(filled, ask):
    with pytest.raises(DatasetUnknown):
        ask('SELECT * FROM counters."visits AS v"')


WRITES = [
    "CREATE TABLE x (a int)",
    "INSERT INTO counters.visits__all VALUES (1)",
    "DELETE FROM counters.visits",
    "DROP VIEW counters.visits",
    "UPDATE counters.visits SET number = 1",
    "COPY (SELECT 1) TO '{file}'",
    "COPY (SELECT 1) TO '{file}' (FORMAT parquet)",
    "EXPORT DATABASE '{folder}'",
    "ATTACH '{folder}/other.duckdb' AS other",
    "ATTACH 'host=localhost' AS pg (TYPE postgres)",
    "DETACH memory",
    "INSTALL httpfs",
    "LOAD postgres",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "PRAGMA enable_external_access = true",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "USE counters",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{file}'",
    "SELECT 1; DROP VIEW counters.visits",
    "CREATE SECRET s (TYPE s3)",
    "",
]
REACHES = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_csv_auto('{file}')",
    "SELECT * FROM query('SELECT * FROM read_csv(''{file}'')')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT * FROM postgres_scan('host=localhost', 'public', 'x')",
    "SELECT * FROM sqlite_scan('{file}', 'x')",
    "SELECT * FROM iceberg_scan('{folder}')",
    "SELECT getenv('TINHSO_SECRET_KEY')",
    "SELECT (SELECT content FROM read_text('{file}')) FROM counters.visits",
]
NAMED = (
    QuestionReachesOut,
    QuestionUnreadable,
    QuestionNotReadOnly,
    DatasetUnknown,
)


@pytest.mark.parametrize("sql", WRITES)
def test_whatever_does_more_than_read_is_refused(filled, ask, tmp_path, sql):
    file = tmp_path / "written"

    with pytest.raises((QuestionNotReadOnly, QuestionUnreadable)):
        ask(sql.format(file=file, folder=tmp_path))

    assert not file.exists()
    assert ask("SELECT count(*) FROM counters.visits") == [(3,)]


@pytest.mark.parametrize("sql", REACHES)
def test_whatever_reaches_out_is_refused(filled, ask, canary, sql):
    with pytest.raises(NAMED):
        ask(sql.format(file=canary, folder=canary.parent))


@pytest.mark.parametrize("sql", REACHES[:6])
def test_an_engine_that_is_open_would_answer_with_the_file(canary, sql):
    with duckdb.connect() as engine:
        found = engine.sql(sql.format(file=canary)).to_arrow_table().to_pylist()

    assert "022195999001" in str(found)


def test_the_files_of_a_table_that_is_not_named_cannot_be_read(filled, ask, visits):
    path = next(files_of(find_table(visits))).file_path

    with pytest.raises(QuestionReachesOut):
        ask(f"SELECT * FROM read_parquet('{path}')")


def test_the_operational_database_is_not_there(filled, ask):
    with pytest.raises(DatasetUnknown):
        ask("SELECT * FROM procedures_dossierrow")
    with pytest.raises((DatasetUnknown, QuestionUnreadable)):
        ask("SELECT * FROM pg_catalog.pg_authid")


def test_a_question_that_would_run_for_ever_is_stopped(filled, ask):
    start = time.monotonic()

    with pytest.raises(QuestionTooLong):
        ask(FOREVER, seconds=1)

    assert time.monotonic() - start < 15


def test_a_question_that_needs_too_much_memory_is_stopped(filled, ask):
    greedy = "SELECT list(a.range) FROM range(300000000) a GROUP BY a.range % 2"

    with pytest.raises(QuestionTooLarge):
        ask(greedy, memory=64 * 2**20)


def test_a_question_that_would_read_too_much_is_refused_before_it_reads(filled, ask):
    with pytest.raises(QuestionReadsTooMuch):
        ask("SELECT count(*) FROM counters.visits", reads=100)


def test_an_answer_is_cut_at_its_rows_and_says_so(filled, visits):
    found = queries.ask(
        sql="SELECT number FROM counters.visits ORDER BY number DESC",
        limits=Limits(rows=2, seconds=20, memory=2**28, reads=2**30),
        actor=Actor(kind=ActorKind.SYSTEM),
    )

    assert (found.rows, found.is_cut) == ([(2,), (1,)], True)


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nothing FROM counters.visits"])
def test_what_is_no_question_is_said_to_be_none(filled, ask, sql):
    with pytest.raises(QuestionUnreadable):
        ask(sql)


def test_nobody_but_the_operator_asks(filled):
    for actor in (ANONYMOUS, Actor(kind=ActorKind.OFFICER)):
        with pytest.raises(NotAllowed):
            queries.ask(sql="SELECT 1", limits=LIMITS, actor=actor)


def test_the_command_answers_in_json_with_its_sources(filled):
    words = ["lake", "query", "SELECT max(number) m FROM counters.visits", "--json"]
    result = CliRunner().invoke(main, words)

    told = json.loads(result.stdout)
    assert (result.exit_code, told["rows"], told["columns"]) == (0, [[2]], ["m"])
    assert told["sources"][0]["dataset"] == "counters.visits"
    assert told["engine"] == "duckdb"


def test_an_engine_that_is_not_installed_is_refused_by_name(filled, settings):
    settings.TINHSO_SPARK_PYTHON = Path("/nowhere/python")
    words = ["lake", "query", "SELECT 1", "--engine", "spark", "--json"]
    result = CliRunner().invoke(main, words)

    assert result.exit_code == 1
    assert json.loads(result.stdout)["refused"] == "EngineMissing"


def test_the_commands_keep_the_tables(filled, hand_in, now):
    hand_in(number="none")
    hand_in(after=timedelta(minutes=1))

    def run(*words):
        result = CliRunner().invoke(main, ["lake", *words, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert run("append") == {"rows": 1}
    assert run("set-aside")["rows"][0]["reason"] == "number: str instead of whole"
    assert run("compact")["tables"][0]["after"] == 1
    assert run("tidy")["tables"][0]["files"] == 0
    [table] = run("tables")["tables"]
    assert (table["rows"], table["set_aside"], table["files"]) == (4, 1, 1)
    assert Path(str(table["uuid"])).name == table["uuid"]
