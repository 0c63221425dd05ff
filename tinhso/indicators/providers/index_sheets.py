"""Write a self-assessment as a workbook of Excel."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO

import xlsxwriter

from tinhso.indicators.rules.index_sheets import HEAD, KINDS, SHEET
from tinhso.indicators.types import Score

# Texts stay texts: what begins with "=" must not become a formula.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = (16, 70, 10, 26, 14, 14, 50)


def write(scores: Iterable[Score]) -> bytes:
    """Write the criteria of an assessment, with what was said so far."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, HEAD, bold)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 2)
        for row, one in enumerate(scores, start=1):
            title = f"{one.criterion.number} {one.criterion.title}"
            sheet.write_string(row, 0, one.criterion.key)
            sheet.write_string(row, 1, title, wrapped)
            sheet.write_number(row, 2, float(one.criterion.maximum))
            sheet.write_string(row, 3, KINDS[one.criterion.rule.kind])
            _figure(sheet, row, 4, one.a)
            _figure(sheet, row, 5, one.b)
            sheet.write_string(row, 6, one.note)
    return buffer.getvalue()


def _figure(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Decimal | None
) -> None:
    if value is not None:
        sheet.write_number(row, column, float(value))
