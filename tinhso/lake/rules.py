"""What a row must be, which files are written anew, which states are let go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import isfinite
from uuid import UUID

from tinhso.kernel.clock import local
from tinhso.lake.types import Column, Dataset, Dimension, Expectation, Kind, Values

# What every table has besides the columns that its room declares.
PLACE, HANDED, CORRECTS = "lake_seq", "lake_at", "lake_corrects"
OWN_COLUMNS = (
    Column(PLACE, Kind.WHOLE, "thứ tự vào kho, mỗi hàng một số", "order of coming in"),
    Column(HANDED, Kind.MOMENT, "lúc được chuyển vào kho", "when it was handed in"),
    Column(CORRECTS, Kind.YES_NO, "hàng đính chính", "whether it corrects another row"),
)
TYPES: Mapping[Kind, type] = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.REAL: float,
    Kind.YES_NO: bool,
    Kind.DAY: date,
    Kind.MOMENT: datetime,
    Kind.ID: UUID,
    Kind.SHAPE: str,
}
WHOLE_RANGE = range(-(2**63), 2**63)
MARK = "tinhso.mark."
# The sources of what rooms hand in, and of files; their positions are the numbers of
# the batches and of the loads.
ROOMS, FILES = "rooms", "files"
# All rows of a dataset, those that were corrected since included.
ALL = "__all"


def columns_of(dataset: Dataset) -> tuple[Column, ...]:
    """List the columns of a table, its own after those of the room."""
    return (*dataset.columns, *OWN_COLUMNS)


def fault(dataset: Dataset, values: Values) -> str:
    """Say what is wrong with a row, "" if nothing is."""
    unknown = values.keys() - {column.name for column in dataset.columns}
    if unknown:
        return f"{', '.join(sorted(unknown))}: not declared"
    faults = (_fault_of(column, values.get(column.name)) for column in dataset.columns)
    return next((found for found in faults if found), "")


def _fault_of(column: Column, value: object) -> str:
    if value is None:
        return "" if column.may_be_empty else f"{column.name}: missing"
    # A yes is a number to Python, and a moment is a day.
    if type(value) is not TYPES[column.kind] and not _is_text(column, value):
        return f"{column.name}: {type(value).__name__} instead of {column.kind}"
    if isinstance(value, datetime) and value.tzinfo is None:
        return f"{column.name}: a moment without its zone"
    if column.kind is Kind.WHOLE and value not in WHOLE_RANGE:
        return f"{column.name}: beyond 64 bits"
    return "" if _written(value) == _plain(value) else f"{column.name}: unwritable"


def as_json(values: Values) -> dict[str, object]:
    """Write a row so that JSON holds it; of what it cannot hold, as much as it can."""
    return {str(_written(name)): _written(value) for name, value in values.items()}


def _written(value: object) -> object:
    """Write a value; PostgreSQL takes neither NUL nor halves of characters in JSON."""
    plain = _plain(value)
    if isinstance(plain, float) and not isfinite(plain):
        return str(plain)
    if isinstance(plain, str):
        return plain.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return plain


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _is_text(column: Column, value: object) -> bool:
    """Tell whether a word of an enumeration comes as text."""
    return column.kind is Kind.TEXT and isinstance(value, str)


def restored(column: Column, values: Sequence[object]) -> Sequence[object]:
    """Turn the values of a column back into what they were before they waited."""
    if column.kind is Kind.DAY:
        return [v and date.fromisoformat(str(v)) for v in values]
    if column.kind is Kind.MOMENT:
        return [v and datetime.fromisoformat(str(v)) for v in values]
    return values


def formula(sql: str) -> str:
    """Compute the SHA-256 by which a published number names its question.

    >>> formula("SELECT 1") == formula("  SELECT 1 ; ")
    True
    """
    return sha256(sql.strip().rstrip(";").rstrip().encode()).hexdigest()


def latest(dataset: Dataset, source: str, *, has_corrections: bool) -> str:
    """Write the SQL that reads the latest row of each fact from a source.

    Only facts that were ever corrected are compared, so that the others cost nothing.
    """
    # By name, for an engine without QUALIFY has a column more on its way.
    names = ", ".join(f'"{column.name}"' for column in columns_of(dataset))
    if not has_corrections:
        return f"SELECT {names} FROM {source}"  # noqa: S608 - as below
    key = f'"{dataset.key}"'
    corrected = f"(SELECT {key} FROM {source} WHERE {CORRECTS})"  # noqa: S608 - as below
    order = f'"{dataset.version}" DESC, {PLACE} DESC'
    # The names are of declarations, which are code.
    return (
        f"SELECT {names} FROM {source} WHERE {key} NOT IN {corrected}"  # noqa: S608
        f" UNION ALL SELECT {names} FROM {source} WHERE {key} IN {corrected}"
        f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a table. part: its month; size: in bytes."""

    path: str
    part: object
    size: int


