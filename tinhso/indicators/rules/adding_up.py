"""Quarters and years out of months, shares out of counts, formulas out of figures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from json_logic import jsonLogic

from tinhso.indicators.types import Formula, Indicator, Period, Status, Unit


def value_of(indicator: Indicator, above: int, below: int | None) -> float | None:
    """Tell the value of two counts; None where there is nothing to divide by."""
    if indicator.unit is not Unit.PERCENT:
        return float(above)
    return 100 * above / below if below else None


def status_of(indicator: Indicator, period: Period, on: date) -> Status:
    """Tell whether a value may still change on a day."""
    closed = period.last + timedelta(days=indicator.final_after)
    return Status.FINAL if on > closed else Status.PROVISIONAL


def missing(period: Period, months: Iterable[date], *, on: date) -> bool:
    """Tell whether a month of a period that has begun by a day was not counted."""
    held = set(months)
    return any(first not in held for first in _begun(period, on))


def _begun(period: Period, on: date) -> Iterable[date]:
    last = min(period.last, on)
    for number in range(
        period.first.year * 12 + period.first.month - 1, last.year * 12 + last.month
    ):
        yield date(number // 12, number % 12 + 1, 1)


def made_of(one: Indicator) -> tuple[str, ...]:
    """List the indicators that one is made of; none unless it is a formula."""
    return one.formula.of if one.formula else ()


def by_formula(formula: Formula, values: Mapping[str, float | None]) -> float | None:
    """Compute a value from others; None where one is unknown or nothing divides.

    >>> half = Formula(("a", "b"), {"/": [{"var": "a"}, {"var": "b"}]})
    >>> by_formula(half, {"a": 3.0, "b": 2.0}), by_formula(half, {"a": 3.0, "b": 0.0})
    (1.5, None)
    """
    if any(values.get(key) is None for key in formula.of):
        return None
    try:
        found: Any = jsonLogic(dict(formula.rule), dict(values))
    except ZeroDivisionError:
        return None
    return float(found) if isinstance(found, int | float) else None


def total(numbers: Sequence[tuple[int, int | None]]) -> tuple[int, int | None]:
    """Add counts up; the second is None where there is no share.

    >>> total([(1, 2), (3, 4)]), total([(1, None), (2, None)])
    ((4, 6), (3, None))
    """
    below = [one for _, one in numbers if one is not None]
    return sum(one for one, _ in numbers), sum(below) if below else None
