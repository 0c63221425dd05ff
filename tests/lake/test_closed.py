"""One engine for all who ask: it reads what it was given, within limits, no more."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.lake.conftest import LIMITS
from tinhso.lake import queries
from tinhso.lake.types import QuestionNotReadOnly, QuestionTooLarge, QuestionTooLong

ROOT = Path(__file__).resolve().parents[2]
OPENS = re.compile(r"duckdb\.connect\(")
# The second reads files of rows by our own SQL only, and writes what it read.
PLACES = {"tinhso/lake/providers/closed.py", "tinhso/lake/providers/loading.py"}
FOREVER = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
GREEDY = "SELECT list(a.range) FROM range(300000000) a GROUP BY a.range % 2"


@pytest.fixture
def files(tmp_path):
    """A file for the engine, and one beside it that is not."""
    paths = {name: tmp_path / f"{name}.parquet" for name in ("schools", "secrets")}
    for name, path in paths.items():
        duckdb.sql(f"SELECT '{name}' AS word").write_parquet(str(path))
    return paths


def engine(files, **limits):
    return queries.closed_engine(
        files={"schools": files["schools"]}, limits=replace(LIMITS, **limits)
    )


def test_it_reads_the_file_it_was_given_by_its_name(files):
    with engine(files) as opened:
        assert opened.ask("FROM schools").to_pylist() == [{"word": "schools"}]
        assert opened.ask("SELECT ? AS a", ["b"]).to_pylist() == [{"a": "b"}]
        [batch] = opened.batches("FROM schools", rows=10)
        assert batch.num_rows == 1


REACHES = [
    "FROM read_parquet('{other}')",
    "FROM '{other}'",
    "FROM read_blob('{other}')",
    "FROM glob('{folder}/*')",
    "FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "FROM read_parquet('s3://lake/x.parquet')",
]


@pytest.mark.parametrize("sql", REACHES)
@pytest.mark.parametrize("has_files", [True, False])
def test_it_reaches_nothing_else(files, tmp_path, sql, has_files):
    asked = sql.format(other=files["secrets"], folder=tmp_path)
    given = {"schools": files["schools"]} if has_files else {}

    with (
        queries.closed_engine(files=given, limits=LIMITS) as opened,
        pytest.raises(duckdb.Error),
    ):
        opened.ask(asked)


@pytest.mark.parametrize("sql", REACHES[:4])
def test_an_engine_without_walls_would_reach_it(files, tmp_path, sql):
    asked = sql.format(other=files["secrets"], folder=tmp_path)

    assert duckdb.sql(asked).to_arrow_table().num_rows


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET memory_limit = '8GB'",
        "SET lock_configuration = false",
        "RESET temp_directory",
        "LOAD httpfs",
        "INSTALL httpfs",
        "ATTACH '/tmp/other.duckdb'",
        "COPY (SELECT 1) TO '/tmp/written.csv'",
    ],
)
def test_not_even_the_platform_opens_it_again(files, statement):
    with engine(files) as opened, pytest.raises(duckdb.Error):
        opened.lay_out(statement)


def test_it_answers_for_so_long_and_with_so_much_memory(files):
    with engine(files, seconds=1) as opened, pytest.raises(QuestionTooLong):
        opened.ask(FOREVER)
    with engine(files, memory=64 * 2**20) as opened, pytest.raises(QuestionTooLarge):
        opened.ask(GREEDY)


def test_what_it_spills_goes_with_it_and_is_no_other_engines(files, tmp_path):
    def spills(opened):
        sql = "SELECT current_setting('temp_directory') AS folder"
        return Path(opened.ask(sql).to_pylist()[0]["folder"])

    with engine(files) as one, engine(files) as other:
        folders = spills(one), spills(other)
        assert folders[0] != folders[1]
        assert all(f.parent == Path(tempfile.gettempdir()) for f in folders)
    assert not any(folder.exists() for folder in folders)


def test_rows_that_are_given_to_one_are_not_there_for_another(files):
    with engine(files) as one, engine(files) as other:
        one.give("given", pa.table({"n": [1]}))

        assert one.ask("FROM given").num_rows == 1
        with pytest.raises(duckdb.Error):
            other.ask("FROM given")


def test_a_question_is_taken_apart_without_being_asked():
    found = queries.take_apart(sql="SELECT * FROM a JOIN b ON a.n = b.n")

    assert found.names == {"a", "b"}
    assert "BASE_TABLE" in found.tree
    with pytest.raises(QuestionNotReadOnly):
        queries.take_apart(sql="DROP TABLE a")


def opening(folder):
    """List the files in which an engine is opened."""
    return {
        str(path.relative_to(folder))
        for path in folder.glob("tinhso/**/*.py")
        if OPENS.search(path.read_text("utf-8"))
    }


def test_the_walls_stand_once():
    assert opening(ROOT) == PLACES


def test_a_second_engine_would_be_seen(tmp_path):
    (tmp_path / "tinhso").mkdir()
    (tmp_path / "tinhso" / "asking.py").write_text("with duckdb.connect() as engine:")

    assert opening(tmp_path) == {"tinhso/asking.py"}
