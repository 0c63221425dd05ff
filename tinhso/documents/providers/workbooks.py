"""Read the rows of a workbook somebody sent; runs in an inspector."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from re import DOTALL
from re import compile as pattern
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from tinhso.documents.providers import secrecy
from tinhso.documents.types import (
    FileSecret,
    FileTruncated,
    FileTypeNotAccepted,
    WorkbookTooLarge,
)

FILLED = "…"
FORMULA = pattern(rb'<c r="([A-Z]+\d+)"[^>]*>\s*<f[^>]*>(.*?)</f>', DOTALL)
# What fetches from elsewhere: other files, addresses, programs.
REACHES = pattern(
    rb"\[\d+\]|https?:|file:|\\\\|WEBSERVICE|FILTERXML|HYPERLINK|RTD\(|CALL\(|DDE|\|'",
)
RELATION = pattern(rb"<Relationship [^>]*>")


def rows_of(
    *,
    content: bytes,
    name: str,
    sheet: str,
    columns: int,
    kept: Sequence[int],
    most_rows: int,
    most_unpacked: int,
) -> bytes:
    """Write the first columns of each row of a sheet as JSON, the head included.

    kept: the columns whose content is wanted below the head; others say `FILLED` or
    nothing. most_unpacked: bytes of all parts of the workbook together.
    :raises FileTypeNotAccepted, FileTruncated, WorkbookTooLarge, FileSecret: what is
        wrong.
    """
    _refuse_bomb(content, name, most_unpacked)
    if secrecy.marked_inside(content):
        raise FileSecret(name=name)
    found = _sheet(content, name, sheet)
    if found.total_height > most_rows + 1:
        raise WorkbookTooLarge(name=name)
    # Above the first cell that is filled nothing is given; the head is in row 1.
    lines = found.iter_rows() if found.start == (0, 0) else iter(())
    shown = (
        line[:columns] if number == 0 else _shortened(line[:columns], kept)
        for number, line in enumerate(lines)
    )
    return _as_json(shown)


def first_sheet(
    *, content: bytes, name: str, most_rows: int, most_columns: int, most_unpacked: int
) -> tuple[dict[str, Any], bytes]:
    """Write all rows of the first sheet as JSON, and say what is odd about it.

    `first`: row and column, from 0, of the first cell. `merged`: first and last row and
    column of each group of joined cells. `reaching`: cells whose formula fetches from
    elsewhere; none is ever computed, what counts is the value that was kept with it.

    :raises FileTypeNotAccepted, FileTruncated, WorkbookTooLarge, FileSecret: what is
        wrong.
    """
    _refuse_bomb(content, name, most_unpacked)
    if secrecy.marked_inside(content):
        raise FileSecret(name=name)
    found = _sheet(content, name, None)
    if found.total_height > most_rows or found.total_width > most_columns:
        raise WorkbookTooLarge(name=name)
    told = {
        "first": found.start or (0, 0),
        "merged": [[*first, *last] for first, last in found.merged_cell_ranges or ()],
        "reaching": list(_reaching(content)),
    }
    return told, _as_json(found.iter_rows())


def _sheet(content: bytes, name: str, sheet: str | None) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise FileTruncated(name=name) from error


def _as_json(lines: Iterable[Sequence[object]]) -> bytes:
    out = BytesIO()
    for number, line in enumerate(lines):
        out.write(b",[" if number else b"[[")
        out.write(json.dumps(line, default=str).encode()[1:])
    out.write(b"]" if out.tell() else b"[]")
    return out.getvalue()


def _reaching(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        written = parts.read(_first_part(parts))
    for cell, formula in FORMULA.findall(written):
        if REACHES.search(formula):
            yield cell.decode()


def _first_part(parts: zipfile.ZipFile) -> str:
    """Find the file of the first sheet, as the workbook lists them."""
    names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
    listed = pattern(rb'<sheet [^>]*r:id="([^"]+)"').search(
        parts.read("xl/workbook.xml")
    )
    for relation in RELATION.findall(parts.read("xl/_rels/workbook.xml.rels")):
        if listed and b'Id="' + listed[1] + b'"' in relation:
            target = pattern(rb'Target="/?(?:xl/)?([^"]+)"').search(relation)
            wanted = f"xl/{target[1].decode()}" if target else ""
            return wanted if wanted in names else names[0]
    return names[0]


def _shortened(line: Sequence[object], kept: Sequence[int]) -> list[object]:
    return [
        cell if place in kept else FILLED * (cell not in ("", None))
        for place, cell in enumerate(line)
    ]


def _refuse_bomb(content: bytes, name: str, most: int) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileTypeNotAccepted(name=name, accepted="Excel (.xlsx)") from error
    if unpacked > most:
        raise WorkbookTooLarge(name=name)
