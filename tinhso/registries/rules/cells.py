"""What people write into cells and addresses, read as values of fields."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from math import isfinite
from re import compile as pattern
from typing import Any

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.text import clean, fold
from tinhso.registries.types import Field, FieldKind

NOT_A_NUMBER = N_("Không đọc được số này. Hãy ghi như 1234,5.")
NOT_WHOLE = N_("Ô này phải là số nguyên.")
AMBIGUOUS = N_(
    "Không rõ dấu chấm là hàng nghìn hay thập phân. Hãy ghi lại, như 1234,5."
)
NOT_A_DAY = N_("Không đọc được ngày này. Hãy ghi ngày/tháng/năm, như 05/09/2026.")
NOT_A_MOMENT = N_("Không đọc được thời điểm này. Hãy ghi như 05/09/2026 14:30.")
NOT_YES_NO = N_("Hãy ghi có hoặc không.")
UNKNOWN_FIELD = N_("Sổ này không có trường “{name}”.")

YES = {"co", "x", "true", "1", "yes", "dung"}
NO = {"khong", "false", "0", "no", "sai"}
# 1.234.567 or 1 234 567: groups of three after the first.
GROUPED = pattern(r"[+-]?[1-9]\d{0,2}([. ]\d{3})+(,\d+)?")
PLAIN = pattern(r"[+-]?\d+([.,]\d+)?")
DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
MOMENTS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")


class CellWrong(ValueError):  # noqa: N818 - a cell is no error of the program
    """A cell does not say what its field asks for; `reason` is for people."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read(field: Field, cell: object) -> object:
    """Read a cell as the value of a field; None if it is empty.

    cell: as a workbook has it, a text, number, day or moment; ISO texts for the latter.

    :raises CellWrong: if it is no such value.
    """
    if isinstance(cell, str):
        cell = clean(cell)
    if cell in ("", None):
        return None
    return _READERS[field.kind](field, cell)


def plain_field(kind: FieldKind) -> Field:
    """Make a field of a kind, for what is no field of a register."""
    return Field(
        name="",
        kind=kind,
        vi="",
        en="",
        is_required=False,
        is_personal=False,
        is_retired=False,
        unit="",
        refers_to="",
        choices=(),
    )


def read_filters(
    fields: Iterable[Field], wanted: Mapping[str, str]
) -> dict[str, object]:
    """Read what an address asks for, field by field.

    :raises Invalid: naming the field that is none, or whose value cannot be.
    """
    known = {field.name: field for field in fields}
    found: dict[str, object] = {}
    for name, text in wanted.items():
        if name not in known:
            raise Invalid({name: [Phrase(UNKNOWN_FIELD, name=name)]})
        try:
            found[name] = read(known[name], text)
        except CellWrong as wrong:
            raise Invalid({name: [wrong.reason]}) from None
    return found


def _text(field: Field, cell: object) -> object:
    # Codes that Excel took for numbers: 22195 is 22195, not 22195.0.
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = cell if isinstance(cell, str) else str(cell)
    return _chosen(field, text) if field.choices else text


def _chosen(field: Field, text: str) -> str:
    """Find the value whose meaning somebody wrote; the schema judges the rest."""
    folded = fold(text)
    for choice in field.choices:
        if folded in (fold(choice.value), fold(choice.vi)):
            return choice.value
    return text


def _whole(field: Field, cell: object) -> object:
    number = _real(field, cell)
    if not float(number).is_integer():
        raise CellWrong(Phrase(NOT_WHOLE))
    return int(number)


def _real(field: Field, cell: object) -> int | float:
    if isinstance(cell, bool):
        raise CellWrong(Phrase(NOT_A_NUMBER))
    if isinstance(cell, int | float):
        if not isfinite(cell):
            raise CellWrong(Phrase(NOT_A_NUMBER))
        return int(cell) if float(cell).is_integer() else cell
    return _number(str(cell))


def _number(text: str) -> int | float:
    """Read a number as Vietnamese write it: a comma before decimals."""
    text = text.replace("\u00a0", " ")
    if GROUPED.fullmatch(text):
        # One point and three digits after it may part thousands or decimals.
        if text.count(".") == 1 and not {",", " "} & set(text):
            raise CellWrong(Phrase(AMBIGUOUS))
        text = text.replace(".", "").replace(" ", "")
    elif not PLAIN.fullmatch(text):
        raise CellWrong(Phrase(NOT_A_NUMBER))
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _yes_no(field: Field, cell: object) -> object:
    if isinstance(cell, bool):
        return cell
    word = fold(str(int(cell) if isinstance(cell, float) else cell))
    if word in YES or word in NO:
        return word in YES
    raise CellWrong(Phrase(NOT_YES_NO))


def _day(field: Field, cell: object) -> object:
    return day(cell).isoformat()


def day(cell: object) -> date:
    """Read a cell as a day.

    :raises CellWrong: if it is none.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _typed_day(str(cell))


# A long list names few days, each of them thousands of times.
@lru_cache(maxsize=4096)
def _typed_day(text: str) -> date:
    # A day of Excel that went through JSON has the midnight with it.
    text = text.removesuffix(" 00:00:00").removesuffix("T00:00:00")
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise CellWrong(Phrase(NOT_A_DAY))


def _moment(field: Field, cell: object) -> object:
    if isinstance(cell, datetime):
        return _in_vietnam(cell).isoformat()
    if isinstance(cell, date):
        return datetime.combine(cell, time(), VIETNAM).isoformat()
    return _in_vietnam(_read_moment(str(cell))).isoformat()


def _read_moment(text: str) -> datetime:
    for form in MOMENTS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - given one below
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise CellWrong(Phrase(NOT_A_MOMENT)) from None


def _in_vietnam(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


_READERS: Mapping[FieldKind, Callable[[Field, Any], object]] = {
    FieldKind.TEXT: _text,
    FieldKind.WHOLE: _whole,
    FieldKind.REAL: _real,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DAY: _day,
    FieldKind.MOMENT: _moment,
}
