"""Periods of series as numbers, and as people write them."""

import re
from functools import lru_cache

from tinhso.indicators.types import PeriodKind
from tinhso.kernel.text import clean, fold

A_YEAR = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_YEAR = r"(?P<year>[12][0-9]{3})"
_QUARTER = r"(?P<quarter>[1-4]|i{1,3}|iv)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_OF = r"(/| nam |/nam )"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(nam )?{_YEAR}",
        rf"{_YEAR}-?q(?P<quarter>[1-4])",
        rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])",
        rf"q{_QUARTER}/{_YEAR}",
        rf"quy {_QUARTER}{_OF}{_YEAR}",
        rf"(thang )?{_MONTH}/{_YEAR}",
        rf"thang {_MONTH}{_OF}{_YEAR}",
    )
)


@lru_cache(maxsize=10_000)
def read_period(text: str) -> tuple[PeriodKind, int]:
    """Read a period: its kind, and its number among all of that kind.

    As `2024`, `2024-Q1`, `2024-01`, as the house writes it (`2024Q1`) and as people do.

    :raises ValueError: if it is none.

    >>> read_period("2024-Q1"), read_period("quý I năm 2024") == read_period("2024Q1")
    ((<PeriodKind.QUARTER: 'quarter'>, 8096), True)
    >>> period_of(*read_period("tháng 3/2024")), period_of(*read_period("năm 2024"))
    ('2024-03', '2024')
    """
    folded = fold(clean(text))
    found = next((m for form in _FORMS if (m := form.fullmatch(folded))), None)
    if found is None:
        raise ValueError(f"{text!r} is no year, quarter or month")
    parts, year = found.groupdict(), int(found["year"])
    if quarter := parts.get("quarter"):
        return PeriodKind.QUARTER, year * 4 + (ROMAN.get(quarter) or int(quarter)) - 1
    if month := parts.get("month"):
        return PeriodKind.MONTH, year * 12 + int(month) - 1
    return PeriodKind.YEAR, year


def period_of(kind: PeriodKind, number: int) -> str:
    """Write a period: `2024`, `2024-Q1`, `2024-01`."""
    year, within = divmod(number, A_YEAR[kind])
    match kind:
        case PeriodKind.YEAR:
            return str(year)
        case PeriodKind.QUARTER:
            return f"{year}-Q{within + 1}"
        case PeriodKind.MONTH:
            return f"{year}-{within + 1:02}"
