"""Years, quarters and months, written as DHIS2 and people write them."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from tinhso.indicators.types import Period, PeriodKind

_PERIOD = re.compile(r"(?P<year>[0-9]{4})(Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2}))?")
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


def period_of(key: str) -> Period:
    """Read a period.

    :raises ValueError: if it is none.

    >>> period_of("2025Q1").last, period_of("2024-02").last
    (datetime.date(2025, 3, 31), datetime.date(2024, 2, 29))
    """
    found = _PERIOD.fullmatch(key)
    if found is None:
        raise ValueError(f"{key!r} is no year, quarter or month")
    first, months = 1, 12
    if found["quarter"]:
        first, months = 3 * int(found["quarter"]) - 2, 3
    elif found["month"]:
        first, months = int(found["month"]), 1
    year, last = int(found["year"]), first + months - 1
    until = date(year, last, monthrange(year, last)[1])
    return Period(until, date(year, first, 1), key)


def kind_of(period: Period) -> PeriodKind:
    """Tell how long a period is.

    >>> kind_of(period_of("2025Q1"))
    <PeriodKind.QUARTER: 'quarter'>
    """
    months = period.last.month - period.first.month + 1
    return next(kind for kind, length in MONTHS.items() if length == months)


def period_on(day: date, kind: PeriodKind) -> Period:
    """Find the period of a kind in which a day lies.

    >>> period_on(date(2026, 8, 9), PeriodKind.QUARTER).key
    '2026Q3'
    """
    match kind:
        case PeriodKind.MONTH:
            return period_of(f"{day:%Y-%m}")
        case PeriodKind.QUARTER:
            return period_of(f"{day:%Y}Q{(day.month + 2) // 3}")
        case PeriodKind.YEAR:
            return period_of(f"{day:%Y}")


def before(period: Period, back: int = 1) -> Period:
    """Find the period so many before.

    >>> before(period_of("2026Q1")).key, before(period_of("2026-03"), 12).key
    ('2025Q4', '2025-03')
    """
    kind = kind_of(period)
    number = period.first.year * 12 + period.first.month - 1 - back * MONTHS[kind]
    return period_on(date(number // 12, number % 12 + 1, 1), kind)


def months_within(first: date, last: date) -> Iterator[Period]:
    """List the months from the one of a day to that of another.

    >>> [one.key for one in months_within(date(2025, 12, 5), date(2026, 1, 1))]
    ['2025-12', '2026-01']
    """
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield period_of(f"{number // 12}-{number % 12 + 1:02}")


def judged_by(due: Period, on: date, *, most: int = 5) -> tuple[Period, ...]:
    """List the periods whose values tell how a promise for a period stands.

    Those as long as it that are over on a day, and the months since, the oldest first.

    >>> [one.key for one in judged_by(period_of("2026"), date(2026, 3, 9), most=2)]
    ['2024', '2025', '2026-01', '2026-02']
    """
    running = period_on(on, kind_of(due))
    over = [before(running, back) for back in range(most, 0, -1)]
    since = (month for month in months_within(running.first, on) if month.last < on)
    return (*over, *since)
