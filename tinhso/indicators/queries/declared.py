"""Read what packs declare of indicators and targets."""

from collections.abc import Mapping
from datetime import date

from tinhso.indicators.rules import declared, periods, reporting
from tinhso.indicators.types import (
    Indicator,
    IndicatorUnknown,
    Period,
    PeriodKind,
    PeriodWrong,
    Target,
)
from tinhso.kernel.packs import versions

INDICATORS, TARGETS = "indicators", "targets"


def indicators() -> Mapping[str, Indicator]:
    """List the indicators in force by key."""
    return {
        one.key: one
        for content in versions.in_force(kind=INDICATORS)
        for one in declared.indicators_of(content.body)
    }


def period(*, key: str) -> Period:
    """Read a year, quarter or month: `2025`, `2025Q3`, `2025-04`.

    :raises PeriodWrong: if it is none.
    """
    try:
        return periods.period_of(key)
    except ValueError:
        raise PeriodWrong(key=key[:20]) from None


def period_said(*, key: str) -> str:
    """Say a period in Vietnamese, as documents and messages do: `quý 3 năm 2026`.

    :raises PeriodWrong: if it is none.
    """
    return reporting.period_said(period(key=key))


def period_on(*, day: date, kind: PeriodKind) -> Period:
    """Find the month, quarter or year in which a day lies."""
    return periods.period_on(day, kind)


def period_before(*, period: Period, back: int = 1) -> Period:
    """Find the period so many before; after, where it is less than nothing."""
    return periods.before(period, back)


def get_indicator(*, key: str) -> Indicator:
    """Read an indicator.

    :raises IndicatorUnknown: if no pack declares it.
    """
    found = indicators().get(key)
    if found is None:
        raise IndicatorUnknown(key=key)
    return found


def plans() -> Mapping[str, tuple[Target, ...]]:
    """List the targets in force by the plan that sets them."""
    return {
        content.key: tuple(declared.targets_of(content.body))
        for content in versions.in_force(kind=TARGETS)
    }
