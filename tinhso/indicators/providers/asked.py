"""Ask the lake as the platform, for who reads a number need not read all of it."""

from collections.abc import Mapping

from django.conf import settings

from tinhso.kernel.actor import SYSTEM
from tinhso.lake import queries as lake
from tinhso.lake.types import Answer, Limits

MEGABYTE = 2**20
# Agencies times months of a long history, with room for procedures.
MOST_ROWS = 2_000_000


def ask(
    sql: str, *, snapshots: Mapping[str, int] = lake.NEWEST, engine: str = "duckdb"
) -> Answer:
    """Ask a question of the room's own making.

    :raises DatasetUnknown: if no room publishes what it names.

    And what the engine refuses, by the names beginning with `Question`.
    """
    return lake.ask(
        sql=sql, limits=limits(), actor=SYSTEM, snapshots=snapshots, engine=engine
    )


def limits() -> Limits:
    """Tell what one question may take."""
    return Limits(
        rows=MOST_ROWS,
        seconds=settings.TINHSO_LAKE_QUERY_SECONDS,
        memory=settings.TINHSO_LAKE_QUERY_MEMORY_MB * MEGABYTE,
        reads=settings.TINHSO_LAKE_QUERY_READS_MB * MEGABYTE,
    )
