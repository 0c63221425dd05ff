"""Years, quarters and months, written as DHIS2 and people write them."""

import re
from calendar import monthrange
from datetime import date

from tinhso.indicators.types import Period

_PERIOD = re.compile(r"(?P<year>[0-9]{4})(Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2}))?")


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
