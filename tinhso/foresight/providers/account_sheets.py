"""Write the templates of the account's inputs as workbooks of Excel."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from tinhso.foresight.rules.account.sheets import (
    ADDED,
    FIRST,
    LAYOUT,
    NAMES,
    OUTPUT,
    SHEET,
    UNITS,
    codes_of,
)
from tinhso.foresight.types.account import InputKind

# Texts stay texts: what begins with "=" must not become a formula, nor 01 a number.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = (12, 60, 34)


def write(kind: InputKind, year: int, names: Mapping[str, str]) -> bytes:
    """Write an empty template; names: of industries, as far as they are known."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        sheet.write_row(0, 0, (LAYOUT, kind.value))
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.freeze_panes(FIRST, 1)
        codes = codes_of(kind, year)
        if kind is InputKind.IO_TABLE:
            _table(sheet, codes, bold)
        else:
            _list(sheet, codes, {**names, **NAMES}, UNITS[kind], bold)
    return buffer.getvalue()


def _list(
    sheet: Any, codes: tuple[str, ...], names: Mapping[str, str], unit: str, bold: Any
) -> None:
    sheet.write_row(1, 0, ("Mã", "Tên", unit), bold)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for row, code in enumerate(codes, start=FIRST):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, names.get(code, ""))


def _table(sheet: Any, codes: tuple[str, ...], bold: Any) -> None:
    sheet.write_row(1, 0, ("Bán \\ Mua (tỷ đồng)", *codes), bold)
    sheet.set_column(0, 0, 20)
    for row, code in enumerate((*codes, ADDED, OUTPUT), start=FIRST):
        sheet.write_string(row, 0, code, bold)
