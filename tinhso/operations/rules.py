"""The days of directives."""

from datetime import date

MOST_DAYS = 366


def days_until(*, due_on: date, received_on: date) -> int | None:
    """Count the days an agency has; None where it has none, or too many.

    The day on which it counts as received is none of them (BLDS 2015 Đ147).

    >>> days_until(due_on=date(2026, 6, 19), received_on=date(2026, 6, 16))
    3
    """
    days = (due_on - received_on).days
    return days if 1 <= days <= MOST_DAYS else None
