"""Open data: rows asked over HTTP beside Datasette, and a catalogue of 80,000.

`TINHSO_BENCH_OPEN_ROWS` sets how many rows, 5,000,000 unless told. Datasette has the
same rows in SQLite, in an environment of its own (`.venv-bench`), and is asked the same
SQL over loopback in turns. The catalogue's peers are PostgreSQL itself: taking the same
texts in by COPY, and reading all of them for a word.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from bench import apart
from bench.report import line
from bench.submissions import PORT

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = int(os.environ.get("TINHSO_BENCH_OPEN_ROWS", 5_000_000))
DATASETS = int(os.environ.get("TINHSO_BENCH_OPEN_DATASETS", 80_000))
ROUNDS, SEARCHES, FASTER = 5, 40, 10
INDEXED_SECONDS, SEARCHED_SECONDS = 120, 0.1
DATASETTE = Path(__file__).resolve().parents[1] / ".venv-bench" / "bin" / "datasette"
MADE = """
SELECT DATE '2026-01-01' + (n % 12 * 30)::INT AS month,
    printf('H49.%05d', (random() * 120)::INT) AS agency,
    printf('1.%06d', (random() * 2000)::INT) AS procedure,
    printf('channel%d', (random() * 2)::INT) AS channel,
    5 + (random() * 90)::BIGINT AS dossiers, random() * 30 AS days
