"""How long a paper holds, and when its holder is reminded."""

from collections.abc import Iterable
from datetime import date, timedelta

from tinhso.procedures.deadlines.working_time import months_later
from tinhso.procedures.types import Limit, LimitUnit


def last_day(issued_on: date, limit: Limit) -> date:
    """Find the last day a paper holds, in calendar days or months (BLDS 2015 Đ147).

    >>> last_day(date(2026, 8, 31), Limit(6, LimitUnit.MONTHS))
    datetime.date(2027, 2, 28)
    """
    if limit.unit is LimitUnit.MONTHS:
        return months_later(issued_on, limit.amount)
    return issued_on + timedelta(days=limit.amount)


def next_reminder(
    valid_until: date, days_before: Iterable[int], *, after: date
) -> date | None:
    """Find the first day later than another on which its holder is to be reminded.

    >>> next_reminder(date(2026, 12, 16), (30, 7), after=date(2026, 11, 16))
    datetime.date(2026, 12, 9)
    """
    days = sorted(valid_until - timedelta(days=before) for before in days_before)
    return next((day for day in days if day > after), None)
