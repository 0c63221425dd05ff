"""Write returns as a workbook of Excel; only the cells to fill in are open."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from tinhso.indicators.providers.index_sheets import OPTIONS
from tinhso.indicators.rules.return_sheets import (
    ABOVE,
    BELOW,
    FIRST,
    HEAD,
    LAYOUT,
    NOTE,
    SHEET,
)
from tinhso.indicators.types import ReturnLine

WIDTHS = (24, 60, 34, 12, 34, 12, 40)


def write(lines: Sequence[ReturnLine]) -> bytes:
    """Write what an agency reports for a period, with what it said so far."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(SHEET)
        _frame(book, sheet, lines[0])
        open_cell = book.add_format({"locked": False, "bg_color": "#FFF8E1"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for row, one in enumerate(lines, start=FIRST):
            _row(sheet, row, one, open_cell, wrapped)
    return buffer.getvalue()


def _frame(book: Any, sheet: Any, first: ReturnLine) -> None:
    """Hide what the sheet is of, lock it, and head its columns."""
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
    sheet.write_row(0, 0, (LAYOUT, first.period.key, first.agency_code))
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_row(1, 0, HEAD, bold)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(FIRST, 2)
    sheet.protect()


def _row(sheet: Any, row: int, one: ReturnLine, open_cell: Any, wrapped: Any) -> None:
    below = one.asked.denominator
    sheet.write_string(row, 0, one.asked.indicator)
    sheet.write_string(row, 1, one.indicator.vi, wrapped)
    sheet.write_string(row, 2, one.asked.numerator.vi, wrapped)
    _figure(sheet, row, ABOVE, one.numerator, open_cell)
    sheet.write_string(row, 4, below.vi if below else "", wrapped)
    if below:
        _figure(sheet, row, BELOW, one.denominator, open_cell)
    sheet.write_blank(row, NOTE, None, open_cell)


def _figure(sheet: Any, row: int, column: int, value: int | None, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)
