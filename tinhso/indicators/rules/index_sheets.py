"""A self-assessment as a sheet: which column is which, and reading it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tinhso.indicators.types import (
    Criterion,
    FigureUnreadable,
    RuleKind,
    SheetLayoutChanged,
)
from tinhso.kernel.errors import Phrase

SHEET = "Tự đánh giá"
HEAD = ("Mã", "Tiêu chí", "Tối đa", "Cách tính", "a", "b", "Ghi chú")
KEY, A, B, NOTE = 0, 4, 5, 6
LONGEST = 20
KINDS: Mapping[RuleKind, str] = {
    RuleKind.RATIO: "tỷ lệ a ÷ b",
    RuleKind.STEPPED: "theo mức: a",
    RuleKind.YES_NO: "có: a = 1, không: a = 0",
    RuleKind.POINTS: "điểm: a",
    RuleKind.COMPUTED: "hệ thống tự tính, để trống",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of a criterion; row: as Excel counts."""

    item: str
    a: Decimal | None
    b: Decimal | None
    note: str
    row: int


def read(
    rows: Sequence[Sequence[Any]], first: tuple[int, int], items: Sequence[Criterion]
) -> Iterator[Told]:
    """Read the rows that say something, if the sheet is laid out as it was handed out.

    first: where the filled part begins, row and column from 0.

    :raises SheetLayoutChanged: naming the first cell that is not what it was.
    :raises FigureUnreadable: naming the cell that holds no number.
    """
    if first != (0, 0):
        raise _changed(0, KEY)
    _same(0, HEAD, rows[0] if rows else ())
    for number, one in enumerate(items, start=1):
        cells = rows[number] if number < len(rows) else ()
        _same(number, (one.key,), cells)
        told = Told(
            item=one.key,
            a=_number(cells, number, A),
            b=_number(cells, number, B),
            note=_text(cells, NOTE),
            row=number + 1,
        )
        is_told = told.a is not None or told.b is not None
        if is_told and one.rule.kind is not RuleKind.COMPUTED:
            yield told
    if len(rows) > len(items) + 1:
        raise _changed(len(items) + 1, KEY)


def cell_of(row: int, column: int) -> str:
    """Name a cell as Excel does.

    >>> cell_of(0, 4)
    'E1'
    """
    return f"{chr(ord('A') + column)}{row + 1}"


def _same(row: int, wanted: Sequence[str], cells: Sequence[Any]) -> None:
    for column, text in enumerate(wanted):
        if _text(cells, column) != text:
            raise _changed(row, column)


def _changed(row: int, column: int) -> SheetLayoutChanged:
    cell = cell_of(row, column)
    message = Phrase(SheetLayoutChanged.message, cell=cell)
    return SheetLayoutChanged({"sheet": [message]}, cell=cell)


def _text(cells: Sequence[Any], column: int) -> str:
    value = cells[column] if column < len(cells) else None
    return "" if value is None else str(value).strip()


def _number(cells: Sequence[Any], row: int, column: int) -> Decimal | None:
    plain = _text(cells, column).replace(",", ".")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(plain) > LONGEST:
        cell = cell_of(row, column)
        message = Phrase(FigureUnreadable.message, cell=cell)
        raise FigureUnreadable({"sheet": [message]}, cell=cell)
    return found
