"""How many due dates a second, beside a plain loop over days."""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time

from bench.report import line
from tinhso.procedures.deadlines.calendar import hours_on
from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.types import Limit, LimitUnit, WorkCalendar

FULL = ((time(7), time(11, 30)), (time(13, 30), time(17)))
CALENDAR = WorkCalendar("bench", 1, dict.fromkeys(range(1, 6), FULL))
COUNT = 100_000


def main() -> None:
    """Print one JSON line."""
    working_time = WorkingTime(CALENDAR, first=2025, last=2028)
    limit = Limit(10, LimitUnit.WORKING_DAYS)
    first = datetime(2026, 1, 5, 2, tzinfo=UTC)
    receipts = [first + timedelta(minutes=7 * n) for n in range(COUNT)]

    start = process_time()
    for received in receipts:
        working_time.due(received, limit)
    ours = COUNT / (process_time() - start)

    start = process_time()
    for received in receipts[: COUNT // 100]:
        _day_by_day(received.date(), 10)
    plain = COUNT // 100 / (process_time() - start)
    line("due_dates", ours, "due dates/s", peer="day by day", peer_value=plain)


def _day_by_day(day: date, amount: int) -> date:
    while amount:
        day += timedelta(1)
        amount -= bool(hours_on(CALENDAR, day))
    return day


if __name__ == "__main__":
    main()
