"""Files of series: what stands in them, cell by cell, or where they are wrong."""

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from math import isfinite

from tinhso.foresight.rules.forecasting.methods import LEAST
from tinhso.foresight.rules.forecasting.periods import period_of, read_period
from tinhso.foresight.types import Series, SeriesFileWrong, SeriesTooShort
from tinhso.indicators.types import PeriodKind
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean, fold, nfc

COLUMNS = {
    "series": {"series", "chuoi"},
    "period": {"period", "ky"},
    "value": {"value", "gia tri"},
}
SEPARATORS = ",;\t"
MOST_FAULTS = 50
# Beyond it squares of errors are no numbers any more.
LARGEST = 1e100
# A gap longer than this cuts a series: what came before it says little any more.
LONGEST_GAP = {PeriodKind.YEAR: 3, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}

EMPTY = N_("Tệp không có dòng nào.")
NOT_UNICODE = N_("Tệp không phải văn bản UTF-8.")
BROKEN = N_("Dòng này không đọc được: {reason}.")
NO_SERIES = N_("Tệp có dòng đầu nhưng không có số liệu.")
MISSING = N_("Thiếu cột “{name}”. Tệp cần đúng ba cột: series, period, value.")
UNKNOWN = N_("Không rõ cột “{name}”. Tệp cần đúng ba cột: series, period, value.")
TWICE_NAMED = N_("Cột “{name}” có hai lần.")
CELLS = N_("Dòng này có {found} ô; dòng đầu có {asked}.")
NAMELESS = N_("Chưa ghi tên chuỗi.")
NOT_A_PERIOD = N_("“{text}” không phải là năm, quý hay tháng (2024, 2024-Q1, 2024-01).")
MIXED = N_("Chuỗi “{name}” trộn năm, quý và tháng; dòng đầu của chuỗi là {kind}.")
TWICE = N_("Kỳ {period} của chuỗi “{name}” đã có ở dòng {line}.")
NOT_A_NUMBER = N_("Không đọc được số “{text}”. Hãy ghi như 1234,5 hoặc 1234.5.")
NOT_FINITE = N_("Số “{text}” quá lớn hoặc vô hạn.")
SHORT = N_("Chuỗi “{name}” chỉ có {known} kỳ có số liệu; cần ít nhất {least} kỳ.")

KINDS = {
    PeriodKind.YEAR: N_("năm"),
    PeriodKind.QUARTER: N_("quý"),
    PeriodKind.MONTH: N_("tháng"),
}

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
# 1.234.567,8 or 1 234 567: groups of three, which cannot be anything else.
_GROUPED = re.compile(
    r"[+-]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+|( \d{3})+([.,]\d+)?)"
)
_INFINITE = {"inf", "infinity", "nan", "+inf", "-inf", "+infinity", "-infinity"}

Held = dict[int, tuple[float | None, int]]


