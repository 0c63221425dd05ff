"""DuckDB asks the tables: for so long, with so much memory, and nothing else at all.

It is given the list of files of one state of each table that is named, which is the
table as long as nothing is deleted; ours are only added to.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

import duckdb
import pyarrow as pa

from tinhso.lake import rules
from tinhso.lake.providers.place import is_stored
from tinhso.lake.providers.planned import handed_to
from tinhso.lake.providers.plans import MEGABYTE, Plan, require_size
from tinhso.lake.types import (
    Answer,
    Column,
    Kind,
    Limits,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionTooLarge,
    QuestionTooLong,
    QuestionUnreadable,
)

TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.REAL: "DOUBLE",
    Kind.YES_NO: "BOOLEAN",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMPTZ",
    Kind.ID: "VARCHAR",
    Kind.SHAPE: "VARCHAR",
}

T = TypeVar("T")
Config = dict[str, str | bool | int | float | list[str]]


# A board asks the same again and again.
@lru_cache(maxsize=64)
def tables_in(sql: str) -> frozenset[str]:
    """List the tables that a question names: `procedures.dossier_acts`.

    :raises QuestionUnreadable: if it is no SQL.
    :raises QuestionNotReadOnly: if it is anything but one SELECT.
    :raises QuestionReachesOut: if it names a file.
    """
    with _by_name(), _reader().cursor() as engine:
        statements = engine.extract_statements(sql)
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
            raise QuestionNotReadOnly
        names = engine.get_table_names(sql, qualified=True)
    # The engine adds how the question calls a table: `procedures.dossier_acts AS a`.
    return frozenset(name.partition(" ")[0] for name in names)


@lru_cache(maxsize=1)
def _reader() -> duckdb.DuckDBPyConnection:
    """Open an engine that only takes questions apart."""
    return duckdb.connect(config=_CLOSED)


def ask(sql: str, plans: Sequence[Plan], limits: Limits) -> Answer:
    """Ask DuckDB.

    :raises QuestionReadsTooMuch: if the files are larger than it may read.
    :raises QuestionReachesOut: if it reaches for anything else.
    :raises QuestionTooLong: if it takes longer than it may.
    :raises QuestionTooLarge: if it needs more memory.
    :raises QuestionUnreadable: if the engine does not understand it.
    """
    started = time.perf_counter()
    require_size(plans, limits)
    named = tables_in(sql)
    with _by_name(), _opened(plans, named, limits) as engine:
        found = _in_time(engine, limits, lambda: _rows(engine, sql, limits.rows + 1))
    return Answer(
        columns=tuple(found.column_names),
        rows=list(
            zip(*(c.to_pylist() for c in found[: limits.rows].columns), strict=True)
        ),
        is_cut=len(found) > limits.rows,
        sources=tuple(one.source for one in plans),
        formula=rules.formula(sql),
        engine="duckdb",
        seconds=time.perf_counter() - started,
    )


def _rows(engine: duckdb.DuckDBPyConnection, sql: str, most: int) -> pa.Table:
    return engine.sql(sql).limit(most).to_arrow_table()


def _in_time(
    engine: duckdb.DuckDBPyConnection, limits: Limits, ask: Callable[[], T]
) -> T:
    alarm = threading.Timer(limits.seconds, engine.interrupt)
    alarm.start()
    try:
        return ask()
    except duckdb.InterruptException:
        raise QuestionTooLong(seconds=limits.seconds) from None
    except duckdb.OutOfMemoryException:
        raise QuestionTooLarge(megabytes=limits.memory // MEGABYTE) from None
    finally:
        alarm.cancel()


@contextmanager
def _by_name() -> Iterator[None]:
    """Refuse by our names what the engine refuses."""
    try:
        yield
    except duckdb.PermissionException:
        raise QuestionReachesOut from None
    except duckdb.Error as error:
        reason = str(error).splitlines()[0][:300]
        raise QuestionUnreadable({"": [reason]}, reason=reason) from None


# Nothing is read, attached, installed or loaded but what is allowed by name.
_CLOSED: Config = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@contextmanager
def _opened(
    plans: Sequence[Plan], named: Collection[str], limits: Limits
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that has the tables of the plans and reaches nothing else."""
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-lake-") as spill,
        duckdb.connect(config=_settings(spill, limits)) as engine,
    ):
        tables = {path: one.dataset.name for one in plans for path in one.files}
        stored = {path: name for path, name in tables.items() if is_stored(path)}
        with handed_to(engine, stored):
            # As text: of each value that is handed over, the engine looks anew whether
            # it is one of pandas, which takes longer than all else here.
            engine.execute(f"SET allowed_paths = [{', '.join(map(_quoted, tables))}]")
            engine.execute("SET enable_external_access = false")
            engine.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
            for one in plans:
                _lay_out(engine, one, named)
            engine.execute("SET lock_configuration = true")
            yield engine


def _settings(spill: str, limits: Limits) -> Config:
    return {
        **{k: v for k, v in _CLOSED.items() if k != "enable_external_access"},
        "memory_limit": f"{limits.memory}B",
        "temp_directory": spill,
        # What does not fit into memory may take as much again on the disk.
        "max_temp_directory_size": f"{limits.memory}B",
    }


def _lay_out(
    engine: duckdb.DuckDBPyConnection, one: Plan, named: Collection[str]
) -> None:
    """Make the views that are named; for each a file is opened."""
    room, _, name = one.dataset.name.partition(".")
    every = f'"{room}"."{name}{rules.ALL}"'
    engine.execute(f'CREATE SCHEMA IF NOT EXISTS "{room}"')
    if one.has_corrections or f"{one.dataset.name}{rules.ALL}" in named:
        engine.execute(f"CREATE VIEW {every} AS {_source(one)}")
    if one.dataset.name in named:
        source = every if one.has_corrections else f"({_source(one)})"
        body = rules.latest(one.dataset, source, has_corrections=one.has_corrections)
        engine.execute(f'CREATE VIEW "{room}"."{name}" AS {body}')


def _source(one: Plan) -> str:
    """Write the SQL that reads the files; columns are known by their numbers."""
    columns = rules.columns_of(one.dataset)
    held = [column for column in columns if column.name in one.numbers]
    chosen = ", ".join(
        f'"{column.name}"' if column in held else _empty(column) for column in columns
    )
    if not one.files:
        return f"SELECT {', '.join(map(_empty, columns))} WHERE false"
    files = ", ".join(_quoted(path) for path in one.files)
    shape = ", ".join(_shape(column, one.numbers) for column in held)
    # The names are of declarations, and the paths our own.
    return f"SELECT {chosen} FROM read_parquet([{files}], schema = MAP {{{shape}}})"  # noqa: S608


def _empty(column: Column) -> str:
    return f'NULL::{TYPES[column.kind]} AS "{column.name}"'


def _shape(column: Column, numbers: dict[str, int]) -> str:
    kind = TYPES[column.kind]
    held = f"{{name: '{column.name}', type: '{kind}', default_value: NULL}}"
    return f"{numbers[column.name]}: {held}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
