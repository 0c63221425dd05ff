"""A register as a sheet: which columns it has, and what a row of it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json import JSONDecodeError, loads
from types import MappingProxyType
from typing import Any

from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean, fold, out_of_old_font
from tinhso.places.types import ShapeKind
from tinhso.registries.rules import cells
from tinhso.registries.types import (
    Fault,
    FieldKind,
    Line,
    Register,
    Shape,
    SheetColumnUnknown,
    SheetEmpty,
    SheetHeadMissing,
)

SHEET = "sheet"
SHAPE, LONGITUDE, LATITUDE = "shape", "longitude", "latitude"
FROM, UNTIL, ENDS = "valid_from", "valid_to", "ends"
# What every sheet may have besides the fields of its register.
OF_SHAPES = {
    LONGITUDE: N_("Kinh độ"),
    LATITUDE: N_("Vĩ độ"),
    SHAPE: N_("Hình (GeoJSON)"),
}
OF_TIME = {
    FROM: N_("Có hiệu lực từ"),
    UNTIL: N_("Hết hiệu lực từ"),
    ENDS: N_("Không còn nữa"),
}
IGNORED = {"", "stt", "tt", "so tt", "so thu tu"}
NOTHING: Mapping[int, Phrase] = MappingProxyType({})
# How far down the head may stand, below the titles of a report.
HEAD_WITHIN = 15

MERGED = N_("Ô này bị gộp với ô khác. Hãy bỏ gộp và ghi từng dòng.")
REACHING = N_("Ô này có công thức lấy dữ liệu từ nơi khác. Hãy ghi giá trị.")
OLD_FONT = N_("Chữ này gõ bằng phông cũ. Hãy gõ lại bằng Unicode, có lẽ là “{guess}”.")
BOTH_NEEDED = N_("Cần cả kinh độ và vĩ độ.")
NOT_GEOJSON = N_("Không đọc được hình này. Hãy dán GeoJSON.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register's sheet; name: of the field, or one of ours."""

    name: str
    title: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet. first: row and column of the first, from 0.

    spoilt: what is wrong with cells, by row and then by column, both from 0.
    """

    rows: Sequence[Sequence[Any]]
    first: tuple[int, int]
    spoilt: Mapping[int, Mapping[int, Phrase]]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head stands in the rows, and which column is at which place."""

    row: int
    columns: Mapping[int, Column]


def columns_of(register: Register) -> tuple[Column, ...]:
    """List the columns of a register's sheet: its fields, its place, its days."""
    fields = [
        Column(field.name, _title(field.vi, field.unit), field.is_required)
        for field in register.fields
        if not field.is_retired
    ]
    shapes = []
    if register.shape is ShapeKind.POINT:
        shapes = [LONGITUDE, LATITUDE]
    elif register.shape is not None:
        shapes = [SHAPE]
    return (
        *fields,
        *(Column(one, OF_SHAPES[one], register.is_shape_required) for one in shapes),
        *(Column(name, title, False) for name, title in OF_TIME.items()),
    )


def _title(vi: str, unit: str) -> str:
    return f"{vi} ({unit})" if unit else vi


def head_of(register: Register, grid: Grid) -> Head:
    """Find the row that names the columns.

    :raises SheetHeadMissing: if no row does; the message says what is missing.
    :raises SheetColumnUnknown: if a column is none of the register, or there twice.
    """
    known = _titles(register)
    wanted = {column.name for column in known.values() if column.is_required}
    best: dict[int, Column] = {}
    for number, row in enumerate(grid.rows[:HEAD_WITHIN]):
        found = _named(row, known)
        if wanted <= {column.name for column in found.values()}:
            _refuse_unknown(row, found, grid.first[1])
            return Head(number, found)
        best = max(best, found, key=len)
    missing = wanted - {column.name for column in best.values()}
    titles = [one.title for one in columns_of(register) if one.name in missing]
    words = {"missing": ", ".join(titles)}
    raise SheetHeadMissing(
        {SHEET: [Phrase(SheetHeadMissing.message, **words)]}, **words
    )


def _titles(register: Register) -> dict[str, Column]:
    """Know a column by its title with and without unit, in English, and by its name."""
    columns = {column.name: column for column in columns_of(register)}
    known = {fold(column.title): column for column in columns.values()}
    for field in register.fields:
        if field.name in columns:
            for name in (field.vi, field.en, field.name):
                known.setdefault(fold(name), columns[field.name])
    for name in (*OF_SHAPES, *OF_TIME):
        if name in columns:
            known.setdefault(name, columns[name])
    return known


