"""Inputs as a sheet: which cell is which, and reading it back with each fault named.

The first row is hidden: it says of which layout and kind the sheet is. Three layouts: a
list of codes with one number each, a list of quarters, and the square table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from tinhso.foresight.rules.account.tables import DIVISIONS, coefficients
from tinhso.foresight.types.account import InputKind, IoTable
from tinhso.foresight.types.account_refusals import CellFault, TableRefused
from tinhso.kernel.errors import N_, Phrase

SHEET, LAYOUT = "Số liệu", "tinhso.account/1"
FIRST = 2  # the row of the first number, from 0
CODE, NAME, VALUE = 0, 1, 2
GRDP, ADDED, OUTPUT = "GRDP", "VA", "GO"
COMPONENTS = ("ICT", "PLATFORM", "SECTOR", GRDP)
NAMES = {
    GRDP: "Tổng sản phẩm trên địa bàn, giá hiện hành",
    "ICT": "Kinh tế số ICT",
    "PLATFORM": "Kinh tế số nền tảng, Internet",
    "SECTOR": "Kinh tế số ngành, lĩnh vực",
    ADDED: "Giá trị tăng thêm",
    OUTPUT: "Giá trị sản xuất",
}
UNITS = {
    InputKind.VALUE_ADDED: "Giá trị tăng thêm (tỷ đồng)",
    InputKind.COMPONENTS: "Giá trị tăng thêm (tỷ đồng)",
    InputKind.E_INVOICES: "Doanh thu trên hóa đơn điện tử (tỷ đồng)",
    InputKind.FIRMS: "Số doanh nghiệp",
}
YEARS = 5
OTHER_FILE = N_("Không phải tệp mẫu của loại số liệu này. Hãy tải lại tệp mẫu.")
NOT_A_NUMBER = N_("Là chữ, không phải số. Hãy gõ lại số, không có dấu nháy.")
NEGATIVE = N_("Số liệu không được âm.")
NOT_WHOLE = N_("Số doanh nghiệp phải là số nguyên.")
UNKNOWN = N_("Không có mã “{code}” trong loại số liệu này.")
TWICE = N_("Mã “{code}” có hai lần.")
EMPTY = N_("Thiếu số của “{code}”.")
NOTHING = N_("Chưa điền số nào.")
ORDER = N_("Các dòng phải theo đúng thứ tự các cột: ở đây phải là “{code}”.")
FETCHES = N_("Công thức lấy số từ nơi khác. Hãy dán số vào ô này.")


@dataclass(slots=True)
class Read:
    """What a workbook says: {code: number}, or a table; and what is wrong with it."""

    values: dict[str, float] = field(default_factory=dict)
    table: IoTable | None = None
    faults: list[CellFault] = field(default_factory=list)

    def wrong(self, row: int, column: int, told: Any, message: Phrase) -> None:
        """Note what is wrong with a cell."""
        shown = "" if told is None else str(told)[:60]
        self.faults.append(CellFault(SHEET, cell_of(row, column), shown, message))


def cell_of(row: int, column: int) -> str:
    """Name a cell as Excel does; row and column from 0.

    >>> cell_of(2, 3), cell_of(0, 26), cell_of(9, 88)
    ('D3', 'AA1', 'CK10')
    """
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"{letters}{row + 1}"


def codes_of(kind: InputKind, year: int) -> tuple[str, ...]:
    """List the codes of a kind as in its sheet; year: the last, of quarters."""
    match kind:
        case InputKind.COMPONENTS:
            return COMPONENTS
        case InputKind.E_INVOICES:
            years = range(year - YEARS + 1, year + 1)
            return tuple(f"{one}Q{quarter}" for one in years for quarter in range(1, 5))
        case InputKind.VALUE_ADDED:
            return (GRDP, *sorted(DIVISIONS))
    return tuple(sorted(DIVISIONS))


def read(
    kind: InputKind,
    rows: Sequence[Sequence[Any]],
    *,
    first: tuple[int, int],
    reaching: frozenset[str] = frozenset(),
) -> Read:
    """Read a sheet of a kind; first: where its filled part begins, from 0.

    reaching: cells whose formula fetches from elsewhere; none of them counts.
    """
    found = Read()
    hidden = rows[0] if rows else ()
    told = (_text(hidden, 0), _text(hidden, 1))
    if first != (0, 0) or told != (LAYOUT, kind.value):
        found.wrong(0, 0, told[0], Phrase(OTHER_FILE))
        return found
    for cell in sorted(reaching):
        found.faults.append(CellFault(SHEET, cell, "", Phrase(FETCHES)))
    if kind is InputKind.IO_TABLE:
        _read_table(found, rows)
    else:
        _read_list(found, kind, rows)
    return found


def _read_list(found: Read, kind: InputKind, rows: Sequence[Sequence[Any]]) -> None:
    for number, cells in enumerate(rows[FIRST:], start=FIRST):
        code = _text(cells, CODE)
        if not code and _cell(cells, VALUE) in (None, ""):
            continue
        if not _is_known(kind, code):
            found.wrong(number, CODE, code, Phrase(UNKNOWN, code=code[:20]))
        elif code in found.values:
            found.wrong(number, CODE, code, Phrase(TWICE, code=code))
        else:
            _take(found, kind, number, code, cells)
    needed = _needed(kind)
    for code in needed:
        if code not in found.values and not found.faults:
            found.wrong(_row_of(rows, code), VALUE, None, Phrase(EMPTY, code=code))
    if not found.values and not found.faults:
        found.wrong(FIRST, VALUE, None, Phrase(NOTHING))


def _needed(kind: InputKind) -> tuple[str, ...]:
    told: Mapping[InputKind, tuple[str, ...]] = {
        InputKind.COMPONENTS: COMPONENTS,
        InputKind.VALUE_ADDED: (GRDP,),
    }
    return told.get(kind, ())


def _row_of(rows: Sequence[Sequence[Any]], code: str) -> int:
    lines = enumerate(rows)
    return next((n for n, cells in lines if _text(cells, CODE) == code), FIRST)


def _is_known(kind: InputKind, code: str) -> bool:
    if kind is InputKind.E_INVOICES:
        year, _, quarter = code.partition("Q")
        is_year = len(year) == 4 and year.isascii() and year.isdigit()
        return is_year and quarter in {"1", "2", "3", "4"}
    return code in codes_of(kind, 0)


def _take(
    found: Read, kind: InputKind, row: int, code: str, cells: Sequence[Any]
) -> None:
    value = _number(found, row, VALUE, cells)
    if value is None:
        return
    if kind is InputKind.FIRMS and value != int(value):
        found.wrong(row, VALUE, value, Phrase(NOT_WHOLE))
    else:
        found.values[code] = value


def _read_table(found: Read, rows: Sequence[Sequence[Any]]) -> None:
    """Read the square table: codes in the head, a row each, then added and output."""
    head = rows[1] if len(rows) > 1 else ()
    codes = tuple(_text(head, n) for n in range(NAME, len(head)))
    while codes and not codes[-1]:
        codes = codes[:-1]
    for place, code in enumerate(codes):
        if code not in DIVISIONS:
            found.wrong(1, place + 1, code, Phrase(UNKNOWN, code=code[:20]))
        elif code in codes[:place]:
            found.wrong(1, place + 1, code, Phrase(TWICE, code=code))
    if not codes:
        found.wrong(1, NAME, None, Phrase(NOTHING))
    lines = [
        _line(found, rows, FIRST + number, code, len(codes))
        for number, code in enumerate((*codes, ADDED, OUTPUT))
    ]
    if not found.faults:
        *flows, added, output = lines
        _keep_table(found, IoTable(codes, flows, added, output))


def _line(
    found: Read, rows: Sequence[Sequence[Any]], row: int, code: str, width: int
) -> list[float]:
    cells = rows[row] if row < len(rows) else ()
    if _text(cells, CODE) != code:
        found.wrong(row, CODE, _cell(cells, CODE), Phrase(ORDER, code=code))
        return []
    told = (_number(found, row, NAME + n, cells) for n in range(width))
    return [0.0 if value is None else value for value in told]


def _keep_table(found: Read, table: IoTable) -> None:
    """Keep a table that can be one; else name the industry whose column is wrong."""
    try:
        coefficients(table)
    except TableRefused as refusal:
        code = str(refusal.params.get("code", ""))
        place = table.codes.index(code) + 1 if code in table.codes else 0
        told = {name: str(value) for name, value in refusal.params.items()}
        message = Phrase(type(refusal).message, **told)
        found.wrong(1, place, code, message)
    else:
        found.table = table


def _number(found: Read, row: int, column: int, cells: Sequence[Any]) -> float | None:
    """Read a number; None of an empty cell and of one that is wrong."""
    value = _cell(cells, column)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not isfinite(value):
        found.wrong(row, column, value, Phrase(NOT_A_NUMBER))
    elif value < 0:
        found.wrong(row, column, value, Phrase(NEGATIVE))
    else:
        return float(value)
    return None


def _cell(cells: Sequence[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else None


def _text(cells: Sequence[Any], column: int) -> str:
    value = _cell(cells, column)
    if isinstance(value, float) and value == int(value):
        # A code that Excel took for a number: 1 is 01.
        return f"{int(value):02}"
    return "" if value is None else str(value).strip()
