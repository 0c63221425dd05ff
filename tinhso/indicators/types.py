"""The words of indicators and targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from tinhso.kernel.errors import N_, NotFound

SCHEMAS = Path(__file__).parent / "schema"


class Unit(StrEnum):
    """What a value counts. YES_NO: 1 where it is so, 0 where it is not."""

    PERCENT = "percent"
    COUNT = "count"
    YES_NO = "yes_no"


class Status(StrEnum):
    """Whether a value may still change."""

    PROVISIONAL = "provisional"
    FINAL = "final"


class Pillar(StrEnum):
    """The three pillars of digital transformation."""

    GOVERNMENT = "government"
    ECONOMY = "economy"
    SOCIETY = "society"


class State(StrEnum):
    """How a target stands; `standing` says by which rule.

    ENDED: what it is measured on is no more, as districts since July 2025.
    """

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    OPEN = "open"
    MISSED = "missed"
    OUTDATED = "outdated"
    UNKNOWN = "unknown"
    ENDED = "ended"


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
class Indicator:
    """Something that is measured one way; vi, en: its title. method: what is counted.

    values: those that documents state, the oldest first.
    """

    key: str
    vi: str
    en: str
    unit: Unit
    method: str
    values: Sequence[Value]

    @property
    def latest(self) -> Value | None:
        """Tell the newest value, if there is one."""
        return self.values[-1] if self.values else None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a value must be: at least, more than, or between two both included.

    >>> Goal(at_least=20.0).is_met_by(19.9), Goal(above=11.0).is_met_by(11.0)
    (False, False)
    >>> Goal(at_least=47.0, at_most=50.0).is_met_by(48.5)
    True
    """

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None

    def is_met_by(self, value: float) -> bool:
        """Tell whether a value is what it must be."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
        )

    @property
    def aim(self) -> float:
        """Tell the number that is to be reached; upwards first."""
        found = (self.at_least, self.above, self.at_most)
        return next(value for value in found if value is not None)


@dataclass(frozen=True, slots=True)
class Target:
    """A line of a resolution or plan that can be measured.

    number: of the clause it is part of, as people count them; clause: its words, in
    Vietnamese as decided and in English. ended_on: from when nothing is measured any
    more, ended_why in words.
    """

    key: str
    plan: str
    number: int
    pillar: Pillar
    clause_vi: str
    clause_en: str
    indicator: str
    goal: Goal
    due: Period
    source: str
    ended_on: date | None = None
    ended_why: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands on a day.

    baseline: the first value known, latest: the last one known on that day; expected:
    what it should be at the time of the latest, on the straight line from baseline to
    due day; None where no line can be drawn.
    """

    target: Target
    indicator: Indicator
    state: State
    baseline: Value | None
    latest: Value | None
    expected: float | None


class PlanUnknown(NotFound):
    """No pack declares these targets."""

    message = N_("Không có gói nội dung nào khai báo bộ mục tiêu “{key}”.")