def read_series(
    content: bytes, *, skips_short: bool = False
) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Read the series of a CSV, TSV or semicolon file, in the order they begin there.

    A value left empty is a gap. skips_short: leave series out that are too short, and
    name them besides.

    :raises SeriesFileWrong: naming each cell that cannot be read.
    :raises SeriesTooShort: naming each series with too few values.
    """
    reading = _Reading()
    reading.read(_lines(content))
    if reading.faults:
        raise SeriesFileWrong(reading.faults)
    if not reading.held:
        raise SeriesFileWrong({"": [Phrase(NO_SERIES)]})
    short = reading.short()
    if short and not skips_short:
        raise SeriesTooShort({cell: [told] for cell, told in short.values()})
    long = {name: held for name, held in reading.held.items() if name not in short}
    return tuple(_series(name, *held) for name, held in long.items()), tuple(short)


def place(line: int, column: str) -> str:
    """Name a cell as people find it."""
    return f"dòng {line}, cột {column}"


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SeriesFileWrong({"": [Phrase(NOT_UNICODE)]}) from None
    if not text.strip():
        raise SeriesFileWrong({"": [Phrase(EMPTY)]})
    head = text.lstrip().splitlines()[0]
    rows = csv.reader(
        StringIO(text, newline=""),
        delimiter=max(SEPARATORS, key=head.count),
        strict=True,
    )
    try:
        return [(rows.line_num, row) for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        told = {f"dòng {rows.line_num}": [Phrase(BROKEN, reason=error)]}
        raise SeriesFileWrong(told) from None


class _Reading:
    """What was read so far, and what is wrong with it.

    held: {name: (kind, {number of period: (value, line)})}.
    """

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        self.held: dict[str, tuple[PeriodKind, Held]] = {}

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> None:
        """Read all lines; the first names the columns."""
        (number, head), *rest = lines
        places = self._places(number, head)
        if len(places) < len(COLUMNS):
            return
        for line, cells in rest:
            if len(self.faults) >= MOST_FAULTS:
                return
            if len(cells) != len(head):
                told = Phrase(CELLS, found=len(cells), asked=len(head))
                self.faults[f"dòng {line}"] = [told]
                continue
            self._row(line, {name: clean(cells[at]) for name, at in places.items()})

    def short(self) -> dict[str, tuple[str, Phrase]]:
        """Tell which series are too short, at their last line: {name: (cell, why)}."""
        found: dict[str, tuple[str, Phrase]] = {}
        for name, (_, held) in self.held.items():
            known = sum(value is not None for value, _ in held.values())
            if known < LEAST:
                last = max(line for _, line in held.values())
                told = Phrase(SHORT, name=name, known=known, least=LEAST)
                found[name] = (place(last, "series"), told)
        return found

    def _places(self, line: int, head: Sequence[str]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for at, cell in enumerate(head):
            folded = fold(clean(cell))
            name = next((n for n, said in COLUMNS.items() if folded in said), "")
            if not name or name in found:
                told = Phrase(TWICE_NAMED if name else UNKNOWN, name=clean(cell))
                self.faults[place(line, clean(cell) or str(at + 1))] = [told]
            else:
                found[name] = at
        for name in COLUMNS.keys() - found.keys():
            self.faults[place(line, name)] = [Phrase(MISSING, name=name)]
        return found if not self.faults else {}

    def _row(self, line: int, cells: Mapping[str, str]) -> None:
        name = cells["series"]
        if not name:
            self._wrong(line, "series", Phrase(NAMELESS))
        period = self._period(line, cells["period"])
        value = self._value(line, cells["value"])
        if name and period:
            self._keep(line, name, period, value)

    def _keep(
        self, line: int, name: str, period: tuple[PeriodKind, int], value: float | None
    ) -> None:
        kind, number = period
        first, held = self.held.setdefault(name, (kind, {}))
        if kind is not first:
            told = Phrase(MIXED, name=name, kind=KINDS[first])
            self._wrong(line, "period", told)
        elif number in held:
            written = period_of(kind, number)
            told = Phrase(TWICE, name=name, period=written, line=held[number][1])
            self._wrong(line, "period", told)
        else:
            held[number] = (value, line)

    def _period(self, line: int, text: str) -> tuple[PeriodKind, int] | None:
        try:
            return read_period(text)
        except ValueError:
            self._wrong(line, "period", Phrase(NOT_A_PERIOD, text=text[:40]))
            return None

    def _value(self, line: int, text: str) -> float | None:
        if not text:
            return None
        try:
            return read_number(text)
        except OverflowError:
            self._wrong(line, "value", Phrase(NOT_FINITE, text=text[:40]))
        except ValueError:
            self._wrong(line, "value", Phrase(NOT_A_NUMBER, text=text[:40]))
        return None

    def _wrong(self, line: int, column: str, told: Phrase) -> None:
        self.faults.setdefault(place(line, column), []).append(told)


def read_number(text: str) -> float:
    """Read a number with a decimal comma or point.

    :raises OverflowError: if it is infinite, or none.
    :raises ValueError: if it is no number.

    >>> read_number("1234,5"), read_number("1.234.567,5"), read_number("0.125")
    (1234.5, 1234567.5, 0.125)
    """
    if text.casefold() in _INFINITE:
        raise OverflowError(text)
    if _GROUPED.fullmatch(text):
        groups = text.replace(" ", "")
        is_pointed = "," in groups or groups.count(".") > 1
        text = groups.replace(".", "") if is_pointed else groups
    elif not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = float(text.replace(",", "."))
    if not isfinite(number) or abs(number) > LARGEST:
        raise OverflowError(text)
    return number


def _series(name: str, kind: PeriodKind, held: Held) -> Series:
    known = {n: value for n, (value, _) in held.items() if value is not None}
    first, last = _newest_stretch(sorted(known), LONGEST_GAP[kind])
    return Series(name, kind, first, tuple(map(known.get, range(first, last + 1))))


def _newest_stretch(numbers: Sequence[int], longest: int) -> tuple[int, int]:
    """Tell where the newest stretch of enough values without a long gap begins, ends.

    >>> _newest_stretch([1, 2, 3, 20, 21, 23], 3), _newest_stretch([1, 2, 3, 20], 3)
    ((20, 23), (1, 20))
    """
    starts = [
        at
        for at in range(1, len(numbers))
        if numbers[at] - numbers[at - 1] - 1 > longest and len(numbers) - at >= LEAST
    ]
    return numbers[starts[-1] if starts else 0], numbers[-1]
