"""The lake in a store that speaks S3, beside the same rows on the disk.

A real server (rclone) on this machine and over loopback, so no network is in it.
`TINHSO_BENCH_ROWS` sets how many rows of eleven columns, 2,000,000 unless told.
"""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bench import apart, lake
from bench.report import line

if TYPE_CHECKING:
    from tinhso.lake.types import Dataset

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 2_000_000))
ROUNDS, EVENTS = 5, 1_000
PEER = "the same on the disk, synced"


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.lake_store")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - as above

    from tests.lake import store  # noqa: PLC0415
    from tinhso.lake import actions  # noqa: PLC0415

    disk = lake.acts_dataset()
    stored = replace(disk, name="bench.kept")
    actions.publish(dataset=stored)
    store.write_key(Path(settings.TINHSO_HOME))
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder,
        store.running(Path(folder)) as server,
    ):
        settings.TINHSO_LAKE_ENDPOINT = server.url
        on_disk = _write(disk)
        # A table stays where it was made, so both are asked in turns.
        settings.TINHSO_LAKE_PLACE = f"s3://{store.BUCKET}/tables"
        in_store = _write(stored)
        for name, ours, bare in zip(("load", "append"), in_store, on_disk, strict=True):
            line(f"lake_store_{name}", ours, "s", peer=PEER, peer_value=bare)
        for name, sql in lake.QUESTIONS.items():
            _compare(name, sql)


def _write(dataset: "Dataset") -> tuple[float, float]:
    """Add all rows in batches, then some events again and again; answer the seconds."""
    from tinhso.lake.providers import tables  # noqa: PLC0415 - as above

    taken = []
    many = range(0, ROWS, lake.BATCH)
    few = range(ROWS, ROWS + ROUNDS * EVENTS, EVENTS)
    for number, first in enumerate([*many, *few], start=1):
        size = lake.BATCH if first < ROWS else EVENTS
        month = 1 + 11 * min(first, ROWS) // ROWS
        made = lake.make_rows(first, first + size, month=month)
        begun = perf_counter()
        tables.append_columns(dataset, made, source="bench", position=number)
        taken.append(perf_counter() - begun)
    return sum(taken[: len(many)]), median(taken[len(many) :])


def _compare(name: str, sql: str) -> None:
    stored = sql.replace("bench.acts", "bench.kept")
    lake.asked(sql), lake.asked(stored)  # what was read once is in memory
    taken = [(lake.asked(stored), lake.asked(sql)) for _ in range(ROUNDS)]
    line(
        f"lake_store_ask_{name}_{ROWS}_rows",
        median(mine[0] for mine, _ in taken),
        "s",
        peer=PEER,
        peer_value=median(theirs[0] for _, theirs in taken),
        same_answer=all(mine[1] == theirs[1] for mine, theirs in taken),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
