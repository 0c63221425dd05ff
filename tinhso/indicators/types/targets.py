"""What is promised, and how it stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tinhso.indicators.types.measures import Indicator, Period, Value
from tinhso.kernel.errors import N_, NotFound


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
