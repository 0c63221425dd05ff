"""Returns as a sheet: which cell is which, and reading it back with every fault named.

The first row is hidden: it says of which layout, period and agency the sheet is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinhso.indicators.rules.returns import MOST
from tinhso.indicators.types import ReturnLine, SheetFault
from tinhso.kernel.errors import N_, Phrase

SHEET, LAYOUT = "Báo cáo", "tinhso.returns/1"
HEAD = ("Mã", "Chỉ tiêu", "Đếm gì", "Số đạt", "Trên tổng số gì", "Tổng số", "Ghi chú")
KEY, ABOVE, BELOW, NOTE = 0, 3, 5, 6
FIRST = 2  # the row of the first indicator, from 0
CHANGED = N_("Khác với tệp đã tải. Hãy tải tệp mới, chỉ điền số đạt, tổng số, ghi chú.")
WRONG_PERIOD = N_("Tệp này là của kỳ {told}, không phải kỳ {period}.")
WRONG_AGENCY = N_("Tệp này là của cơ quan {told}, không phải cơ quan {agency}.")
DECIMAL_COMMA = N_("Có dấu phẩy thập phân; ở đây chỉ nhận số nguyên.")
NOT_WHOLE = N_("Phải là số nguyên, ví dụ 125.")
IS_TEXT = N_("Là chữ, không phải số. Hãy gõ lại số, không có dấu nháy hay dấu chấm.")
NEGATIVE = N_("Số liệu không được âm.")
ABOVE_WHOLE = N_("Số đạt không được lớn hơn tổng số.")
NO_WHOLE = N_("Chỉ tiêu này không có tổng số, hãy để trống.")
TOO_LARGE = N_("Số liệu quá lớn.")
_COMMA = re.compile(r"-?[0-9.]*[0-9],[0-9]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of an indicator."""

    indicator: str
    above: int | None
    below: int | None
    note: str


@dataclass(slots=True)
class Sheet:
    """What a workbook says, and what is wrong with it."""

    told: list[Told] = field(default_factory=list)
    faults: list[SheetFault] = field(default_factory=list)

    def wrong(self, row: int, column: int, told: Any, message: Phrase) -> None:
        """Note what is wrong with a cell."""
        shown = "" if told is None else str(told)[:60]
        self.faults.append(SheetFault(cell_of(row, column), shown, message))


def read(
    rows: Sequence[Sequence[Any]], first: tuple[int, int], lines: Sequence[ReturnLine]
) -> Sheet:
    """Read a sheet that was handed out for some returns; empty rows say nothing.

    first: where the filled part begins, row and column from 0.
    """
    sheet = Sheet()
    if first != (0, 0) or not _is_ours(rows, lines, sheet):
        if not sheet.faults:
            sheet.wrong(0, 0, None, Phrase(CHANGED))
        return sheet
    for number, line in enumerate(lines, start=FIRST):
        cells = rows[number] if number < len(rows) else ()
        if _text(cells, KEY) != line.asked.indicator:
            sheet.wrong(number, KEY, _cell(cells, KEY), Phrase(CHANGED))
        else:
            _read_row(sheet, number, cells, line)
    for number in range(FIRST + len(lines), len(rows)):
        if any(_text(rows[number], column) for column in range(len(rows[number]))):
            sheet.wrong(number, KEY, _cell(rows[number], KEY), Phrase(CHANGED))
    return sheet


def cell_of(row: int, column: int) -> str:
    """Name a cell as Excel does.

    >>> cell_of(2, 3)
    'D3'
    """
    return f"{chr(ord('A') + column)}{row + 1}"


def _is_ours(
    rows: Sequence[Sequence[Any]], lines: Sequence[ReturnLine], sheet: Sheet
) -> bool:
    """Tell whether the hidden row and the head are those of these returns."""
    hidden = rows[0] if rows else ()
    period, agency = lines[0].period.key, lines[0].agency_code
    layout, told_period, told_agency = (_text(hidden, place) for place in range(3))
    head = tuple(_text(rows[1], n) for n in range(len(HEAD))) if len(rows) > 1 else ()
    if layout != LAYOUT:
        sheet.wrong(0, 0, layout, Phrase(CHANGED))
    elif told_period != period:
        message = Phrase(WRONG_PERIOD, told=told_period, period=period)
        sheet.wrong(0, 1, told_period, message)
    elif told_agency != agency:
        message = Phrase(WRONG_AGENCY, told=told_agency, agency=agency)
        sheet.wrong(0, 2, told_agency, message)
    elif head != HEAD:
        place = next((n for n, one in enumerate(head) if one != HEAD[n]), 0)
        sheet.wrong(1, place, head[place] if head else None, Phrase(CHANGED))
    return not sheet.faults


def _read_row(
    sheet: Sheet, number: int, cells: Sequence[Any], line: ReturnLine
) -> None:
    before = len(sheet.faults)
    above = _number(sheet, number, ABOVE, cells)
    below = _number(sheet, number, BELOW, cells)
    if len(sheet.faults) > before:
        return
    if line.asked.denominator is None and below is not None:
        sheet.wrong(number, BELOW, below, Phrase(NO_WHOLE))
    elif above is not None and below is not None and above > below:
        sheet.wrong(number, ABOVE, above, Phrase(ABOVE_WHOLE))
    elif above is not None or below is not None:
        note = _text(cells, NOTE)[:1000]
        sheet.told.append(Told(line.asked.indicator, above, below, note))


def _number(sheet: Sheet, row: int, column: int, cells: Sequence[Any]) -> int | None:
    value = _cell(cells, column)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    for message in _faults(value):
        sheet.wrong(row, column, value, Phrase(message))
        return None
    return int(value)


def _faults(value: Any) -> Iterator[str]:
    """Say what is wrong with what should be a whole number, the first thing first."""
    if isinstance(value, str):
        yield DECIMAL_COMMA if _COMMA.fullmatch(value.strip()) else IS_TEXT
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield IS_TEXT
    elif value != value or abs(value) > MOST:
        yield TOO_LARGE
    elif value != int(value):
        yield NOT_WHOLE
    elif value < 0:
        yield NEGATIVE


def _cell(cells: Sequence[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else None


def _text(cells: Sequence[Any], column: int) -> str:
    value = _cell(cells, column)
    return "" if value is None else str(value).strip()
