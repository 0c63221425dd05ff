"""Read and ask the frozen files by the lake's closed engine, within limits.

It is given those files by name and reaches nothing else. Values are parameters, and
names of columns those of the version.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings

from tinhso.lake import queries as lake
from tinhso.lake.types import (
    SQL_TYPES,
    ClosedEngine,
    Dataset,
    Kind,
    Limits,
    QuestionNotReadOnly,
    QuestionTooLong,
)
from tinhso.lake.types import QuestionTooLarge as TooMuchMemory
from tinhso.opendata.providers.files import file_of
from tinhso.opendata.types import (
    Ask,
    ColumnUnknown,
    FileMissing,
    QuestionReachesOut,
    QuestionRefused,
    QuestionTooLarge,
    Rows,
    Told,
    TooManyAtOnce,
    ValueWrong,
    Version,
)

THREADS = 2
VIEW = "data"
# Questions a process answers at once.
TURNS = threading.BoundedSemaphore(2)
MADE_TABLES = frozenset({"range", "generate_series", "unnest"})
ABOUT_THE_ENGINE = re.compile(
    "setting|getenv|getvariable|pragma|duckdb|sqlite|^query|^read_|_scan$|glob"
    "|^current_(?!date$|timestamp$|time$)|^pg_|_file|secret|checkpoint|^nextval|^write_"
)
TEXTS = (Kind.TEXT, Kind.ID)
# What examples of packs may take.
OF_EXAMPLES = Limits(rows=10_000, seconds=30, memory=2**28, reads=2**20)


def read(version: Version, ask: Ask, limits: Limits) -> Rows:
    """Read the rows that are wanted, and say how many there are in all.

    :raises ColumnUnknown: if a column is named that the version has not.
    :raises ValueWrong: if a value cannot be one of its column.
    """
    shown = _shown(version, ask.columns)
    where, values = _wanted(version, ask)
    names = ", ".join(_named(one.name) for one in shown)
    distinct = "DISTINCT " if ask.is_distinct else ""
    chosen = f"SELECT {distinct}{names} FROM {VIEW}{where}"  # noqa: S608 - names of the version
    ordered = f"{chosen}{_order(version, ask)} LIMIT {ask.limit} OFFSET {ask.offset}"
    with opened({VIEW: version}, limits) as engine, _by_name():
        rows = in_time(engine, ordered, values, limits)
        total = in_time(engine, f"SELECT count(*) FROM ({chosen})", values, limits)  # noqa: S608 - as above
    return Rows(shown, tuples(rows), total.column(0)[0].as_py())


def tally(
    version: Version, by: str, sums: str, ask: Ask, limits: Limits
) -> list[tuple[Any, Any]]:
    """Sum a column by the values of another, or count rows; the 40 largest.

    sums: "" to count.

    :raises ColumnUnknown: if the version has not both.
    """
    names = [by, sums] if sums else [by]
    shown = [_named(one.name) for one in _shown(version, tuple(names))]
    what = f"sum({shown[1]})" if sums else "count(*)"
    where, values = _wanted(version, ask)
    sql = f"SELECT {shown[0]}, {what} AS n FROM {VIEW}{where} GROUP BY 1"  # noqa: S608 - names of the version
    sql += " ORDER BY n DESC NULLS LAST, 1 LIMIT 40"
    with opened({VIEW: version}, limits) as engine, _by_name():
        return [(key, n) for key, n in tuples(in_time(engine, sql, values, limits))]


def batches(version: Version, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Walk through all rows of a version, some thousand at a time."""
    with opened({VIEW: version}, limits) as engine:
        yield from engine.batches(f"FROM {VIEW}", rows=20_000)


def ask_sql(sql: str, tables: Mapping[str, Version], limits: Limits) -> Told:
    """Ask published versions one question in SQL that only reads.

    tables: by the name the question calls them, as `names_in` has let them through.

    :raises QuestionRefused: if the engine does not understand it.
    :raises QuestionReachesOut: if it reaches for anything else.
    :raises QuestionTooLarge: if it takes more time or memory than it may.
    """
    with opened(tables, limits) as engine, _by_name():
        found = in_time(engine, sql, [], limits, most=limits.rows + 1)
    kinds = [(field.name, str(field.type)) for field in found.schema]
    is_cut = len(found) > limits.rows
    return Told(tuple(kinds), tuples(found[: limits.rows]), is_cut)


def answered(
    question: str, table: Dataset, rows: Sequence[Mapping[str, object]]
) -> list[tuple[Any, ...]]:
    """Ask a question of rows that are given, as examples do; `times` repeats a row."""
    fields = [pa.field(one.name, pa.string()) for one in table.columns]
    told = [
        {key: None if value is None else str(value) for key, value in row.items()}
        for row in rows
        for _ in range(int(str(row.get("times", 1))))
    ]
    given = pa.Table.from_pylist(told, schema=pa.schema(fields))
    typed = ", ".join(
        f'CAST("{one.name}" AS {SQL_TYPES[one.kind]}) AS "{one.name}"'
        for one in table.columns
    )
    room, _, name = table.name.partition(".")
    with lake.closed_engine(files={}, limits=OF_EXAMPLES, threads=THREADS) as engine:
        engine.give("given", given)
        engine.lay_out(f'CREATE SCHEMA "{room}"')
        engine.lay_out(f'CREATE VIEW "{room}"."{name}" AS SELECT {typed} FROM given')  # noqa: S608 - of a declaration
        return tuples(engine.ask(question))


