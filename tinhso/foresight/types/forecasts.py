"""The words of forecasts: series, what is said of them, and how it was tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.indicators.types import PeriodKind
from tinhso.kernel.errors import N_, Invalid


@dataclass(frozen=True, slots=True)
class Series:
    """Values through time, period by period; None where a period has none.

    first: number of the first period: the year, or quarters or months since year 0.
    The first and the last value are known.
    """

    name: str
    kind: PeriodKind
    first: int
    values: Sequence[float | None]

    @property
    def known(self) -> int:
        """Count the values that are known."""
        return sum(value is not None for value in self.values)

    @property
    def next(self) -> int:
        """Tell the number of the first period to be forecast."""
        return self.first + len(self.values)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is forecast of a period: `2024`, `2024-Q1`, `2024-01`; low ≤ mean ≤ high."""

    period: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """How forecasts of earlier times came out.

    errors: how many were held against what came; mase, naive_mase: the mean absolute
    error of the method and of saying the last value (or last year's) again, in units of
    how far values usually lay apart; coverage: the share that lay in the interval.
    """

    errors: int
    mase: float
    naive_mase: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a series is carried on.

    method: its name; level: in percent, of the intervals; since: the first period that
    counts; bridged: periods without a
    value, over which the method drew a straight line; is_constant: it never moved, so
    nothing is known of how it may miss. backtest: None where nothing could be tried.
    scale: how far values usually lie apart; spread: of each period, quantiles of the
    absolute error in units of that, at the levels that `spreads` names.
    """

    series: Series
    method: str
    level: int
    ahead: Sequence[Ahead]
    since: str
    bridged: Sequence[str]
    is_constant: bool
    backtest: Backtest | None
    scale: float
    spread: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class FileForecast:
    """The forecasts of a file. left_out: names of series that are too short."""

    forecasts: Sequence[Forecast]
    left_out: Sequence[str]


class SeriesFileWrong(Invalid):
    """A file of series cannot be read; `fields` says where, by line and column."""

    message = N_("Tệp chuỗi số liệu có chỗ sai; chưa dự báo chuỗi nào.")


class SeriesTooShort(Invalid):
    """A series has fewer values than a forecast can stand on."""

    message = N_("Có chuỗi quá ngắn để dự báo; chưa dự báo chuỗi nào.")
