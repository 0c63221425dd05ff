"""Spark answers from the same tables what DuckDB answers, and does nothing else."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.lake import conftest
from tests.lake.cluster import running
from tests.lake.conftest import forget
from tests.lake.equality import FACTS, QUESTIONS, differences, made, words_of
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.lake import actions, queries
from tinhso.lake.providers import carried, published, spark, tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.plans import plan
from tinhso.lake.types import (
    Column,
    DatasetUnknown,
    EngineFailed,
    EngineMissing,
    Kind,
    QuestionNotCarried,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionReadsTooMuch,
    QuestionTooLarge,
    QuestionTooLong,
    QuestionUnreadable,
)

REASON = "Spark is not set up; `make setup-spark`"
ROWS = 100_000
# Java warms up at the first question, and others may be using the machine.
LIMITS = replace(conftest.LIMITS, seconds=120)
needs_spark = pytest.mark.skipif(
    not Path(settings.TINHSO_SPARK_PYTHON).is_file(), reason=REASON
)


@pytest.fixture
def facts(db, monkeypatch):
    """The facts of the equality suite, with corrections, alone in the lake."""
    monkeypatch.setattr(published, "_datasets", {})
    monkeypatch.setattr(published, "_families", [])
    actions.publish(dataset=FACTS)
    tables.append_columns(FACTS, made(0, ROWS), source="made", position=1)
    fixed = made(0, ROWS, corrects=True)
    tables.append_columns(FACTS, fixed, source="made", position=2)
    yield FACTS
    forget()


@pytest.fixture
def facts_alone(db, monkeypatch):
    """The same with few rows, for what is refused before they are read."""
    monkeypatch.setattr(published, "_datasets", {})
    monkeypatch.setattr(published, "_families", [])
    actions.publish(dataset=FACTS)
    tables.append_columns(FACTS, made(0, 100), source="made", position=1)
    yield FACTS
    forget()


@pytest.fixture
def canary(tmp_path):
    """A file that no question may read."""
    path = tmp_path / "canary.csv"
    path.write_text("secret\n022195999001\n")
    return path


@pytest.fixture(scope="module")
def session():
    """A Spark for several tests; it takes seconds to start."""
    with spark.opened(LIMITS) as session:
        yield session


@pytest.fixture
def asked():
    def do(sql, **limits):
        found = queries.ask(
            sql=sql,
            limits=replace(LIMITS, **limits),
            actor=SYSTEM,
            engine="spark",
        )
        return list(found.rows)

    return do


def test_an_answer_that_differs_is_seen():
    assert differences([(1, "a", None)], [(1, "a", None)]) == []
    assert differences([(0.1 + 0.2,)], [(0.3,)]) == []
    for wrong in ((2, "a"), (1, "b"), (1, None), (1.0001, "a"), (True, "a"), (1,)):
        assert differences([(1, "a")], [wrong])
    assert differences([(1,)], [(1,), (1,)])


def test_each_word_that_is_carried_is_asked_of_both_engines():
    used = set().union(*map(words_of, QUESTIONS.values()))

    assert set(carried.CARRIED) - used == set()
    for sql in QUESTIONS.values():
        carried.to_spark(sql)


@pytest.fixture
def cluster(tmp_path_factory, settings):
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        settings.TINHSO_SPARK_MASTER = cluster.url
        settings.TINHSO_SPARK_PROPERTIES = cluster.properties
        yield cluster


@needs_spark
@pytest.mark.slow
def test_both_engines_answer_alike_on_a_cluster_of_two(facts, cluster):
    limits = LIMITS
    wrong, counted = {}, 0
    with spark.opened(limits) as session:
        for name, sql in QUESTIONS.items():
            theirs = session.ask(sql, [plan(facts)], limits)
            ours = queries.ask(sql=sql, limits=limits, actor=SYSTEM)
            found = differences(list(ours.rows), list(theirs.rows))
            counted += len(ours.rows)
            if found or ours.sources != theirs.sources:
                wrong[name] = found[:2]

    assert wrong == {}
    assert counted > 1000
    assert cluster.log.read_text("utf-8").count("Launching executor") == 2


@needs_spark
def test_an_answer_of_spark_names_table_snapshot_and_formula(facts, session):
    sql = "SELECT count(*) AS n FROM equality.facts"
    ours = queries.ask(sql=sql, limits=LIMITS, actor=SYSTEM)

    theirs = session.ask(sql, [plan(facts)], LIMITS)

    named = ("columns", "rows", "is_cut", "sources", "formula")
    for name in named:
        assert getattr(theirs, name) == getattr(ours, name), name
    assert theirs.engine == "spark"


@needs_spark
def test_spark_reads_the_snapshot_that_is_asked_for(facts, session):
    first = find_table(facts).history()[0].snapshot_id
    sql = "SELECT count(*) FROM equality.facts__all"

    then = session.ask(sql, [plan(facts, snapshot_id=first)], LIMITS)
    now = session.ask(sql, [plan(facts)], LIMITS)

    assert (then.rows, now.rows) == ([(ROWS,)], [(ROWS + ROWS // 100,)])
    assert then.sources[0].snapshot_id == first


@needs_spark
def test_a_column_that_was_added_later_is_empty_before(facts, session):
    new = Column("grade", Kind.REAL, "điểm", "grade", may_be_empty=True)
    more = replace(facts, columns=(*facts.columns, new))

    sql = "SELECT count(*), count(grade) FROM equality.facts"
    before = session.ask(sql, [plan(more)], LIMITS)
    tables.table_of(more)
    after = session.ask(sql, [plan(more)], LIMITS)

    assert before.rows == after.rows == [(ROWS, 0)]


@needs_spark
def test_a_dataset_without_rows_is_empty_to_spark_too(visits, session):
    found = session.ask("SELECT count(*) FROM counters.visits", [plan(visits)], LIMITS)

    assert found.rows == [(0,)]


@needs_spark
def test_an_answer_of_spark_is_cut_at_its_rows(facts, session):
    few = replace(LIMITS, rows=2)
    sql = "SELECT act_id FROM equality.facts ORDER BY act_id DESC"

    found = session.ask(sql, [plan(facts)], few)

    assert (len(found.rows), found.is_cut) == (2, True)


DAMAGE = {
    "CREATE TABLE x (a INT)": QuestionNotReadOnly,
    "INSERT INTO equality.facts VALUES (1)": QuestionNotReadOnly,
    "DROP VIEW equality.facts": QuestionNotReadOnly,
    "SET spark.sql.runSQLOnFiles = true": QuestionNotReadOnly,
    "ADD JAR '/tmp/x.jar'": QuestionUnreadable,
    "SELECT 1; SELECT 2": QuestionNotReadOnly,
    "SELECT * FROM parquet.`/etc/passwd`": QuestionUnreadable,
    'SELECT * FROM parquet."/etc/passwd"': DatasetUnknown,
    'SELECT * FROM "parquet./etc/passwd"': DatasetUnknown,
    "SELECT * FROM spark_catalog.equality.facts": DatasetUnknown,
    "SELECT * FROM read_text('/etc/passwd')": QuestionReachesOut,
    "SELECT reflect('java.lang.System', 'getenv', 'PATH')": QuestionUnreadable,
    "SELECT java_method('java.lang.System', 'exit', 1)": QuestionUnreadable,
    "SELECT input_file_name() FROM equality.facts": QuestionUnreadable,
    "SELECT dayofweek(acted_on) FROM equality.facts": QuestionNotCarried,
    "SELECT round(days, 2) FROM equality.facts": QuestionNotCarried,
    "SELECT days::VARCHAR FROM equality.facts": QuestionNotCarried,
    "SELECT count(*) FROM equality.facts TABLESAMPLE 1%": QuestionNotCarried,
    "SELECT count(*) FROM range(1000000)": QuestionNotCarried,
    r"SELECT name LIKE 'a\_%' FROM equality.facts": QuestionNotCarried,
}


@pytest.mark.parametrize("sql", DAMAGE)
def test_what_spark_must_not_be_asked_is_refused_by_name(facts_alone, asked, sql):
    with pytest.raises(DAMAGE[sql]):
        asked(sql)


UNKNOWN = ("reflect('java.lang.System', 'getenv', 'PATH')", "version()", "dayofweek(d)")


@pytest.mark.parametrize("call", UNKNOWN)
def test_a_word_that_was_not_compared_is_not_carried(call):
    with pytest.raises(QuestionNotCarried):
        carried.to_spark(f"SELECT (SELECT max(x) FROM (SELECT {call} AS x)) AS y")


# What no question of ours becomes: the worker is asked in Spark's own SQL.
BEHIND = {
    "CREATE TABLE x (a INT) USING parquet": "QuestionNotReadOnly",
    "CREATE TEMPORARY VIEW x USING csv OPTIONS (path '{file}')": "QuestionNotReadOnly",
    "SET spark.sql.runSQLOnFiles = true": "QuestionNotReadOnly",
    "RESET": "QuestionNotReadOnly",
    "CLEAR CACHE": "QuestionNotReadOnly",
    "CACHE TABLE `equality.facts`": "QuestionNotReadOnly",
    "ADD JAR '{file}'": "QuestionNotReadOnly",
    "ADD FILE '{file}'": "QuestionNotReadOnly",
    "SHOW TABLES": "QuestionNotReadOnly",
    "DESCRIBE `equality.facts`": "QuestionNotReadOnly",
    "EXPLAIN SELECT 1": "QuestionNotReadOnly",
    "INSERT OVERWRITE DIRECTORY '{file}.d' USING csv SELECT 1": "QuestionNotReadOnly",
    "SELECT * FROM text.`{file}`": "QuestionUnreadable",
    "SELECT * FROM csv.`{file}`": "QuestionUnreadable",
    "SELECT * FROM iceberg.`{file}`": "QuestionUnreadable",
    "SELECT reflect('java.lang.System', 'getenv', 'PATH')": "QuestionReachesOut",
    "SELECT java_method('java.lang.System', 'exit', 1)": "QuestionReachesOut",
    "SELECT * FROM VALUES (try_reflect('java.lang.System', 'getProperty', 'user.dir'))":
        "QuestionUnreadable",
    "SELECT (SELECT max(x) FROM (SELECT java_method('java.lang.System', 'nanoTime')"
    " AS x)) AS y": "QuestionReachesOut",
    "WITH a AS (SELECT reflect('java.lang.System', 'getenv', 'PATH') AS p)"
    " SELECT p FROM a": "QuestionReachesOut",
    "SELECT input_file_name() FROM `equality.facts__all`": "QuestionReachesOut",
    "SELECT TRANSFORM(1) USING 'cat {file}'": "QuestionNotReadOnly",
}  # fmt: skip


@needs_spark
def test_the_worker_looks_at_a_plan_before_spark_acts_on_it(facts, session, canary):
    answers = {}
    for sql in BEHIND:
        request = dict(spark._request("SELECT 1", [plan(facts)], LIMITS))
        request["sql"] = sql.format(file=canary)
        session._process.stdin.write(json.dumps(request) + "\n")
        session._process.stdin.flush()
        answers[sql] = session._heard(LIMITS.seconds)

    wrong = {q: a for q, a in answers.items() if a.get("refused") != BEHIND[q]}
    assert wrong == {}
    assert "022195999001" not in str(answers)
    assert not canary.with_suffix(".csv.d").exists()
    assert session.ask("SELECT 1", [], LIMITS).rows == [(1,)]


@needs_spark
def test_spark_knows_no_secret_of_the_platform(facts, session):
    process = session._process.pid
    environment = Path(f"/proc/{process}/environ").read_text("utf-8")
    commands = [
        Path(f"/proc/{child}/cmdline").read_text("utf-8")
        for child in [process, *_children(process)]
    ]

    assert len(commands) > 1
    assert "JAVA_HOME" in environment
    assert not any(word in environment for word in ("TINHSO", "DATABASE", "PG"))
    assert not any(settings.SECRET_KEY in command for command in commands)


@needs_spark
def test_a_question_to_spark_that_would_run_for_ever_is_stopped(facts):
    forever = (
        "SELECT count(*) FROM equality.facts a JOIN equality.facts b ON a.fee < b.fee"
    )
    with spark.opened(LIMITS) as session:
        pids = [session._process.pid, *_children(session._process.pid)]
        start = time.monotonic()

        with pytest.raises(QuestionTooLong):
            session.ask(forever, [plan(facts)], replace(LIMITS, seconds=3))

        assert time.monotonic() - start < 15
    assert len(pids) > 1
    assert not any(_is_running(pid) for pid in pids)


@needs_spark
def test_an_answer_that_is_too_large_for_spark_is_refused(facts):
    large = replace(LIMITS, memory=2**20, rows=10**6)
    with spark.opened(large) as session, pytest.raises(QuestionTooLarge):
        session.ask("SELECT * FROM equality.facts", [plan(facts)], large)


def test_spark_reads_no_more_than_it_may(facts_alone, asked):
    with pytest.raises(QuestionReadsTooMuch):
        asked("SELECT count(*) FROM equality.facts", reads=100)


@needs_spark
def test_the_command_asks_spark_and_leaves_nothing_behind(facts):
    words = ["lake", "query", "SELECT max(status) m FROM equality.facts"]
    before = _children(os.getpid())

    result = CliRunner().invoke(main, [*words, "--engine", "spark", "--json"])

    told = json.loads(result.stdout)
    assert (result.exit_code, told["rows"], told["engine"]) == (0, [[10]], "spark")
    assert told["sources"][0]["dataset"] == "equality.facts"
    assert set(_children(os.getpid())) <= set(before)


def test_without_its_environment_spark_is_missing(facts_alone, asked, settings):
    settings.TINHSO_SPARK_PYTHON = Path("/nowhere/python")

    with pytest.raises(EngineMissing):
        asked("SELECT count(*) FROM equality.facts")


@needs_spark
def test_a_spark_that_does_not_start_says_why(facts_alone, asked, settings, tmp_path):
    settings.TINHSO_SPARK_PROPERTIES = tmp_path / "wrong.conf"
    (tmp_path / "wrong.conf").write_text("spark.driver.bindAddress 192.0.2.1\n")

    with pytest.raises(EngineFailed) as refused:
        asked("SELECT count(*) FROM equality.facts")

    assert refused.value.params["reason"]


def _children(pid):
    """List the processes that a process started, and those they did."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(entry) == pid:
            found += [int(entry.name), *_children(int(entry.name))]
    return found


def _parent(entry):
    try:
        return int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _is_running(pid):
    entry = Path(f"/proc/{pid}/stat")
    return entry.exists() and entry.read_text().rpartition(")")[2].split()[0] != "Z"
