"""A CSV of a million rows into the lake: typed, wrong rows told, queryable.

`TINHSO_BENCH_ROWS` sets how many rows, 1,000,000 unless told: 475 MB. The peer is
DuckDB, which reads the same file with kinds of its own guessing.
"""

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bench import apart
from bench.report import line

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 1_000_000))
GOAL_SECONDS, WRONG = 30, 1000
HEADERS = ("Mã", "Điểm đến", "Ngày", "Số khách", "Doanh thu", "Lúc báo", "Ghi chú")
KINDS = ("text", "text", "day", "whole", "real", "moment", "text")
# A note of 400 bytes brings a row to the size of those that were asked for.
MADE = """
COPY (SELECT printf('KH%09d', n) AS "Mã", 'Vịnh Hạ Long ' || n % 54 AS "Điểm đến",
    strftime(DATE '2026-01-01' + (n % 365)::INT, '%d/%m/%Y') AS "Ngày",
    CASE WHEN n % {every} = 7 THEN 'nhiều' ELSE (n % 900)::VARCHAR END AS "Số khách",
    replace(((n % 100000) / 4.0)::VARCHAR, '.', ',') AS "Doanh thu",
    '16/06/2026 08:' || lpad((n % 60)::VARCHAR, 2, '0') AS "Lúc báo",
    repeat('Khách tham quan đảo, ', 15) || n AS "Ghi chú"
FROM range({rows}) AS numbers(n)) TO '{file}' (HEADER)
"""


def main(words: list[str]) -> None:
    """Print one JSON line."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.lake_csv")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    import duckdb  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        file = Path(folder) / "khach.csv"
        with duckdb.connect() as engine:
            engine.execute(MADE.format(rows=ROWS, file=file, every=ROWS // WRONG))
        _declare()
        _load(file)


def _declare() -> None:
    from tinhso.kernel import clock  # noqa: PLC0415 - as above
    from tinhso.kernel.packs import versions  # noqa: PLC0415
    from tinhso.kernel.packs.types import Content  # noqa: PLC0415
    from tinhso.lake.providers import declared  # noqa: PLC0415

    names = [f"c{place}" for place in range(len(HEADERS))]
    columns = [
        {"name": name, "kind": kind, "header": header, "vi": header, "en": header}
        for name, kind, header in zip(names, KINDS, HEADERS, strict=True)
    ]
    body = {
        "key": "bench.guests",
        "title": {"vi": "Khách", "en": "Guests"},
        "fact": names[0],
        "version": names[5],
        "month": names[2],
        "columns": columns,
    }
    content = Content("bench", declared.KIND, "bench.guests", body)
    versions.keep(content, clock.now())


def _load(file: Path) -> None:
    import duckdb  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.lake import actions, queries  # noqa: PLC0415
    from tinhso.lake.types import Limits  # noqa: PLC0415

    begun = perf_counter()
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE bare AS FROM read_csv('{file}')")
        [count] = engine.execute("SELECT count(*) FROM bare").fetchone() or (0,)
        assert count == ROWS
    bare = perf_counter() - begun
    begun = perf_counter()
    done = actions.load_file(source="bench.guests", path=file, at=clock.now())
    limits = Limits(rows=1, seconds=60, memory=2**31, reads=2**34)
    sql = "SELECT count(*), sum(c3) FROM bench.guests"
    found = queries.ask(sql=sql, limits=limits, actor=SYSTEM)
    ours = perf_counter() - begun
    assert found.rows[0][0] == done.rows == ROWS - done.set_aside
    assert len(queries.set_aside(dataset="bench.guests", most=ROWS)) == WRONG
    line(
        f"lake_csv_{ROWS}_rows",
        ours,
        "s",
        peer="DuckDB reads the same file into memory with kinds it guesses",
        peer_value=bare,
        goal_s=GOAL_SECONDS,
        megabytes=file.stat().st_size // 10**6,
        set_aside=done.set_aside,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
