"""The lake: rows in, questions out, files joined; each beside the engine alone.

`TINHSO_BENCH_ROWS` sets how many rows of eleven columns, 20,000,000 unless told. The
peer asks DuckDB with the same SQL over the same files, named by hand.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench import apart
from bench.report import line

if TYPE_CHECKING:
    import pyarrow as pa

    from tinhso.lake.types import Dataset

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 20_000_000))
# So many rows a batch: a whole table in memory takes twice its size.
BATCH = 1_000_000
ROUNDS, SMALL_FILES = 5, 100
EVENTS, APPENDED_SECONDS, RATIO = 10_000, 0.5, 1.5
QUESTIONS = {
    "count": "SELECT count(*) FROM bench.acts",
    "by_agency": "SELECT agency, status, count(*), avg(days), count(*) FILTER (is_late)"
    " FROM bench.acts GROUP BY 1, 2 ORDER BY 1, 2",
    "one_month": "SELECT procedure, count(*) FROM bench.acts"
    " WHERE acted_on BETWEEN DATE '2026-03-01' AND DATE '2026-03-31'"
    " GROUP BY 1 ORDER BY 2 DESC, 1",
    "late_by_channel": "SELECT channel, month(acted_on), sum(fee), max(days)"
    " FROM bench.acts WHERE is_late GROUP BY 1, 2 ORDER BY 1, 2",
}


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.lake")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    acts = acts_dataset()
    _load(acts)
    _ask(acts)
    _append()
    _join(acts)


def acts_dataset() -> "Dataset":
    """Publish the dataset that is measured."""
    from tinhso.lake import actions  # noqa: PLC0415 - as above
    from tinhso.lake.types import Column, Dataset, Kind  # noqa: PLC0415

    kinds = {
        "act_id": Kind.TEXT,
        "dossier_id": Kind.WHOLE,
        "procedure": Kind.TEXT,
        "agency": Kind.TEXT,
        "channel": Kind.TEXT,
        "status": Kind.WHOLE,
        "acted_at": Kind.MOMENT,
        "acted_on": Kind.DAY,
        "days": Kind.REAL,
        "fee": Kind.WHOLE,
        "is_late": Kind.YES_NO,
    }
    columns = tuple(Column(name, kind, name, name) for name, kind in kinds.items())
    dataset = Dataset(
        "bench.acts", "acts", "acts", columns, "act_id", "acted_at", "acted_on"
    )
    actions.publish(dataset=dataset)
    return dataset


# One batch of rows, all from one month, as they come in.
MADE = """
SELECT printf('%016x', n) AS act_id, n // 6 AS dossier_id,
    printf('1.%06d', (random() * 2000)::INT) AS procedure,
    printf('H49.%05d', (random() * 120)::INT) AS agency,
    printf('channel%d', (random() * 2)::INT) AS channel,
    1 + (random() * 9)::BIGINT AS status,
    TIMESTAMPTZ '{day} 00:00:00+00' + to_seconds(n * 7919 % 2400000) AS acted_at,
    acted_at::DATE AS acted_on, random() * 30 AS days,
    (random() * 40)::BIGINT * 5000 AS fee, random() < 0.07 AS is_late,
    n + 1 AS lake_seq, TIMESTAMPTZ '{day} 00:00:00+00' AS lake_at,
    {corrects} AS lake_corrects