def _named(row: Sequence[Any], known: Mapping[str, Column]) -> dict[int, Column]:
    titles = {place: _folded(cell) for place, cell in enumerate(row)}
    return {place: known[title] for place, title in titles.items() if title in known}


def _folded(cell: object) -> str:
    return fold(clean(cell)).rstrip("*: ") if isinstance(cell, str) else ""


def _refuse_unknown(
    row: Sequence[Any], found: Mapping[int, Column], first: int
) -> None:
    seen: set[str] = set()
    for place, cell in enumerate(row):
        column = found.get(place)
        is_twice = column is not None and column.name in seen
        if column is not None:
            seen.add(column.name)
        if is_twice or (column is None and _folded(cell) not in IGNORED):
            words = {"column": letter(first + place), "title": clean(str(cell))[:60]}
            reason = Phrase(SheetColumnUnknown.message, **words)
            raise SheetColumnUnknown({SHEET: [reason]}, **words)


def lines_of(register: Register, grid: Grid, head: Head) -> Iterator[Line]:
    """Read the rows below the head, each with what could not be read of it.

    Numbers of lines are those people see in the workbook. Empty rows are passed over.

    :raises SheetEmpty: if there is none.
    """
    is_empty = True
    below = enumerate(grid.rows[head.row + 1 :], start=grid.first[0] + head.row + 1)
    for place, row in below:
        if any(_is_filled(row, at) for at in head.columns):
            is_empty = False
            wrong = grid.spoilt.get(place, NOTHING)
            spoilt = {column - grid.first[1]: why for column, why in wrong.items()}
            yield line_of(register, head, row, number=place + 1, spoilt=spoilt)
    if is_empty:
        raise SheetEmpty({SHEET: [Phrase(SheetEmpty.message)]})


def _is_filled(row: Sequence[Any], at: int) -> bool:
    return at < len(row) and row[at] not in ("", None)


def line_of(
    register: Register,
    head: Head,
    row: Sequence[Any],
    *,
    number: int,
    spoilt: Mapping[int, Phrase] = NOTHING,
) -> Line:
    """Read a row. number: of the line, from 1; spoilt: what is wrong by its place."""
    said: dict[str, object] = {}
    faults: list[Fault] = []
    for at, column in head.columns.items():
        cell = row[at] if at < len(row) else None
        try:
            if at in spoilt:
                raise cells.CellWrong(spoilt[at])
            said[column.name] = _read(register, column.name, cell)
        except cells.CellWrong as wrong:
            faults.append(Fault(column.name, wrong.reason))
    shape, fault = _shape(said)
    faults += [fault] if fault else []
    own = {*OF_SHAPES, *OF_TIME}
    return Line(
        number=number,
        values={
            name: value
            for name, value in said.items()
            if name not in own and value is not None
        },
        shape=shape,
        valid_from=_day(said.get(FROM)),
        valid_to=_day(said.get(UNTIL)),
        ends=said.get(ENDS) is True,
        faults=tuple(faults),
    )


def _read(register: Register, name: str, cell: object) -> object:
    if isinstance(cell, str) and (guess := out_of_old_font(cell)):
        raise cells.CellWrong(Phrase(OLD_FONT, guess=clean(guess)[:100]))
    if cell in ("", None):
        return None
    if name in (FROM, UNTIL):
        return cells.day(clean(cell) if isinstance(cell, str) else cell)
    if name == ENDS:
        return cells.read(_YES, cell)
    if name in (LONGITUDE, LATITUDE):
        return cells.read(_NUMBER, cell)
    if name == SHAPE:
        return _geojson(cell)
    return cells.read(register.field(name), cell)


_YES = cells.plain_field(FieldKind.YES_NO)
_NUMBER = cells.plain_field(FieldKind.REAL)


def _geojson(cell: object) -> Shape:
    try:
        found = loads(str(cell))
    except JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise cells.CellWrong(Phrase(NOT_GEOJSON))
    return found


def _shape(said: Mapping[str, Any]) -> tuple[Shape | None, Fault | None]:
    if said.get(SHAPE) is not None:
        return said[SHAPE], None
    longitude, latitude = said.get(LONGITUDE), said.get(LATITUDE)
    if longitude is None and latitude is None:
        return None, None
    if longitude is None or latitude is None:
        lacking = LONGITUDE if longitude is None else LATITUDE
        return None, Fault(lacking, Phrase(BOTH_NEEDED))
    return {"type": "Point", "coordinates": [longitude, latitude]}, None


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def letter(column: int) -> str:
    """Name a column as workbooks do.

    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def place_of(cell: str) -> tuple[int, int]:
    """Find row and column of a cell, from 0.

    >>> place_of("B5")
    (4, 1)
    """
    letters = cell.rstrip("0123456789")
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1
