"""Made-up activity written at once: people, then two months of dossiers and the lake.

Goal: 2,000 dossiers a second into operations and lake together. The peer in the same
run is COPY of the same rows, dossiers, moves and tasks, into bare tables without a
constraint or an index: what the database alone would take, with nothing to work out.

`TINHSO_BENCH_SHARE` sets the share of the province, 0.3 unless told, and `_WORKERS` how
many processes write, as many as there are processors.
"""

import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from bench import apart
from bench.report import line

if TYPE_CHECKING:
    from tinhso.simulation.types import Simulated, Wish

SHARE = float(os.environ.get("TINHSO_BENCH_SHARE", "0.3"))
WORKERS = int(os.environ.get("TINHSO_BENCH_WORKERS", os.cpu_count() or 1))
GOAL = 2_000  # dossiers a second
FIRST, LAST = date(2026, 3, 2), date(2026, 5, 3)
UNTIL = datetime(2026, 7, 1, tzinfo=UTC)
TABLES = ("procedures_dossierrow", "procedures_moverow", "procedures_taskrow")


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        os.environ["TINHSO_DEMO"] = "1"
        apart.measure("bench.simulation")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    from tinhso.simulation.types import Wish  # noqa: PLC0415 - as above

    wish = Wish("quang_ninh", FIRST, LAST, 1, SHARE, UNTIL)
    # One day brings all the people, so that afterwards only dossiers come.
    settled, seconds = _timed(replace(wish, last=FIRST, seed=2))
    people = settled.people / seconds
    made, seconds = _timed(wish)
    bare, bare_people = _copied(made.dossiers + settled.dossiers), _copied_people()
    line(
        "simulation: people registered, and one day",
        people,
        "people/s",
        peer="COPY of the same people into a bare table",
        peer_value=bare_people,
        people=settled.people,
    )
    line(
        "simulation: dossiers into operations and lake",
        made.dossiers / seconds,
        "dossiers/s",
        peer="COPY of the same dossiers, moves and tasks into bare tables",
        peer_value=bare,
        goal=GOAL,
        dossiers=made.dossiers,
        lake_rows=made.lake_rows,
        workers=WORKERS,
    )


def _timed(wish: "Wish") -> "tuple[Simulated, float]":
    from tinhso.kernel import clock  # noqa: PLC0415 - as above
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.simulation import actions  # noqa: PLC0415

    begun = perf_counter()
    made = actions.simulate(wish=wish, workers=WORKERS, actor=SYSTEM, at=clock.now())
    return made, perf_counter() - begun


def _copied(dossiers: int) -> float:
    return dossiers / sum(_bare(table) for table in TABLES)


def _copied_people() -> float:
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_personrow")
        count: int = cursor.fetchone()[0]
    return count / _bare("people_personrow")


def _bare(table: str) -> float:
    """Copy a table out and into one without anything; say how long the way in took."""
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            file.writelines(map(bytes, copy))
        file.seek(0)
        cursor.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} LIMIT 0")
        begun = perf_counter()
        with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
            while part := file.read(2**20):
                copy.write(part)
        return perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
