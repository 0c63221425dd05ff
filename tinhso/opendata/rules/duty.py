"""When the next version is due, by the EU's list of frequencies."""

from datetime import date, timedelta

# Days from one version to the next; with a month's time for what is due each month.
DAYS = {
    "DAILY": 2,
    "WEEKLY": 14,
    "BIWEEKLY": 28,
    "MONTHLY": 62,
    "BIMONTHLY": 92,
    "QUARTERLY": 122,
    "ANNUAL_2": 214,
    "ANNUAL": 396,
    "BIENNIAL": 762,
}


def due_after(published_on: date, frequency: str) -> date | None:
    """Tell by when the next version must be out; None if nothing says when.

    >>> due_after(date(2026, 1, 1), "http://…/frequency/MONTHLY").isoformat()
    '2026-03-04'
    """
    days = DAYS.get(frequency.rpartition("/")[2])
    return published_on + timedelta(days=days) if days else None
