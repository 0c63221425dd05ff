"""A period of days, as moments in Vietnam."""

from datetime import date, datetime, time, timedelta

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Phrase
from tinhso.procedures.types import PeriodWrong


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Tell when a period begins, and when the day after it does.

    :raises PeriodWrong: if it ends before it begins.
    """
    if last < first:
        raise PeriodWrong({"last": [Phrase(PeriodWrong.message)]})
    return midnight(first), midnight(last + timedelta(1))


def midnight(day: date) -> datetime:
    """Tell when a day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
