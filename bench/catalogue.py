"""Procedures of the national catalogue a second, read and stored.

The peer parses the same lines and copies them as they are into a table with the same
columns and indexes, so the ratio is what understanding them costs.
"""

import gzip
import json
import os
import sys
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.report import line
from tinhso.cli.postgres import ensure_running

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT.parent / "shared/data/tthc_catalogue.jsonl.gz"
NAME = "tinhso_bench_catalogue"


def main() -> None:
    """Print one JSON line; skip where the catalogue is not there."""
    if not FILE.exists():
        print(f"skipped: no catalogue at {FILE}", file=sys.stderr)
        return
    base = os.environ.get("DATABASE_URL") or ensure_running(ROOT / "var")
    url = make_conninfo(**conninfo_to_dict(base) | {"dbname": NAME})
    values = conninfo_to_dict(base)
    os.environ["DATABASE_URL"] = base.replace(f"/{values['dbname']}", f"/{NAME}", 1)
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")  # type: ignore[arg-type]
        admin.execute(f"CREATE DATABASE {NAME}")  # type: ignore[arg-type]
    try:
        _measure(url)
    finally:
        with psycopg.connect(base, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")  # type: ignore[arg-type]


def _measure(url: str) -> None:
    import django  # noqa: PLC0415 - the database is chosen above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.procedures import actions  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    start = perf_counter()
    report = actions.import_catalogue(file=FILE, actor=SYSTEM, at=clock.now())
    ours = report.imported / (perf_counter() - start)
    line(
        "catalogue_import",
        ours,
        "procedures/s",
        peer="parse and copy the lines as they are",
        peer_value=_plain(url, report.read),
    )


def _plain(url: str, count: int) -> float:
    start = perf_counter()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (LIKE procedures_nationalversion)")
        cursor.execute(
            "CREATE INDEX ON plain USING gin (folded gin_trgm_ops);"
            " ALTER TABLE plain ADD PRIMARY KEY (id)"
        )
        with (
            gzip.open(FILE, "rt") as lines,
            cursor.copy(
                "COPY plain (id, code, number, digest, body, folded, imported_at,"
                " is_newest) FROM STDIN"
            ) as copy,
        ):
            for number, text in enumerate(lines):
                record = json.loads(text)
                code, title = record["ma_thu_tuc"], record["ten_thu_tuc"]
                key = f"00000000-0000-0000-0000-{number:012d}"
                copy.write_row((key, code, 1, "", text, title, "now", True))
    return count / (perf_counter() - start)


if __name__ == "__main__":
    main()