FROM range({rows}) AS numbers(n)
"""
QUESTIONS = {
    "filter_group": "SELECT agency, count(*) AS n, sum(dossiers) AS dossiers"
    " FROM {table} WHERE channel = 'channel1' GROUP BY agency ORDER BY agency",
    "group_two": "SELECT month, channel, sum(dossiers) AS dossiers FROM {table}"
    " WHERE dossiers > 50 GROUP BY month, channel ORDER BY month, channel",
}
WORDS = ("đất", "trường học", "du lịch", "giao thông", "y tế", "dân số", "môi trường")


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.opendata")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    _catalogue()
    _rows()


def _body(number: int, chance: Random) -> dict[str, Any]:
    words = chance.sample(WORDS, 2)
    title = f"{words[0].capitalize()} và {words[1]} số {number}"
    both = {"vi": title, "en": f"Dataset {number}"}
    eu = "http://publications.europa.eu/resource/authority"
    themes = ("GOVE", "ECON", "HEAL", "TRAN", "EDUC")
    return {
        "key": f"bo-du-lieu-{number}",
        "title": both,
        "description": {"vi": f"Số liệu về {words[0]}. " * 5, "en": "Figures. " * 5},
        "publisher": f"H49.{chance.randrange(60):05}",
        "theme": f"{eu}/data-theme/{chance.choice(themes)}",
        "keywords": {"vi": words, "en": ["figures"]},
        "license": f"{eu}/licence/CC_BY_4_0",
        "frequency": f"{eu}/frequency/{chance.choice(('MONTHLY', 'ANNUAL'))}",
        "contact": {"name": "Văn phòng", "email": "a@tinh.example"},
        "source": "procedures.dossier_acts",
        "basis": "NĐ 47/2020/NĐ-CP",
        "columns": [{"name": "agency", "title": both, "meaning": both}],
    }


def _catalogue() -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.opendata import actions  # noqa: PLC0415
    from tinhso.opendata.models import DatasetRow  # noqa: PLC0415

    chance = Random(65)
    bodies = [_body(number, chance) for number in range(DATASETS)]
    at = clock.now()
    begun = perf_counter()
    assert actions.enter_datasets(bodies=bodies, at=at) == DATASETS
    ours = perf_counter() - begun
    texts = list(DatasetRow.objects.values_list("search", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (search text)")
        begun = perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for text in texts:
                copy.write_row([text])
        bare = perf_counter() - begun
        # As if each had a version; the walk is about finding them.
        DatasetRow.objects.update(newest=1, published_at=at)
        cursor.execute("VACUUM (ANALYZE) opendata_datasetrow")
    line(
        f"opendata_index_{DATASETS}_datasets",
        ours,
        "s",
        peer="PostgreSQL takes the same texts in by COPY, without an index",
        peer_value=bare,
        goal_s=INDEXED_SECONDS,
    )
    _search()


def _search() -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.opendata import queries  # noqa: PLC0415

    today = clock.local(clock.now()).date()
    chance = Random(66)
    ours, bare = [], []
    for turn in range(SEARCHES):
        word = "" if turn % 4 == 0 else chance.choice(WORDS)
        word = f"{word} {chance.randrange(1000)}" if turn % 4 == 1 else word
        begun = perf_counter()
        found = queries.find(text=word, on=today)
        ours.append(perf_counter() - begun)
        with connection.cursor() as cursor:
            begun = perf_counter()
            sql = "SELECT count(*) FROM opendata_datasetrow WHERE search LIKE %s"
            cursor.execute(sql, [f"%{word.split()[0] if word else 'so'}%"])
            bare.append(perf_counter() - begun)
        assert found.count or turn % 4 == 1
    line(
        f"opendata_search_{DATASETS}_datasets",
        sorted(ours)[int(len(ours) * 0.95)],
        "s, 95th of 100",
        peer="PostgreSQL reads all texts for a word",
        peer_value=median(bare),
        median_s=round(median(ours), 4),
        goal_s=SEARCHED_SECONDS,
    )


def _rows() -> None:
    table = _made()
    with tempfile.TemporaryDirectory() as folder:
        identifier = _publish(table)
        base = Path(folder) / "open.db"
        _into_sqlite(table, base)
        with _served() as ours, _datasette(base) as theirs:
            for name, sql in QUESTIONS.items():
                _compare(name, sql, ours, theirs, identifier)


def _made() -> "pa.Table":
    import duckdb  # noqa: PLC0415 - as above

    with duckdb.connect() as engine:
        engine.execute("SELECT setseed(0.65)")
        return engine.sql(MADE.format(rows=ROWS)).to_arrow_table()


def _publish(table: "pa.Table") -> str:
    """Freeze the rows as publishing does, without asking the lake for them."""
    from dataclasses import asdict  # noqa: PLC0415 - as above

    import pyarrow.parquet as pq  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.lake.types import Kind  # noqa: PLC0415
    from tinhso.opendata.models import DatasetRow, VersionRow  # noqa: PLC0415
    from tinhso.opendata.providers import files, freezing  # noqa: PLC0415
    from tinhso.opendata.types import GateReport, Shown, Text  # noqa: PLC0415

    kinds = (Kind.DAY, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.WHOLE, Kind.REAL)
    shown = [
        Shown(name, kind, Text(name, name), Text(name, name))
        for name, kind in zip(table.column_names, kinds, strict=True)
    ]
    row = DatasetRow.objects.get(slug="bo-du-lieu-1")
    digest = "0" * 64
    path = files.file_of(row.slug, 1, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=freezing.ROW_GROUP)
    made = VersionRow.objects.create(
        dataset=row,
        number=1,
        published_at=clock.now(),
        rows=len(table),
        bytes=path.stat().st_size,
        sha256=digest,
        columns=[asdict(one) for one in shown],
        table="bench",
        table_uuid="bench",
        snapshot_id=1,
        formula=digest,
        is_synthetic=True,
        gate=asdict(GateReport(0, 0, 0, 0, 0)),
    )
    return str(made.id)


def _into_sqlite(table: "pa.Table", base: Path) -> None:
    with sqlite3.connect(base) as database:
        columns = "month TEXT, agency TEXT, procedure TEXT, channel TEXT"
        database.execute(f"CREATE TABLE data ({columns}, dossiers INTEGER, days REAL)")
        for batch in table.to_batches(100_000):
            values = [column.to_pylist() for column in batch.columns]
            values[0] = [day.isoformat() for day in values[0]]
            rows = zip(*values, strict=True)
            database.executemany("INSERT INTO data VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        database.execute("ANALYZE")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *words: object) -> None:
        """Say nothing."""


@contextmanager
def _served() -> Iterator[str]:
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - as above

    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/3/action/datastore_search_sql"
    server.shutdown()
    thread.join()


@contextmanager
def _datasette(base: Path) -> Iterator[str]:
    port = str(PORT)
    command = [str(DATASETTE), "serve", "--immutable", str(base), "--port", port]
    command += ["--setting", "sql_time_limit_ms", "120000", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/-/versions.json")
        yield f"{address}/open.json"
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")


def _compare(name: str, sql: str, ours: str, theirs: str, identifier: str) -> None:
    """Ask in turns, so that a neighbour in a bad mood meets both alike."""

    def we() -> Any:
        asked = sql.format(table=f'"{identifier}"')
        told = httpx.get(ours, params={"sql": asked}, timeout=180).json()
        return [list(one.values()) for one in told["result"]["records"]]

    def they() -> Any:
        params = {"sql": sql.format(table="data"), "_shape": "arrays"}
        return httpx.get(theirs, params=params, timeout=180).json()["rows"]

    assert we() == they()  # what was read once is in memory
    taken = [(_timed(we), _timed(they)) for _ in range(ROUNDS)]
    mine = median(one for one, _ in taken)
    other = median(one for _, one in taken)
    line(
        f"opendata_{name}_{ROWS}_rows",
        mine,
        "s",
        peer="Datasette over SQLite, the same SQL over HTTP",
        peer_value=other,
        times_faster=round(other / mine, 1),
        goal_times_faster=FASTER,
    )


def _timed(do: Callable[[], object]) -> float:
    begun = perf_counter()
    do()
    return perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
