"""What is measured: indicators, periods and values, in words of SDMX."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """What a value counts. YES_NO: 1 where it is so, 0 where it is not."""

    PERCENT = "percent"
    COUNT = "count"
    YES_NO = "yes_no"


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