FROM range({first}, {last}) AS numbers(n)
"""
# As rooms without the lake's help would ask for the latest row of each act.
LATEST = (
    "SELECT * FROM every QUALIFY row_number() OVER"
    " (PARTITION BY act_id ORDER BY acted_at DESC, lake_seq DESC) = 1"
)


def make_rows(
    first: int, last: int, *, month: int = 1, corrects: bool = False
) -> "pa.Table":
    """Make rows of a month, numbered from the first up to before the last."""
    import duckdb  # noqa: PLC0415 - as above

    day = date(2026, month, 1).isoformat()
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute("SELECT setseed(0.58)")
        made = MADE.format(first=first, last=last, day=day, corrects=corrects)
        return engine.sql(made).to_arrow_table()


def _load(acts: "Dataset") -> None:
    import duckdb  # noqa: PLC0415 - as above

    from tinhso.lake.providers import tables  # noqa: PLC0415

    ours = bare = 0.0
    for number, first in enumerate(range(0, ROWS, BATCH), start=1):
        last = min(first + BATCH, ROWS)
        made = make_rows(first, last, month=1 + 12 * first // ROWS)
        begun = perf_counter()
        tables.append_columns(acts, made, source="bench", position=number)
        ours += perf_counter() - begun
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
            begun = perf_counter()
            engine.sql("FROM made").write_parquet(f"{folder}/a", compression="zstd")
            bare += perf_counter() - begun
    peer = "DuckDB writes the same rows as Parquet, not synced"
    line("lake_load", ROWS / ours, "rows/s", peer=peer, peer_value=ROWS / bare)


def _ask(acts: "Dataset") -> None:
    for name, sql in QUESTIONS.items():
        _compare(f"lake_ask_{name}_{ROWS}_rows", acts, sql, "FROM every")
    from tinhso.lake.providers import tables  # noqa: PLC0415 - as above

    made = make_rows(0, ROWS // 1000, corrects=True)
    tables.append_columns(acts, made, source="bench", position=ROWS)
    name = f"lake_ask_latest_after_{len(made)}_corrections"
    _compare(name, acts, QUESTIONS["by_agency"], LATEST, rounds=1)


def _compare(
    name: str, acts: "Dataset", sql: str, bare_view: str, *, rounds: int = ROUNDS
) -> None:
    """Ask in turns, so that a neighbour in a bad mood meets both alike."""
    asked(sql), _bare(acts, sql, bare_view)  # what was read once is in memory
    taken = [(asked(sql), _bare(acts, sql, bare_view)) for _ in range(rounds)]
    same = all(mine[1] == theirs[1] for mine, theirs in taken)
    line(
        name,
        median(mine[0] for mine, _ in taken),
        "s",
        peer="DuckDB alone over the same files",
        peer_value=median(theirs[0] for _, theirs in taken),
        goal_ratio=RATIO,
        same_answer=same,
    )


def asked(sql: str) -> tuple[float, object]:
    """Ask the platform; answer how long it took, in seconds, and what it said."""
    from django.conf import settings  # noqa: PLC0415 - as above

    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.lake import queries  # noqa: PLC0415
    from tinhso.lake.types import Limits  # noqa: PLC0415

    limits = Limits(
        rows=10_000,
        seconds=300,
        memory=settings.TINHSO_LAKE_QUERY_MEMORY_MB * 2**20,
        reads=settings.TINHSO_LAKE_QUERY_READS_MB * 2**20,
    )
    begun = perf_counter()
    found = queries.ask(sql=sql, limits=limits, actor=SYSTEM)
    return perf_counter() - begun, _rounded(found.rows)


def _bare(acts: "Dataset", sql: str, view: str) -> tuple[float, object]:
    import duckdb  # noqa: PLC0415 - as above

    from tinhso.lake.providers.catalogue import find_table  # noqa: PLC0415
    from tinhso.lake.providers.tables import files_of  # noqa: PLC0415

    table = find_table(acts)
    assert table is not None
    files = [file.file_path for file in files_of(table)]
    begun = perf_counter()
    with duckdb.connect() as engine:
        engine.execute("CREATE SCHEMA bench")
        engine.execute(f"CREATE VIEW every AS FROM read_parquet({files})")
        engine.execute(f"CREATE VIEW bench.acts AS {view}")
        rows = engine.execute(sql).fetchall()
    return perf_counter() - begun, _rounded(rows)


def _rounded(rows: Sequence[tuple[Any, ...]]) -> list[tuple[object, ...]]:
    """Leave out of sums of fractions what depends on the order of adding."""
    return [
        tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows
    ]


def _append() -> None:
    """Write events that wait into a table, again and again."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.lake import actions, rules  # noqa: PLC0415
    from tinhso.lake.models import WaitingRow  # noqa: PLC0415

    ours, bare = [], []
    for turn in range(ROUNDS):
        made = make_rows(turn * EVENTS, (turn + 1) * EVENTS)
        names = [name for name in made.column_names if not name.startswith("lake_")]
        at = clock.now()
        WaitingRow.objects.bulk_create(
            WaitingRow(dataset="bench.acts", values=rules.as_json(row), handed_at=at)
            for row in made.select(names).to_pylist()
        )
        begun = perf_counter()
        assert actions.append_waiting(at=at) == EVENTS
        ours.append(perf_counter() - begun)
        with tempfile.NamedTemporaryFile() as file:
            begun = perf_counter()
            pq.write_table(made, file, compression="zstd")
            os.fsync(file.fileno())
            bare.append(perf_counter() - begun)
    line(
        f"lake_append_{EVENTS}_events",
        median(ours),
        "s",
        peer="the same rows as one synced Parquet file",
        peer_value=median(bare),
        goal_s=APPENDED_SECONDS,
    )


def _join(acts: "Dataset") -> None:
    """Join what a day of small appends leaves behind."""
    import duckdb  # noqa: PLC0415 - as above

    from tinhso.lake import actions  # noqa: PLC0415
    from tinhso.lake.providers import tables  # noqa: PLC0415
    from tinhso.lake.providers.catalogue import find_table  # noqa: PLC0415

    for turn in range(SMALL_FILES):
        made = make_rows(turn * 1000, turn * 1000 + 1000, month=12)
        tables.append_columns(acts, made, source="small", position=turn + 1)
    table = find_table(acts)
    assert table is not None
    small = [f for f in tables.files_of(table) if f.file_size_in_bytes < tables.SMALL]
    paths = [file.file_path for file in small]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
        begun = perf_counter()
        engine.read_parquet(paths).write_parquet(f"{folder}/a", compression="zstd")
        bare = perf_counter() - begun
    begun = perf_counter()
    [done] = actions.compact()
    line(
        f"lake_join_{len(small)}_files",
        perf_counter() - begun,
        "s",
        peer="DuckDB writes the rows of the same files into one",
        peer_value=bare,
        before=done.before,
        after=done.after,
        rows=sum(file.record_count for file in small),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
