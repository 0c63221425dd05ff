"""Read the rows of a workbook somebody sent; runs in an inspector."""

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from tinhso.documents.providers import secrecy
from tinhso.documents.types import (
    FileSecret,
    FileTruncated,
    FileTypeNotAccepted,
    WorkbookTooLarge,
)

FILLED = "…"


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
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        found = book.get_sheet_by_name(sheet)
    except (CalamineError, ValueError, OSError) as error:
        raise FileTruncated(name=name) from error
    if found.total_height > most_rows + 1:
        raise WorkbookTooLarge(name=name)
    # Above the first cell that is filled nothing is given; the head is in row 1.
    lines = found.iter_rows() if found.start == (0, 0) else iter(())
    out = BytesIO()
    for number, line in enumerate(lines):
        shown = line[:columns] if number == 0 else _shortened(line[:columns], kept)
        out.write(b",[" if number else b"[[")
        out.write(json.dumps(shown, default=str).encode()[1:])
    out.write(b"]" if out.tell() else b"[]")
    return out.getvalue()


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
