"""Which years are carried on by quarter, and by which quarters of an indicator."""

from collections.abc import Iterator, Mapping

from tinhso.foresight.rules.account import nowcasts
from tinhso.foresight.types.account import Nowcast
from tinhso.foresight.types.account_refusals import QuartersWrong, TooFewYears

QUARTERS = (1, 2, 3, 4)


def by_quarter(
    years: Mapping[int, float], indicator: Mapping[str, float]
) -> tuple[tuple[str, ...], Nowcast]:
    """Make quarters of the newest years that follow one another; name each: `2025Q1`.

    indicator: by quarter. Years before its first are left out.

    :raises TooFewYears, QuartersWrong, IndicatorConstant: if it cannot be.
    """
    run = _run(years, indicator)
    if not run:
        raise TooFewYears(least=nowcasts.LEAST_YEARS)
    quarters = tuple(_quarters(run[0], run[-1], indicator))
    found = nowcasts.nowcast(
        [years[year] for year in run], [indicator[one] for one in quarters]
    )
    return quarters, found


def _run(years: Mapping[int, float], indicator: Mapping[str, float]) -> list[int]:
    """List the newest years in a row of which the indicator knows anything."""
    first = min((int(one[:4]) for one in indicator), default=10_000)
    run: list[int] = []
    for year in sorted((one for one in years if one >= first), reverse=True):
        if run and year != run[0] - 1:
            break
        run.insert(0, year)
    return run


def _quarters(first: int, last: int, indicator: Mapping[str, float]) -> Iterator[str]:
    """List the quarters of some years, and those known of the year after."""
    for year in range(first, last + 1):
        for quarter in QUARTERS:
            if f"{year}Q{quarter}" not in indicator:
                raise QuartersWrong
            yield f"{year}Q{quarter}"
    for quarter in QUARTERS:
        if f"{last + 1}Q{quarter}" not in indicator:
            return
        yield f"{last + 1}Q{quarter}"
