"""Write the sheet of a register: empty, filled, or with red cells where it is wrong."""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tinhso.registries.rules.sheets import Column
from tinhso.registries.types import Field, Register

Cell = object
DATA, HELP, FAULTS = "Dữ liệu", "Hướng dẫn", "Lỗi"
WIDTH = 22
# Texts stay texts: what begins with "=" must not become a formula.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOST_OFFERED = 100_000  # rows for which choices are offered
MOST_COMMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row in the order of the columns; wrong: reason by place."""

    number: int
    cells: Sequence[Cell]
    wrong: Mapping[int, str]


def write(
    register: Register, columns: Sequence[Column], rows: Iterable[Row], *, about: str
) -> bytes:
    """Write a workbook with the head of a register and some rows.

    about: a sentence on the sheet of explanations.
    """
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    try:
        with xlsxwriter.Workbook(name, OPTIONS) as book:
            _Writing(book, register, columns).fill(rows, about)
        return Path(name).read_bytes()
    finally:
        Path(name).unlink()


class _Writing:
    """A workbook while it is written."""

    def __init__(
        self, book: xlsxwriter.Workbook, register: Register, columns: Sequence[Column]
    ) -> None:
        self._register, self._columns = register, columns
        self._bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        self._text = book.add_format({"num_format": "@"})
        self._red = book.add_format({"bg_color": "#F8CBCB", "num_format": "@"})
        self._day = book.add_format({"num_format": "dd/mm/yyyy"})
        self._sheet = book.add_worksheet(DATA)
        self._help = book.add_worksheet(HELP)
        self._faults = book.add_worksheet(FAULTS)
        self._said = 0

    def fill(self, rows: Iterable[Row], about: str) -> None:
        """Write everything."""
        self._head()
        for place, row in enumerate(rows, start=1):
            self._row(place, row)
        self._explain(about)
        self._faults.write_row(0, 0, ["Ô", "Lỗi"], self._bold)
        self._faults.set_column(0, 1, 60)
        if not self._said:
            self._faults.hide()

    def _head(self) -> None:
        for place, column in enumerate(self._columns):
            field = _field(self._register, column.name)
            is_text = field is None or field.kind.value == "text"
            self._sheet.set_column(place, place, WIDTH, self._text if is_text else None)
            title = f"{column.title} *" if column.is_required else column.title
            self._sheet.write_string(0, place, title, self._bold)
            if field is not None and field.choices:
                self._offer(place, [choice.vi for choice in field.choices])
        self._sheet.freeze_panes(1, 1)

    def _offer(self, place: int, choices: list[str]) -> None:
        # Excel takes lists of up to 255 characters only; the explanations have all.
        if len(",".join(choices)) <= 255:
            rule = {"validate": "list", "source": choices, "error_type": "warning"}
            self._sheet.data_validation(1, place, MOST_OFFERED, place, rule)

    def _row(self, place: int, row: Row) -> None:
        for at, cell in enumerate(row.cells):
            reason = row.wrong.get(at)
            if reason is not None:
                self._wrong(place, at, cell, reason)
            elif cell is not None:
                _put(self._sheet, place, at, cell, self._day)

    def _wrong(self, place: int, at: int, cell: Cell, reason: str) -> None:
        self._sheet.write_string(
            place, at, "" if cell is None else str(cell), self._red
        )
        self._said += 1
        if self._said <= MOST_COMMENTS:
            self._sheet.write_comment(place, at, reason)
        name = xlsxwriter.utility.xl_rowcol_to_cell(place, at)
        self._faults.write_row(self._said, 0, [name, reason])

    def _explain(self, about: str) -> None:
        self._help.set_column(0, 2, 40)
        self._help.write_string(0, 0, f"{self._register.vi}. {about}")
        self._help.write_row(2, 0, ["Cột", "Bắt buộc", "Giá trị"], self._bold)
        for place, column in enumerate(self._columns, start=3):
            field = _field(self._register, column.name)
            choices = [one.vi for one in field.choices] if field else []
            told = [column.title, "x" if column.is_required else "", "; ".join(choices)]
            self._help.write_row(place, 0, told)


def _field(register: Register, name: str) -> Field | None:
    return next((one for one in register.fields if one.name == name), None)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, day: Format) -> None:
    if isinstance(cell, bool):
        sheet.write_string(row, column, "có" if cell else "không")
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_string(row, column, f"{cell:%d/%m/%Y %H:%M}")
    elif isinstance(cell, date):
        sheet.write_datetime(
            row, column, datetime.combine(cell, datetime.min.time()), day
        )
    else:
        sheet.write_string(row, column, str(cell))
