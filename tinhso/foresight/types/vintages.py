"""Forecasts of measures as they were made, and the chance of what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tinhso.foresight.types.forecasts import Ahead, Backtest
from tinhso.indicators.types import Indicator, PeriodKind, Standing
from tinhso.kernel.errors import N_, Conflict


class Why(StrEnum):
    """Why there is no forecast, or no chance of meeting a target.

    TOO_SHORT: fewer values than a forecast can stand on; TOO_FAR: what was promised
    lies further ahead than twice as long as is known; OVER: its time is over, or it
    ended; CONSTANT: the values never moved, so nothing is known of how a forecast may
    miss.
    """

    TOO_SHORT = "too_short"
    TOO_FAR = "too_far"
    OVER = "over"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Vintage:
    """A forecast of a measure as it was made once.

    made_up: of made-up data; method, version: of the forecast; digest: SHA-256 of all
    it stands on, formula: of how the measure is computed; known: its values by period,
    None in a gap; level: in percent.
    """

    indicator: str
    kind: PeriodKind
    made_up: bool
    made_at: datetime
    method: str
    version: str
    digest: str
    formula: str
    known: Sequence[tuple[str, float | None]]
    ahead: Sequence[Ahead]
    level: int
    spread: Sequence[Sequence[float]]
    backtest: Backtest | None


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a target is met; None: that cannot be told, and why.

    decides: the period by which it is judged, ahead: what is forecast of that; made_up:
    of made-up data.
    """

    standing: Standing
    probability: float | None
    why: Why | None
    decides: str = ""
    ahead: Ahead | None = None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class PartsForecast:
    """What is forecast of a count as a whole and by part; the parts add up to it.

    parts: {code: what is forecast}; moved: by how much the whole was moved for that in
    the first period, in its unit. left_out: parts with too few values.
    """

    indicator: Indicator
    whole: Sequence[Ahead]
    parts: Mapping[str, Sequence[Ahead]]
    moved: float
    left_out: Sequence[str]


@dataclass(frozen=True, slots=True)
class Realised:
    """What earlier vintages said of what is known now: how many values lay within."""

    within: int
    of: int


@dataclass(frozen=True, slots=True)
class Surprise:
    """A newest value outside what was said of it before, ahead.

    turned: the one before it lay out on the same side, too: the series has turned.
    """

    period: str
    value: float
    ahead: Ahead
    turned: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is said of a measure's future.

    values: what is known now, by period, None in a gap; newest: None where nothing was
    forecast, as where too few values are known. vintages: the newest first.
    """

    indicator: Indicator
    values: Sequence[tuple[str, float | None]]
    newest: Vintage | None
    vintages: Sequence[Vintage]
    realised: Realised
    chances: Sequence[Chance]
    surprise: Surprise | None

    @property
    def known(self) -> int:
        """Count the values that are known."""
        return sum(value is not None for _, value in self.values)


class PartsDoNotAddUp(Conflict):
    """It is a share, or not counted by that: its parts do not add up to the whole."""

    message = N_("Chỉ tiêu này không phải số đếm theo phần đó nên không cộng lại được.")


class TooFewValues(Conflict):
    """Fewer values are known than a forecast can stand on."""

    message = N_("Chưa đủ số liệu để dự báo chỉ tiêu này.")
