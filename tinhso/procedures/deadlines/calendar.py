"""Which hours a unit works on which day: week, holidays, overrides."""

from datetime import date, timedelta
from functools import cache

import holidays

from tinhso.procedures.types.deadlines import Hours, WorkCalendar


@cache
def public_holidays(year: int) -> dict[date, str]:
    """List the days off of a year, with their names (Bộ luật Lao động 2019 Đ112)."""
    return dict(holidays.country_holidays("VN", years=year))


@cache
def swapped_work_days(year: int) -> frozenset[date]:
    """List the weekend days that are worked in exchange for a day off."""
    return frozenset(holidays.country_holidays("VN", years=year).weekend_workdays)


def hours_on(calendar: WorkCalendar, day: date) -> Hours:
    """Tell the working hours of a day; an empty answer is a day off."""
    for override in calendar.overrides:
        if override.day == day:
            return override.hours
    if day in swapped_work_days(day.year):
        return _fullest_day(calendar)
    if day in public_holidays(day.year):
        return ()
    return calendar.week.get(day.isoweekday(), ())


def days(first: date, last: date) -> list[date]:
    """List the days from first to last, both included."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def _fullest_day(calendar: WorkCalendar) -> Hours:
    # A swapped Saturday stands for a full weekday, whatever Saturdays usually are.
    return calendar.week.get(1, ())
