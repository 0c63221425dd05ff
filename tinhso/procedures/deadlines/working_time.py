"""Working time as one growing line, so that a due date is a search in it.

Times are whole seconds on the wall clock of Vietnam (which has no summer time),
counted from 1 January 1970; `worked[i]` is the working time before segment i.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from tinhso.kernel.clock import VIETNAM
from tinhso.procedures.deadlines.calendar import days, hours_on
from tinhso.procedures.types.deadlines import Counting, Limit, LimitUnit, WorkCalendar

HOUR = 3600
DAY = 24 * HOUR
WORKING_DAY = 8 * HOUR
# Vietnam has kept UTC+7 since 1975.
_OFFSET = 7 * HOUR
_HAND_OVER_UNTIL = 15 * HOUR
_CALENDAR = (LimitUnit.DAYS, LimitUnit.MONTHS)


class WorkingTime:
    """The working time of one calendar between two years."""

    def __init__(self, calendar: WorkCalendar, *, first: int, last: int) -> None:
        """Lay out the segments of the years first to last, both included."""
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.worked: list[int] = [0]
        for day in days(date(first, 1, 1), date(last, 12, 31)):
            midnight = _midnight(day)
            for begin, end in hours_on(calendar, day):
                self._add(midnight + _seconds(begin), midnight + _seconds(end))

    def due(self, received_at: datetime, limit: Limit) -> datetime:
        """Compute when a time limit ends (BLDS 2015 Đ147, Đ148; domain rules).

        Counted from the day after the day of receipt; a receipt outside working
        hours counts as made when the unit next opens. A limit in hours runs on from
        that moment. A limit in calendar days or months ends at closing time, on the
        next working day if its last day is off; one of the same day ends at the closing
        time of that day, or of the next working day if received after its hour.
        """
        receipt = self.next_working_moment(_wall(received_at))
        amount = limit.amount
        if limit.unit is LimitUnit.WORKING_DAYS:
            return _moment(self._after(_next_midnight(receipt), amount * WORKING_DAY))
        if limit.unit is LimitUnit.WORKING_HOURS:
            return _moment(self._after(receipt, amount * HOUR))
        if limit.unit is LimitUnit.DAYS:
            return _moment(self._closing(receipt // DAY * DAY + amount * DAY))
        if limit.unit is LimitUnit.SAME_DAY:
            return _moment(self._closing_after(receipt, amount * HOUR))
        if limit.unit is LimitUnit.MONTHS:
            last = months_later(_day(receipt), amount)
            return _moment(self._closing(_midnight(last)))
        return _moment(self.next_working_moment(receipt + amount * HOUR))

    def counting(self, received_at: datetime, limit: Limit) -> Counting:
        """Tell how `due` counts: from which day, and which days off it steps over.

        Calendar days and months count days off; only their last day steps over them.
        """
        asked = _wall(received_at)
        receipt = first = self.next_working_moment(asked)
        if limit.unit is LimitUnit.WORKING_DAYS:
            first = self.next_working_moment(_next_midnight(receipt))
        elif limit.unit in _CALENDAR:
            first = _next_midnight(receipt)
        asked_on, last = _day(asked), _day(_wall(self.due(received_at, limit)))
        days_off = self.days_off(asked_on, last)
        if limit.unit in _CALENDAR:
            ends = _ends_on(_day(receipt), limit)
            days_off = tuple(d for d in days_off if not _day(receipt) < d < ends)
        return Counting(
            limit=limit,
            asked_on=asked_on,
            received_on=_day(receipt),
            first_on=_day(first),
            days_off=days_off,
        )

    def between(self, start: datetime, end: datetime) -> float:
        """Measure the working hours from start to end; negative when end is first."""
        return (self._worked_at(_wall(end)) - self._worked_at(_wall(start))) / HOUR

    def add(self, start: datetime, hours: float) -> datetime:
        """Go on for some working hours; back for negative ones."""
        target = self._worked_at(_wall(start)) + round(hours * HOUR)
        return _moment(self._at_worked(target))

    def hand_over_due(self, received_at: datetime) -> datetime:
        """Compute until when the desk passes a dossier on (NĐ 61/2018 Đ18).

        The same day; what came after 15:00, first thing the next working day.
        """
        receipt = self.next_working_moment(_wall(received_at))
        if receipt % DAY < _HAND_OVER_UNTIL:
            return _moment(self._closing(receipt))
        return _moment(self.next_working_moment(_next_midnight(receipt)))

    def closing_of(self, day: date) -> datetime:
        """Find when the unit closes on a day, or on the next day it works."""
        return _moment(self._closing(_midnight(day)))

    def days_off(self, first: date, last: date) -> tuple[date, ...]:
        """List the days from Monday to Friday on which nobody works, both included."""
        return tuple(day for day in days(first, last) if self._is_day_off(day))

    def next_working_moment(self, wall: int) -> int:
        """Find the moment itself, or when the unit next opens."""
        place = bisect_right(self.ends, wall)
        if place == len(self.starts):
            raise OverflowError("the calendar ends before this moment")
        return max(wall, self.starts[place])

    def _add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.worked.append(self.worked[-1] + end - start)

    def _after(self, wall: int, seconds: int) -> int:
        return self._at_worked(self._worked_at(wall) + seconds)

    def _worked_at(self, wall: int) -> int:
        place = bisect_right(self.starts, wall) - 1
        if place < 0:
            return 0
        return self.worked[place] + min(wall, self.ends[place]) - self.starts[place]

    def _at_worked(self, target: int) -> int:
        # The first moment with that much work behind it: a closing time, never the
        # opening that follows it.
        place = bisect_left(self.worked, target) - 1
        if not 0 <= place < len(self.starts):
            raise OverflowError("the calendar ends before this due date")
        return self.starts[place] + target - self.worked[place]

    def _closing_after(self, receipt: int, latest: int) -> int:
        day = receipt if receipt % DAY <= latest else _next_midnight(receipt)
        return self._closing(day)

    def _is_day_off(self, day: date) -> bool:
        """Tell whether nobody works on a day from Monday to Friday."""
        begin = bisect_left(self.starts, _midnight(day))
        return day.isoweekday() < 6 and begin == bisect_left(
            self.starts, _midnight(day) + DAY
        )

    def _closing(self, wall: int) -> int:
        """Find when the day of this moment closes, or the next day worked."""
        midnight = self.next_working_moment(wall // DAY * DAY) // DAY * DAY
        return self.ends[bisect_left(self.starts, midnight + DAY) - 1]


def _ends_on(receipt: date, limit: Limit) -> date:
    """Find the last day of a limit in calendar days or months, off or not."""
    if limit.unit is LimitUnit.DAYS:
        return receipt + timedelta(days=limit.amount)
    return months_later(receipt, limit.amount)


def months_later(day: date, months: int) -> date:
    """Find the same day some months later, or the last of that month (BLDS Đ147)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def _day(wall: int) -> date:
    return date(1970, 1, 1) + timedelta(wall // DAY)


def _next_midnight(wall: int) -> int:
    return (wall // DAY + 1) * DAY


def _seconds(clock: time) -> int:
    return clock.hour * HOUR + clock.minute * 60


def _wall(moment: datetime) -> int:
    return int(moment.timestamp()) + _OFFSET


def _moment(wall: int) -> datetime:
    return datetime.fromtimestamp(wall - _OFFSET, UTC)


def apology_latest(working_time: WorkingTime, due_at: datetime) -> datetime:
    """Compute until when an apology may go out: one working day before it is due."""
    return working_time.add(due_at, -WORKING_DAY / HOUR)


def day_of(moment: datetime) -> date:
    """Tell the day in Vietnam."""
    return moment.astimezone(VIETNAM).date()
