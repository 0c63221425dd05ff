"""Spark on a cluster of two beside DuckDB: the same questions, and whether they agree.

`TINHSO_BENCH_ROWS` sets how many rows, 20,000,000 unless told; `TINHSO_BENCH_QUESTIONS`
which questions of the equality suite, with commas between, all unless told, and
`TINHSO_BENCH_SECONDS` how long Spark may take over one, 300: a table of 20,000,000 rows
joined with itself takes longer on two cores. Needs `make setup-spark`.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench import apart
from bench.report import line

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 20_000_000))
BATCH, CORRECTED = 1_000_000, 100_000
SECONDS = int(os.environ.get("TINHSO_BENCH_SECONDS", 300))
MEMORY = 3 * 2**30
CHOSEN = os.environ.get("TINHSO_BENCH_QUESTIONS", "")


def main(words: list[str]) -> None:
    """Print one JSON line a question."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.lake_spark")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    from tests.lake.cluster import running  # noqa: PLC0415 - as above
    from tests.lake.equality import FACTS, QUESTIONS  # noqa: PLC0415
    from tinhso.lake import actions  # noqa: PLC0415

    actions.publish(dataset=FACTS)
    _load()
    names = CHOSEN.split(",") if CHOSEN else list(QUESTIONS)
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder,
        running(Path(folder), memory="3g") as cluster,
    ):
        _compare({name: QUESTIONS[name] for name in names}, cluster)


def _load() -> None:
    from tests.lake.equality import FACTS, made  # noqa: PLC0415 - as above
    from tinhso.lake.providers import tables  # noqa: PLC0415

    for number, first in enumerate(range(0, ROWS, BATCH), start=1):
        rows = made(first, min(first + BATCH, ROWS))
        tables.append_columns(FACTS, rows, source="made", position=number)
    fixed = made(0, min(CORRECTED, ROWS), corrects=True)
    tables.append_columns(FACTS, fixed, source="made", position=ROWS)


def _compare(questions: dict[str, str], cluster: object) -> None:
    from django.conf import settings  # noqa: PLC0415 - as above

    from tests.lake.equality import FACTS, differences  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.lake import queries  # noqa: PLC0415
    from tinhso.lake.providers import spark  # noqa: PLC0415
    from tinhso.lake.providers.plans import plan  # noqa: PLC0415
    from tinhso.lake.types import Limits  # noqa: PLC0415

    settings.TINHSO_SPARK_MASTER = cluster.url  # type: ignore[attr-defined]
    settings.TINHSO_SPARK_PROPERTIES = cluster.properties  # type: ignore[attr-defined]
    limits = Limits(rows=10_000, seconds=SECONDS, memory=MEMORY, reads=2**34)
    with spark.opened(limits) as session:
        for name, sql in questions.items():
            theirs = session.ask(sql, [plan(FACTS)], limits)
            ours = queries.ask(sql=sql, limits=limits, actor=SYSTEM)
            found = differences(list(ours.rows), list(theirs.rows))
            line(
                f"lake_spark_{name.replace(' ', '_')}_{ROWS}_rows",
                theirs.seconds,
                "s",
                peer="DuckDB, through the platform, on the same cores",
                peer_value=ours.seconds,
                rows=len(ours.rows),
                same_answer=not found and ours.sources == theirs.sources,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
