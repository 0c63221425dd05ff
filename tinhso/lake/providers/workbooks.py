"""Workbooks as CSV: what each cell shows, no formula computed."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from tinhso.lake.types import CellsMerged, FileTooLarge, FileUnreadable

MOST_UNPACKED = 512 * 2**20  # bytes


def to_csv(path: Path, target: Path, *, decimals: str) -> None:
    """Write the first sheet of a workbook as CSV.

    :raises FileUnreadable: if it is no workbook.
    :raises FileTooLarge: if it unpacks to more than fits.
    :raises CellsMerged: if cells are merged.
    """
    _refuse_bomb(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise FileUnreadable({}, name=path.name, reason=str(error)[:200]) from error
    _refuse_merged(sheet, path)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for line in sheet.iter_rows():
            writer.writerow([_text(cell, decimals) for cell in line])


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileUnreadable({}, name=path.name, reason=str(error)[:200]) from error
    if unpacked > MOST_UNPACKED:
        raise FileTooLarge({}, name=path.name, most=f"{MOST_UNPACKED // 2**20} MB")


def _refuse_merged(sheet: CalamineSheet, path: Path) -> None:
    merged = sheet.merged_cell_ranges or []
    if merged:
        shown = ", ".join(f"{_place(*a)}:{_place(*b)}" for a, b in merged[:5])
        raise CellsMerged({}, name=path.name, cells=shown)


def _place(row: int, column: int) -> str:
    """Name a cell as spreadsheets do.

    >>> _place(0, 0), _place(9, 27)
    ('A1', 'AB10')
    """
    letters, left = "", column + 1
    while left:
        left, part = divmod(left - 1, 26)
        letters = chr(65 + part) + letters
    return f"{letters}{row + 1}"


def _text(cell: object, decimals: str) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        number = str(int(cell)) if cell.is_integer() else repr(cell)
        return number.replace(".", decimals)
    if isinstance(cell, datetime):
        is_day = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if is_day else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
