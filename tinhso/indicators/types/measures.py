"""What is measured: indicators, periods and values, in words of SDMX."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tinhso.kernel.errors import N_, Conflict, NotFound


class Unit(StrEnum):
    """What a value counts. YES_NO: 1 where it is so, 0 where it is not."""

    PERCENT = "percent"
    COUNT = "count"
    YES_NO = "yes_no"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Dimension(StrEnum):
    """By what a value is broken down; WHOLE: not at all."""

    WHOLE = ""
    AGENCY = "agency"
    PLACE = "place"
    PROCEDURE = "procedure"
    CHANNEL = "channel"
    SECTOR = "sector"


class Status(StrEnum):
    """Whether a value may still change."""

    PROVISIONAL = "provisional"
    FINAL = "final"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, quarter or month: `2025`, `2025Q3`, `2025-04`; last: its last day.

    Ordered by its end, so that the later value is the latest.
    """

    last: date
    first: date
    key: str


@dataclass(frozen=True, slots=True)
class Value:
    """What an indicator was in a period. is_about: its source says "about", "near"."""

    period: Period
    value: float
    status: Status
    source: str
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """What is counted of rows that meet a condition in SQL; adds: a column, or ""."""

    where: str
    adds: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """How an indicator is computed from a dataset of the lake.

    day: the column by which a row belongs to a month; by: the column of each breakdown;
    behind: the columns that are shown of the rows behind a number.
    """

    dataset: str
    day: str
    numerator: Term
    denominator: Term | None
    by: Mapping[Dimension, str]
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """How an indicator is computed from others. rule: JsonLogic over their values."""

    of: tuple[str, ...]
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something that is measured one way; vi, en: its title. method: what is counted.

    owner: key of the agency that answers for it; final_after: days after a period until
    which its value may change. values: those that documents state, the oldest first.
    computed, formula: how it is computed, if it is; digest: of that, in SHA-256.
    """

    key: str
    vi: str
    en: str
    unit: Unit
    method: str
    values: Sequence[Value]
    direction: Direction = Direction.UP
    owner: str = ""
    final_after: int = 15
    computed: Computed | None = None
    formula: Formula | None = None
    digest: str = ""

    @property
    def latest(self) -> Value | None:
        """Tell the newest value, if there is one."""
        return self.values[-1] if self.values else None


@dataclass(frozen=True, slots=True)
class Run:
    """When and from which state of which table numbers were computed.

    months: as `2026-03`; changed: how many values came out otherwise than before.
    """

    id: int
    dataset: str
    uuid: str
    snapshot_id: int
    at: datetime
    seconds: float
    months: tuple[str, ...]
    changed: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Which number of an indicator is meant.

    made_up: of made-up data, which is never counted with the rest.
    """

    indicator: str
    period: Period
    made_up: bool = False
    dimension: Dimension = Dimension.WHOLE
    part: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many returns were accepted, of how many that were asked.

    periods: of which each agency was asked; one, unless a longer one is made of them.
    """

    reported: int
    asked: int
    periods: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was computed, or added up from what agencies reported.

    value: None where there was nothing to divide by, or a month is missing, which
    is_complete tells. run: the newest that it rests on, None where it has none.
    coverage: of a reported one; what is missing makes it incomplete, never zero.
    """

    cell: Cell
    value: float | None
    numerator: int | None
    denominator: int | None
    status: Status
    is_complete: bool
    run: Run | None
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an indicator could not be computed."""

    indicator: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a number, and how it is computed again.

    sql: counts it alone; formula: SHA-256 of that; columns, rows: of those it counts.
    """

    figure: Figure
    sql: str
    formula: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    more: bool


@dataclass(frozen=True, slots=True)
class Recount:
    """What a number is when it is counted again from the state it was counted from."""

    figure: Figure
    numerator: int
    denominator: int | None

    @property
    def is_same(self) -> bool:
        """Tell whether it is what was published."""
        told = (self.figure.numerator, self.figure.denominator)
        return told == (self.numerator, self.denominator)


class PeriodWrong(NotFound):
    """It is neither a year, nor a quarter, nor a month."""

    message = N_("“{key}” không phải là năm, quý hay tháng (2025, 2025Q3, 2025-04).")


class IndicatorUnknown(NotFound):
    """No pack declares this indicator."""

    message = N_("Không có gói nội dung nào khai báo chỉ tiêu “{key}”.")


class FigureUnknown(NotFound):
    """Nothing was computed for this period and part."""

    message = N_("Chỉ tiêu này chưa có số liệu cho kỳ và nơi đã chọn.")


class OnlyMadeUp(NotFound):
    """There is a figure of made-up data alone, and that was not asked for."""

    message = N_("Kỳ này chỉ có số liệu mô phỏng: thêm --made-up để xem.")


class NotComputed(Conflict):
    """It is not computed from the lake."""

    message = N_("Chỉ tiêu này không được tính từ kho dữ liệu.")
