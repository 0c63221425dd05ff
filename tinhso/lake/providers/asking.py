"""DuckDB asks the tables: for so long, with so much memory, and nothing else at all.

It is given the list of files of one state of each table that is named, which is the
table as long as nothing is deleted; ours are only added to.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import duckdb

from tinhso.lake import rules
from tinhso.lake.providers import closed
from tinhso.lake.providers.plans import Plan, require_size
from tinhso.lake.types import (
    SQL_TYPES,
    Answer,
    Column,
    Dataset,
    Limits,
    QuestionReachesOut,
    QuestionUnreadable,
    Source,
)


# A board asks the same again and again.
@lru_cache(maxsize=64)
def tables_in(sql: str) -> frozenset[str]:
    """List the tables that a question names: `procedures.dossier_acts`.

    :raises QuestionUnreadable: if it is no SQL.
    :raises QuestionNotReadOnly: if it is anything but one SELECT.
    :raises QuestionReachesOut: if it names a file.
    """
    with _by_name():
        return closed.tables_in(sql)


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
        found = engine.ask(sql, most=limits.rows + 1)
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


def try_on(dataset: Dataset, questions: Sequence[str], limits: Limits) -> None:
    """Ask a table of a dataset that has no rows.

    :raises QuestionUnreadable: if the engine does not understand a question.
    :raises QuestionReachesOut: if it reaches for anything but the table.
    :raises QuestionNotReadOnly: if it is anything but one SELECT.
    """
    nothing = Plan(dataset, Source(dataset.name, "", None), "", (), 0, {}, False)
    named = {name for sql in questions for name in tables_in(sql)}
    with _by_name(), _opened([nothing], named, limits) as engine:
        for sql in questions:
            engine.ask(sql)


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


@contextmanager
def _opened(
    plans: Sequence[Plan], named: Collection[str], limits: Limits
) -> Iterator[closed.Closed]:
    """Open an engine that has the tables of the plans."""
    files = {path: one.dataset.name for one in plans for path in one.files}
    with closed.opened(files, limits) as engine:
        for one in plans:
            _lay_out(engine, one, named)
        yield engine


def _lay_out(engine: closed.Closed, one: Plan, named: Collection[str]) -> None:
    """Make the views that are named; for each a file is opened."""
    room, _, name = one.dataset.name.partition(".")
    every = f'"{room}"."{name}{rules.ALL}"'
    engine.lay_out(f'CREATE SCHEMA IF NOT EXISTS "{room}"')
    if one.has_corrections or f"{one.dataset.name}{rules.ALL}" in named:
        engine.lay_out(f"CREATE VIEW {every} AS {_source(one)}")
    if one.dataset.name in named:
        source = every if one.has_corrections else f"({_source(one)})"
        body = rules.latest(one.dataset, source, has_corrections=one.has_corrections)
        engine.lay_out(f'CREATE VIEW "{room}"."{name}" AS {body}')


def _source(one: Plan) -> str:
    """Write the SQL that reads the files; columns are known by their numbers."""
    columns = rules.columns_of(one.dataset)
    held = [column for column in columns if column.name in one.numbers]
    chosen = ", ".join(
        f'"{column.name}"' if column in held else _empty(column) for column in columns
    )
    if not one.files:
        return f"SELECT {', '.join(map(_empty, columns))} WHERE false"
    files = ", ".join(closed.quoted(path) for path in one.files)
    shape = ", ".join(_shape(column, one.numbers) for column in held)
    # The names are of declarations, and the paths our own.
    return f"SELECT {chosen} FROM read_parquet([{files}], schema = MAP {{{shape}}})"  # noqa: S608


def _empty(column: Column) -> str:
    return f'NULL::{SQL_TYPES[column.kind]} AS "{column.name}"'


def _shape(column: Column, numbers: dict[str, int]) -> str:
    kind = SQL_TYPES[column.kind]
    held = f"{{name: '{column.name}', type: '{kind}', default_value: NULL}}"
    return f"{numbers[column.name]}: {held}"
