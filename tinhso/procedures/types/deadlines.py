"""The words of deadlines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class LimitUnit(StrEnum):
    """The units of time limits in real procedures."""

    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"
    SAME_DAY = "same_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit; one working day is eight working hours.

    amount: of the unit; of `same_day`, the hour until which a receipt counts for its
    own day: later ones are due on the next working day (NĐ 23/2015/NĐ-CP Đ7: 15).
    """

    amount: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Counting:
    """How a time limit is counted, for explaining a due date.

    asked_on: when it came in; received_on: the working day on which that counts as
    received; first_on: the first day counted; days_off: the days from Monday to
    Friday that fell out on the way.
    """

    limit: Limit
    asked_on: date
    received_on: date
    first_on: date
    days_off: tuple[date, ...]

    @property
    def is_plain(self) -> bool:
        """Tell whether counting holds no surprise: received at once, no day off."""
        return self.asked_on == self.received_on and not self.days_off


class SupplementPolicy(StrEnum):
    """What a supplement does to the clock.

    RESTART is the law (NĐ 61/2018 Đ19.4): from zero after the full dossier. EXTEND
    is what some systems do: go on with the time that was left.
    """

    RESTART = "restart"
    EXTEND = "extend"


# The working hours of a day, in order: ((07:00, 11:30), (13:30, 17:00)).
Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class DayOverride:
    """A day that is not what the week and the holidays say; no hours means off."""

    day: date
    hours: Hours
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When a unit works. week: by ISO weekday, 1 is Monday."""

    key: str
    number: int
    week: Mapping[int, Hours]
    overrides: tuple[DayOverride, ...] = ()
    organizations: tuple[str, ...] = ()
