"""The one DuckDB of all who ask: closed, within limits. Its walls stand here once.

It is given files by name and reaches nothing else: no other file, no extension, no
setting that could be changed. It answers for so long, with so much memory, and what it
spills goes with it.
"""

import json
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from tinhso.lake.providers.place import is_stored
from tinhso.lake.providers.planned import handed_to
from tinhso.lake.types import (
    Limits,
    QuestionNotReadOnly,
    QuestionTooLarge,
    QuestionTooLong,
    TakenApart,
)

MEGABYTE = 2**20
Config = dict[str, str | bool | int | float | list[str]]
T = TypeVar("T")
# Nothing is installed or loaded by itself.
ALONE: Config = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


class Closed:
    """An engine that has what was laid out, and reaches nothing else."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, limits: Limits) -> None:
        self._engine, self._limits = engine, limits

    def lay_out(self, statement: str) -> None:
        """Make a schema or a view; the statement is the platform's own."""
        self._engine.execute(statement)

    def give(self, name: str, rows: pa.Table) -> None:
        """Give it rows by a name."""
        self._engine.register(name, rows)

    def ask(
        self, sql: str, values: Sequence[object] = (), *, most: int = 0
    ) -> pa.Table:
        """Ask one question. most: how many rows are fetched at all, 0 for every one.

        :raises QuestionTooLong: if it takes longer than it may.
        :raises QuestionTooLarge: if it needs more memory.

        And what the engine refuses, as the engine names it.
        """

        def ask() -> pa.Table:
            asked = self._engine.sql(sql, params=list(values) or None)
            return (asked.limit(most) if most else asked).to_arrow_table()

        return self._in_time(ask)

    def batches(self, sql: str, *, rows: int) -> Iterator[pa.RecordBatch]:
        """Walk through what is found, so many rows at a time; no clock stops it."""
        yield from self._engine.execute(sql).to_arrow_reader(rows)

    def _in_time(self, ask: Callable[[], T]) -> T:
        alarm = threading.Timer(self._limits.seconds, self._engine.interrupt)
        alarm.start()
        try:
            return ask()
        except duckdb.InterruptException:
            raise QuestionTooLong(seconds=self._limits.seconds) from None
        except duckdb.OutOfMemoryException:
            megabytes = self._limits.memory // MEGABYTE
            raise QuestionTooLarge(megabytes=megabytes) from None
        finally:
            alarm.cancel()


@contextmanager
def opened(
    files: Mapping[str, str], limits: Limits, *, threads: int = 0
) -> Iterator[Closed]:
    """Open an engine that may read some files.

    files: by location, of which table; threads: how many, 0 for one a core.
    """
    stored = {location: name for location, name in files.items() if is_stored(location)}
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-asked-") as spill,
        duckdb.connect(config=_settings(spill, limits, threads)) as engine,
        handed_to(engine, stored),
    ):
        # As text: of each value that is handed over, the engine looks anew whether
        # it is one of pandas, which takes longer than all else here.
        engine.execute(f"SET allowed_paths = [{', '.join(map(quoted, files))}]")
        engine.execute("SET enable_external_access = false")
        engine.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        engine.execute("SET lock_configuration = true")
        yield Closed(engine, limits)


@contextmanager
def viewing(
    files: Mapping[str, Path], limits: Limits, *, threads: int = 0
) -> Iterator[Closed]:
    """Open an engine that has each file as a view, by the name of the view."""
    named = {str(path): name for name, path in files.items()}
    with opened(named, limits, threads=threads) as engine:
        for name, path in files.items():
            view = '"' + name.replace('"', '""') + '"'
            source = f"read_parquet({quoted(str(path))})"
            engine.lay_out(f"CREATE VIEW {view} AS FROM {source}")
        yield engine


def _settings(spill: str, limits: Limits, threads: int) -> Config:
    return {
        **ALONE,
        **({"threads": threads} if threads else {}),
        "memory_limit": f"{limits.memory}B",
        "temp_directory": spill,
        # What does not fit into memory may take as much again on the disk.
        "max_temp_directory_size": f"{limits.memory}B",
    }


def tables_in(sql: str) -> frozenset[str]:
    """List the tables that a question names, with their schemas.

    :raises QuestionNotReadOnly: if it is anything but one SELECT.

    And what the engine refuses, as the engine names it.
    """
    with _reader().cursor() as engine:
        _require_select(engine, sql)
        names = _names(engine, sql, qualified=True)
    # The engine adds how the question calls a table: `procedures.dossier_acts AS a`.
    return frozenset(name.partition(" ")[0] for name in names)


def take_apart(sql: str) -> TakenApart:
    """Take a question apart, as `tables_in` does, without schemas and with its tree."""
    with _reader().cursor() as engine:
        _require_select(engine, sql)
        names = _names(engine, sql, qualified=False)
        tree = _tree(engine, sql)
    return TakenApart(frozenset(name.strip('"') for name in names), tree)


def _names(
    engine: duckdb.DuckDBPyConnection, sql: str, *, qualified: bool
) -> Iterable[str]:
    try:
        return engine.get_table_names(sql, qualified=qualified)
    except duckdb.BinderException:
        # To it each table is one without columns, so that USING finds none.
        return _named_in(_tree(engine, sql))


def _tree(engine: duckdb.DuckDBPyConnection, sql: str) -> str:
    [(tree,)] = engine.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    return str(tree)


def _named_in(tree: str) -> set[str]:
    """Find the tables in a tree, without what the question itself calls a table."""
    names, own = set(), set()
    nodes: list[Any] = []
    # One that is nested deeper than can be read finds no table, and is refused so.
    with suppress(RecursionError):
        nodes.append(json.loads(tree))
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                parts = (node["catalog_name"], node["schema_name"], node["table_name"])
                names.add(".".join(filter(None, parts)))
            own |= {one["key"] for one in node.get("cte_map", {}).get("map", [])}
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return names - own


def _require_select(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = engine.extract_statements(sql)
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise QuestionNotReadOnly


@lru_cache(maxsize=1)
def _reader() -> duckdb.DuckDBPyConnection:
    """Open an engine that only takes questions apart, and has nothing to tell."""
    engine = duckdb.connect(config={**ALONE, "enable_external_access": "false"})
    engine.execute("SET lock_configuration = true")
    return engine


def quoted(text: str) -> str:
    """Write a text as SQL does."""
    return "'" + text.replace("'", "''") + "'"