def to_join(
    pieces: Iterable[Piece], *, least: int, most: int
) -> list[tuple[Piece, ...]]:
    """Group the files of a month that are smaller than the least size.

    most: how large a group may be, in bytes; a group of one is left as it is.
    """
    groups: dict[object, list[list[Piece]]] = {}
    for piece in sorted(pieces, key=lambda one: one.path):
        if piece.size < least:
            _put(groups.setdefault(piece.part, [[]]), piece, most)
    return [
        tuple(group) for parts in groups.values() for group in parts if len(group) > 1
    ]


def _put(groups: list[list[Piece]], piece: Piece, most: int) -> None:
    if sum(one.size for one in groups[-1]) + piece.size > most:
        groups.append([])
    groups[-1].append(piece)


@dataclass(frozen=True, slots=True)
class State:
    """A state of a table: its snapshot, and since when."""

    snapshot_id: int
    at: datetime


def outlived(
    states: Sequence[State], *, at: datetime, whole: timedelta, days: int
) -> list[int]:
    """Name the states to let go: all for a while, then the last of each day.

    whole: for how long back each state is kept; days: for how many days back the last
    of a day is.
    """
    last_of_day = {local(state.at).date(): state.snapshot_id for state in states}
    oldest = local(at).date() - timedelta(days=days)
    kept = {number for day, number in last_of_day.items() if day >= oldest}
    return [
        state.snapshot_id
        for state in states
        if state.at < at - whole and state.snapshot_id not in kept
    ]


def counting(dataset: Dataset) -> str:
    """Write the question that counts rows, and those that are not as promised."""
    faults = [wrong_row(one) for one in dataset.expectations]
    counts = [
        f"{_wrong(one, fault)} AS e{place}"
        for place, (one, fault) in enumerate(
            zip(dataset.expectations, faults, strict=True)
        )
    ]
    by_dimension = [
        f"{_wrong_of(dimension, dataset.expectations)} AS {dimension}"
        for dimension in dict.fromkeys(one.dimension for one in dataset.expectations)
    ]
    chosen = ", ".join(["count(*) AS n", *counts, *by_dimension])
    # The names and conditions are of declarations, which are code.
    return f"SELECT {chosen} FROM {dataset.name}"  # noqa: S608


def _wrong(one: Expectation, fault: str) -> str:
    if one.dimension is Dimension.UNIQUE:
        return f'count("{one.column}") - count(DISTINCT "{one.column}")'
    return f"count(*) FILTER (WHERE {fault})"


def _wrong_of(dimension: Dimension, expectations: Sequence[Expectation]) -> str:
    """Count rows with any fault of a dimension, each row once."""
    of_it = [one for one in expectations if one.dimension is dimension]
    if dimension is Dimension.UNIQUE:
        counts = ", ".join(_wrong(one, "") for one in of_it)
        return f"greatest({counts}, 0)"
    return f"count(*) FILTER (WHERE {' OR '.join(map(wrong_row, of_it))})"


def naming(dataset: Dataset, one: Expectation, *, most: int) -> str:
    """Write the question that names some of the rows that are not as promised."""
    key = f'"{dataset.key}"'
    source = f"SELECT {key} FROM {dataset.name}"  # noqa: S608 - as in `counting`
    if one.dimension is Dimension.UNIQUE:
        column = f'"{one.column}"'
        twice = f"QUALIFY count({column}) OVER (PARTITION BY {column}) > 1"
        return f"{source} {twice} ORDER BY {key} LIMIT {most}"
    return f"{source} WHERE {wrong_row(one)} ORDER BY {key} LIMIT {most}"


def wrong_row(one: Expectation) -> str:
    """Write the SQL that is true of a row that is not as promised.

    >>> status = Expectation(
    ...     "s", Dimension.VALID, "", "", column="status", least=1, most=10
    ... )
    >>> wrong_row(status)
    '("status" < 1 OR "status" > 10)'
    """
    cell = f'"{one.column}"'
    if one.holds:
        return f"(({one.holds}) IS NOT TRUE)"
    if one.within_hours is not None:
        return f"({HANDED} - {cell} > INTERVAL {one.within_hours} HOUR)"
    if one.refers_to:
        table, _, column = one.refers_to.rpartition(".")
        known = f'SELECT "{column}" FROM {table} WHERE "{column}" IS NOT NULL'  # noqa: S608
        return f"({cell} IS NOT NULL AND {cell} NOT IN ({known}))"
    return _wrong_cell(one, cell)


def _wrong_cell(one: Expectation, cell: str) -> str:
    if one.among:
        known = ", ".join("'" + value.replace("'", "''") + "'" for value in one.among)
        return f"({cell} NOT IN ({known}))"
    if one.pattern:
        pattern = one.pattern.replace("'", "''")
        return f"(NOT regexp_full_match({cell}, '{pattern}'))"
    bounds = [
        f"{cell} {sign} {bound}"
        for sign, bound in (("<", one.least), (">", one.most))
        if bound is not None
    ]
    return f"({' OR '.join(bounds)})" if bounds else f"({cell} IS NULL)"


def scores(rows: int, wrong: Mapping[Dimension, int]) -> Mapping[str, float | None]:
    """Tell the part of rows without a fault, by dimension; None without rows.

    >>> scores(10, {Dimension.VALID: 1})
    {'valid': 0.9}
    """
    return {d.value: 1 - count / rows if rows else None for d, count in wrong.items()}
