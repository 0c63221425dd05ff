"""Take registers in as officers keep them: in workbooks of Excel."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256

from tinhso.documents import queries as documents
from tinhso.documents.types import (
    FileSecret,
    FileTooDemanding,
    FileTruncated,
    FileTypeNotAccepted,
    Sheet,
    WorkbookTooLarge,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.text import clean
from tinhso.registries.actions.changes import draft_change
from tinhso.registries.queries.declared import get_register
from tinhso.registries.rules import sheets
from tinhso.registries.rules.sheets import Grid, Head
from tinhso.registries.types import (
    Change,
    Line,
    Register,
    SheetTooLarge,
    SheetUnreadable,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_BYTES = 40 * 2**20
MOST_UNPACKED = 600 * 2**20  # bytes of all parts of the workbook together
MOST_ROWS, MOST_COLUMNS = 200_020, 100


def take_workbook(
    *,
    key: str,
    content: bytes,
    name: str,
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> Change:
    """Read a workbook and keep what it says as a draft, wrong rows with reasons.

    on: from when rows hold that do not say.

    :raises RegisterUnknown, NotAllowed: if the actor keeps no such register.
    :raises SheetUnreadable, SheetTooLarge, FileSecret: if the file cannot be taken.
    :raises SheetHeadMissing, SheetColumnUnknown, SheetEmpty: if it is another sheet.
    :raises SourceMissing: if it says nothing of its source.
    """
    register = get_register(key=key, on=local(at).date(), actor=actor)
    security.require(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)
    grid = grid_of(content, name)
    head = sheets.head_of(register, grid)
    kept = _Cells(grid, head)
    return draft_change(
        key=key,
        lines=kept.passing(sheets.lines_of(register, grid, head)),
        source=source,
        on=on,
        actor=actor,
        at=at,
        file_name=name,
        sha256=sha256(content).hexdigest(),
        columns=kept.titles(register),
        cells=kept.by_line,
    )


def grid_of(content: bytes, name: str) -> Grid:
    """Read the first sheet of a workbook.

    :raises SheetUnreadable, SheetTooLarge, FileSecret: if the file cannot be taken.
    """
    return _grid(_sheet(content, clean(name)[:150]))


class _Cells:
    """Keeps the cells of each row as they stood, so that the workbook can go back."""

    def __init__(self, grid: Grid, head: Head) -> None:
        self._grid, self._head = grid, head
        self.by_line: dict[int, list[object]] = {}

    def passing(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Hand lines on, and keep the cells of each."""
        for line in lines:
            row = self._grid.rows[line.number - 1 - self._grid.first[0]]
            self.by_line[line.number] = [
                row[at] if at < len(row) else None for at in self._head.columns
            ]
            yield line

    def titles(self, register: Register) -> list[str]:
        """Name the columns, in the order in which the cells are kept."""
        return [column.name for column in self._head.columns.values()]


def _sheet(content: bytes, name: str) -> Sheet:
    if len(content) > MOST_BYTES:
        raise _too_large()
    try:
        return documents.first_sheet(
            content=content,
            name=name,
            most_rows=MOST_ROWS,
            most_columns=MOST_COLUMNS,
            most_unpacked=MOST_UNPACKED,
        )
    except (WorkbookTooLarge, FileTooDemanding) as refused:
        raise _too_large() from refused
    except FileSecret as refused:
        reason = Phrase(FileSecret.message, name=name)
        raise FileSecret({sheets.SHEET: [reason]}, name=name) from refused
    except (FileTruncated, FileTypeNotAccepted) as refused:
        reason = Phrase(SheetUnreadable.message)
        raise SheetUnreadable({sheets.SHEET: [reason]}) from refused


def _too_large() -> SheetTooLarge:
    words = {"limit_mb": str(MOST_BYTES // 2**20), "most": "200.000"}
    reason = Phrase(SheetTooLarge.message, **words)
    return SheetTooLarge({sheets.SHEET: [reason]}, **words)


def _grid(sheet: Sheet) -> Grid:
    spoilt: dict[int, dict[int, Phrase]] = {}
    for cell in sheet.reaching:
        row, column = sheets.place_of(cell)
        spoilt.setdefault(row, {})[column] = Phrase(sheets.REACHING)
    # Joined cells may reach far below what is filled.
    last = sheet.first[0] + len(sheet.rows)
    for first_row, first_column, last_row, last_column in sheet.merged:
        columns = range(first_column, min(last_column, MOST_COLUMNS) + 1)
        for row in range(first_row, min(last_row + 1, last)):
            joined = dict.fromkeys(columns, Phrase(sheets.MERGED))
            spoilt.setdefault(row, {}).update(joined)
    return Grid(sheet.rows, sheet.first, spoilt)
