"""Boards: what leaders look at first, as packs declare it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinhso.indicators.types.indexes import IndexSet, LeagueLine, PublishedScore
from tinhso.indicators.types.measures import (
    Dimension,
    Fault,
    Figure,
    Indicator,
    Period,
    PeriodKind,
    Run,
)
from tinhso.indicators.types.targets import Standing
from tinhso.kernel.errors import N_, NotFound


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where a value is good, and beyond what it is bad; between is in between.

    >>> Bounds(good=98.0, bad=95.0).tone(96.0), Bounds(good=2.0, bad=5.0).tone(6.0)
    ('warn', 'bad')
    """

    good: float
    bad: float

    def tone(self, value: float) -> str:
        """Tell `good`, `warn` or `bad`."""
        way = 1 if self.good >= self.bad else -1
        if way * value >= way * self.good:
            return "good"
        return "bad" if way * value < way * self.bad else "warn"


@dataclass(frozen=True, slots=True)
class BoardDeclared:
    """A board of a pack.

    numbers: the indicators told first; mapped: the one shown by commune and agency,
    with its bounds; most: how many beyond them are told; plans: whose targets;
    indexes: keys of index sets.
    """

    key: str
    vi: str
    en: str
    numbers: tuple[str, ...]
    mapped: str
    bounds: Bounds
    most: int
    plans: tuple[str, ...]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator at a glance. before: of the period before; series: up to it."""

    indicator: Indicator
    figure: Figure | None
    before: Figure | None
    series: Sequence[Figure]
    run: Run | None
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class IndexReading:
    """An index at a glance.

    published: the newest score of the province that a document states, if one does;
    league: who of those assessed in the newest period stands where, by the points of
    the appraisal; period: that one, "" where nobody was assessed.
    """

    index_set: IndexSet
    published: PublishedScore | None
    period: str
    league: Sequence[LeagueLine]


@dataclass(frozen=True, slots=True)
class Board:
    """A board in a period.

    readings: its numbers; parts: the mapped indicator by agency code; beyond: those
    that are bad, the worst first; standings: of all targets.
    """

    declared: BoardDeclared
    period: Period
    made_up: bool
    mapped: Reading
    readings: Sequence[Reading]
    parts: Mapping[str, Figure]
    beyond: Sequence[Figure]
    standings: Sequence[Standing]
    indexes: Sequence[IndexReading]


@dataclass(frozen=True, slots=True)
class Measure:
    """All about an indicator: in a period, through time, by part.

    by: the breakdown that is shown; bounds: where a board declares some.
    """

    reading: Reading
    period: Period
    kind: PeriodKind
    made_up: bool
    by: Dimension
    parts: Mapping[str, Figure]
    bounds: Bounds | None
    standings: Sequence[Standing]


class BoardUnknown(NotFound):
    """No pack declares this board."""

    message = N_("Không có gói nội dung nào khai báo bảng điều hành “{key}”.")