def names_in(sql: str) -> set[str]:
    """List the tables that a question names.

    :raises QuestionRefused: if it is no single SELECT.
    :raises QuestionReachesOut: if it names a file, or asks about the engine itself.
    """
    with _by_name():
        found = lake.take_apart(sql=sql)
        _refuse_tree(found.tree)
        return set(found.names)


def _refuse_tree(tree: str) -> None:
    try:
        told = json.loads(tree)
        # What is called a question and is none, as PRAGMA, has no tree.
        if told.get("error"):
            raise QuestionRefused(reason="SELECT")
        _refuse_reaching(told)
    except RecursionError:
        raise QuestionRefused(reason="((…))") from None


def _refuse_reaching(node: Any) -> None:
    """Refuse what tells of the engine, its settings or the disk, wherever it stands."""
    if isinstance(node, dict):
        if _reaches(node):
            raise QuestionReachesOut
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            _refuse_reaching(one)


def _reaches(node: Mapping[str, Any]) -> bool:
    """Tell whether a part of a question reaches further than what is published.

    Of functions that make tables only those that count are let through, and a table
    has no schema before its name: the engine's own tables have one, or are functions.
    """
    kind = node.get("type")
    if kind == "TABLE_FUNCTION":
        return _function(node.get("function", {})) not in MADE_TABLES
    if kind == "BASE_TABLE" and node.get("schema_name"):
        return True
    is_about = ABOUT_THE_ENGINE.search(_function(node)) is not None
    return is_about or bool(node.get("catalog_name"))


def _function(node: Mapping[str, Any]) -> str:
    return str(node.get("function_name", "")).lower()


@contextmanager
def opened(tables: Mapping[str, Version], limits: Limits) -> Iterator[ClosedEngine]:
    """Open an engine that has the files of versions and reaches nothing else.

    :raises FileMissing: if a file is not there.
    """
    paths = {
        name: file_of(one.slug, one.number, one.sha256) for name, one in tables.items()
    }
    if not all(path.is_file() for path in paths.values()):
        raise FileMissing
    with lake.closed_engine(files=paths, limits=limits, threads=THREADS) as engine:
        yield engine


def in_time(
    engine: ClosedEngine,
    sql: str,
    values: Sequence[object],
    limits: Limits,
    *,
    most: int = 0,
) -> pa.Table:
    """Ask in one's turn.

    most: how many rows are fetched at all, 0 for every one.
    """
    with _turn(limits):
        return engine.ask(sql, values, most=most)


@contextmanager
def _turn(limits: Limits) -> Iterator[None]:
    """Wait for one's turn: each question may take the memory of the limits.

    :raises TooManyAtOnce: if it does not come in the time a question has.
    """
    if not TURNS.acquire(timeout=limits.seconds):
        raise TooManyAtOnce
    try:
        yield
    finally:
        TURNS.release()


@contextmanager
def _by_name() -> Iterator[None]:
    """Refuse by our names what the engine refuses."""
    try:
        yield
    except (QuestionTooLong, TooMuchMemory):
        raise QuestionTooLarge from None
    except QuestionNotReadOnly:
        raise QuestionRefused(reason="SELECT") from None
    except duckdb.PermissionException:
        raise QuestionReachesOut from None
    except duckdb.ConversionException:
        raise ValueWrong(column="") from None
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(str(settings.TINHSO_HOME), "")
        raise QuestionRefused(reason=reason[:200]) from None


def tuples(found: pa.Table) -> list[tuple[Any, ...]]:
    """Turn columns into rows; sums of whole numbers are whole numbers again."""
    columns = [
        [value if value is None else _number(value) for value in column.to_pylist()]
        if pa.types.is_decimal(column.type)
        else column.to_pylist()
        for column in found.columns
    ]
    return list(zip(*columns, strict=True))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(version: Version, names: Sequence[str]) -> tuple[Any, ...]:
    held = {one.name: one for one in version.columns}
    for name in names:
        if name not in held:
            raise ColumnUnknown({"fields": [name]}, column=name)
    return tuple(held[name] for name in names) if names else version.columns


def _wanted(version: Version, ask: Ask) -> tuple[str, list[object]]:
    """Write which rows are wanted, and the values of that."""
    parts: list[str] = []
    values: list[object] = []
    for name, wanted in ask.filters.items():
        [one] = _shown(version, (name,))
        if not wanted:
            continue
        if None in wanted:
            parts.append(f"{_named(name)} IS NULL")
            continue
        kind = SQL_TYPES[one.kind]
        marks = ", ".join(f"CAST(? AS {kind})" for _ in wanted)
        parts.append(f"{_named(name)} IN ({marks})")
        values += [str(value) for value in wanted]
    if ask.text:
        parts.append(_text(version))
        values += [ask.text] * parts[-1].count("?")
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _text(version: Version) -> str:
    """Search in all columns of text, with or without marks."""
    looked = [
        f"contains(strip_accents(lower({_named(one.name)})), strip_accents(lower(?)))"
        for one in version.columns
        if one.kind in TEXTS
    ]
    return f"({' OR '.join(looked)})" if looked else "(? IS NULL)"


def _order(version: Version, ask: Ask) -> str:
    if not ask.sort:
        return ""
    names = [name.removeprefix("-") for name in ask.sort]
    shown = [_named(one.name) for one in _shown(version, names)]
    ways = ["DESC" if name.startswith("-") else "ASC" for name in ask.sort]
    words = [f"{name} {way} NULLS LAST" for name, way in zip(shown, ways, strict=True)]
    return f" ORDER BY {', '.join(words)}"


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
