"""Indicators over acts in the lake: all of them, after new acts, and their pages.

`TINHSO_BENCH_ROWS` sets how many acts, 10,000,000 unless told. The peer asks DuckDB the
same questions over the same files; pages are held against a question of PostgreSQL.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from bench import apart
from bench.report import line

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 10_000_000))
BATCH, EVENTS, ROUNDS, TILES = 1_000_000, 10_000, 5, 20
EVERYTHING_S, AFTER_S, SEEN_S, PAGE_S, BOARD_S = 30.0, 2.0, 8.0, 0.3, 1.0
# How long the worker may leave rows and numbers alone, in seconds: `tinhso/jobs`.
APPENDS_EACH, REFRESHES_EACH = 2, 3
YEAR = 2026
MADE = """
SELECT printf('%016x', n) AS act_id, printf('%016x', n // 6) AS dossier_id,
    printf('1.%06d', (random() * 300)::INT) AS procedure,
    printf('H49.%05d', (random() * 120)::INT) AS agency, 'H49.06688' AS receiver,
    CASE WHEN random() < 0.8 THEN 'online' ELSE 'counter' END AS channel,
    ['submit', 'receive', 'draft_result', 'sign', 'seal', 'ask_supplement'][n % 6 + 1]
        AS action,
    'step' AS step, 1 + n % 9 AS status,
    TIMESTAMPTZ '{day} 00:00:00+00' + to_seconds(n * 7919 % 2400000) AS acted_at,
    acted_at::DATE AS acted_on, acted_on AS submitted_on,
    acted_at + INTERVAL 1 DAY AS due_at, false AS is_late,
    CASE WHEN action = 'seal' THEN
        CASE WHEN random() < 0.97 THEN 'on_time' ELSE 'late' END END AS resolved,
    false AS is_synthetic, n + 1 AS lake_seq,
    TIMESTAMPTZ '{day} 00:00:00+00' AS lake_at, false AS lake_corrects
FROM range({first}, {last}) AS numbers(n)
"""


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.indicators")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    _load()
    _everything()
    _after_new_acts()
    _pages()
    _again()


def _load() -> None:
    for number, first in enumerate(range(0, ROWS, BATCH), start=1):
        _append(first, min(first + BATCH, ROWS), 1 + 12 * first // ROWS, number)


def _append(first: int, last: int, month: int, position: int) -> None:
    from tinhso.lake.providers import tables  # noqa: PLC0415 - as above
    from tinhso.procedures.datasets import DOSSIER_ACTS  # noqa: PLC0415

    made = make_rows(first, last, month)
    tables.append_columns(DOSSIER_ACTS, made, source="bench", position=position)


def make_rows(first: int, last: int, month: int) -> "pa.Table":
    """Make acts of a month, numbered from the first up to before the last."""
    import duckdb  # noqa: PLC0415 - as above

    day = date(YEAR, month, 1).isoformat()
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute("SELECT setseed(0.58)")
        made = MADE.format(first=first, last=last, day=day)
        return engine.sql(made).to_arrow_table()


def _everything() -> None:
    """Compute all months of all indicators."""
    taken = [_timed(lambda: _refresh(everything=True)) for _ in range(3)]
    line(
        f"indicators_everything_{ROWS}_acts",
        median(taken),
        "s",
        peer="DuckDB alone asks the same questions of the same files",
        peer_value=median(_timed(lambda: _bare(None)) for _ in range(3)),
        goal_s=EVERYTHING_S,
    )


def _after_new_acts() -> None:
    """Compute what 10,000 new acts change; the way from an act to its number."""
    refreshed, whole = [], []
    for turn in range(ROUNDS):
        first = ROWS + turn * EVENTS
        appended = _timed(lambda at=first: _append(at, at + EVENTS, 11, at))  # type: ignore[misc]
        refreshed.append(_timed(lambda: _refresh(everything=False)))
        whole.append(appended + refreshed[-1] + APPENDS_EACH + REFRESHES_EACH)
    line(
        f"indicators_after_{EVENTS}_acts_of_{ROWS}",
        median(refreshed),
        "s",
        peer="DuckDB alone asks the same questions of the month",
        peer_value=median(_timed(lambda: _bare(11)) for _ in range(3)),
        goal_s=AFTER_S,
    )
    line(
        "indicators_act_to_number_at_worst",
        max(whole),
        "s",
        peer="the pauses of the two jobs alone",
        peer_value=APPENDS_EACH + REFRESHES_EACH,
        goal_s=SEEN_S,
    )


def _refresh(*, everything: bool) -> None:
    from tinhso.indicators import actions, queries  # noqa: PLC0415 - as above
    from tinhso.kernel import clock  # noqa: PLC0415

    assert actions.refresh(at=clock.now(), everything=everything)
    assert not queries.faults(), queries.faults()


def _bare(month: int | None) -> None:
    """Ask DuckDB what the indicators ask, without the platform."""
    import duckdb  # noqa: PLC0415 - as above

    from tinhso.indicators.queries import indicators, period  # noqa: PLC0415
    from tinhso.indicators.rules import questions  # noqa: PLC0415
    from tinhso.lake.providers.catalogue import find_table  # noqa: PLC0415
    from tinhso.lake.providers.tables import files_of  # noqa: PLC0415
    from tinhso.procedures.datasets import DOSSIER_ACTS  # noqa: PLC0415

    table = find_table(DOSSIER_ACTS)
    assert table is not None
    files = [file.file_path for file in files_of(table)]
    counted = [one.computed for one in indicators().values() if one.computed]
    acts = [one for one in counted if one.dataset == DOSSIER_ACTS.name]
    months = [] if month is None else [period(key=f"{YEAR}-{month:02}")]
    with duckdb.connect() as engine:
        engine.execute("CREATE SCHEMA procedures")
        view = f"SELECT * FROM read_parquet({files})"
        engine.execute(f"CREATE VIEW procedures.dossier_acts AS {view}")
        for dimension in sorted({"", *(d for one in acts for d in one.by)}):
            some = [one for one in acts if not dimension or dimension in one.by]
            sql = questions.by_month(some, dimension, months, has_made_up=True)
            engine.execute(sql).fetchall()


def _pages() -> None:
    """Ask for the page of each indicator, and for a board of twenty."""
    from django.db import connection  # noqa: PLC0415 - as above

    from tinhso.indicators import queries  # noqa: PLC0415
    from tinhso.indicators.types import Dimension  # noqa: PLC0415
    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import Actor, ActorKind, Duty  # noqa: PLC0415
    from tinhso.kernel.ids import new_id  # noqa: PLC0415

    actor = Actor(kind=ActorKind.OFFICER, duties=(Duty("leader", new_id()),))
    keys = [key for key, one in queries.indicators().items() if one.computed]
    on = clock.local(clock.now()).date()

    def page(key: str, period: str) -> None:
        # Each time from the tables: nothing is kept between two pages.
        queries.measure(
            key=key,
            period=queries.period(key=period),
            by=Dimension.AGENCY,
            on=on,
            made_up=False,
            actor=actor,
        )

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM indicators_valuerow")
            cursor.fetchall()

    periods = (f"{YEAR}-05", f"{YEAR}Q2", f"{YEAR}")
    taken = [
        _timed(lambda k=key, p=period: page(k, p))  # type: ignore[misc]
        for _ in range(ROUNDS)
        for key in keys
        for period in periods
    ]
    peer, held = (
        "PostgreSQL counts the table of numbers",
        median(map(_timed, [bare] * 9)),
    )
    line(
        f"indicators_page_p95_{ROWS}_acts",
        quantiles(taken, n=20)[-1],
        "s",
        peer=peer,
        peer_value=held,
        goal_s=PAGE_S,
    )
    shown = (keys * TILES)[:TILES]
    period = queries.period(key=f"{YEAR}-05")
    months = [queries.period_before(period=period, back=n) for n in range(13)]
    board = [
        _timed(
            lambda: [queries.figures(keys=[k], periods=months, on=on) for k in shown]
        )
        for _ in range(ROUNDS)
    ]
    line(
        f"indicators_board_of_{TILES}",
        median(board),
        "s",
        peer=peer,
        peer_value=held,
        goal_s=BOARD_S,
    )


def _again() -> None:
    """Count a month again, number by number, from the states they came from."""
    from tinhso.indicators import queries  # noqa: PLC0415 - as above
    from tinhso.kernel import clock  # noqa: PLC0415

    on = clock.local(clock.now()).date()
    keys = [key for key, one in queries.indicators().items() if one.computed]
    periods = [
        queries.period(key=key) for key in (f"{YEAR}-03", f"{YEAR}-11", f"{YEAR}")
    ]
    found = queries.figures(keys=keys, periods=periods, on=on)
    begun = perf_counter()
    again = [queries.recount(cell=one.cell, on=on) for one in found.values()]
    line(
        "indicators_recounted_alike",
        sum(one.is_same for one in again),
        "numbers",
        peer="numbers that were published",
        peer_value=len(found),
        seconds=round(perf_counter() - begun, 2),
    )


def _timed(do: Callable[[], object]) -> float:
    begun = perf_counter()
    do()
    return perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
