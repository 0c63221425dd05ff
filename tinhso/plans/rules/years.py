"""Count the tasks of a year."""

from collections.abc import Iterable
from datetime import date


def counted(tasks: Iterable[tuple[date, date | None]], on: date) -> dict[str, int]:
    """Count tasks by due and done day: all, on time, late, open.

    Late is what was done after its day, or is not done and over it on the day asked.

    >>> done = (date(2026, 6, 30), date(2026, 6, 1))
    >>> counted([done, (date(2026, 6, 30), None)], date(2026, 7, 1))
    {'tasks': 2, 'on_time': 1, 'late': 1, 'open': 0}
    """
    listed = list(tasks)
    on_time = sum(done is not None and done <= due for due, done in listed)
    late = sum((done or on) > due for due, done in listed)
    return {
        "tasks": len(listed),
        "on_time": on_time,
        "late": late,
        "open": len(listed) - on_time - late,
    }
