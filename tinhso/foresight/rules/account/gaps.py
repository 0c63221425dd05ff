"""The arithmetic beside a target: how fast, and out of what, it would have to come."""

from collections.abc import Sequence

from tinhso.foresight.types.account import (
    Fact,
    Growth,
    ManufacturingGap,
    Needed,
    Share,
    ShareGap,
)
from tinhso.indicators.types import Target

GRDP, GRDP_GROWTH = "grdp", "grdp_growth"
MANUFACTURING = "manufacturing_share"
STATED, ESTIMATED, CONSTANT = "current_prices", "with_estimate", "constant_prices"


def growths(facts: Sequence[Fact]) -> tuple[Growth, ...]:
    """List the yearly growths of GRDP that facts of one place tell, the surest first.

    In current prices from the first to the last value that was not an estimate; the
    same to the newest, estimates included; the mean of those in constant prices.
    """
    known = sorted((f for f in facts if f.key == GRDP), key=lambda one: one.period)
    firm = [one for one in known if not one.is_estimate]
    rates = [one for one in facts if one.key == GRDP_GROWTH]
    found = [_between(STATED, firm)]
    if known != firm:
        found.append(_between(ESTIMATED, known))
    found.append(_mean(rates))
    return tuple(one for one in found if one)


def _between(name: str, values: Sequence[Fact]) -> Growth | None:
    if len(values) < 2:
        return None
    first, last = values[0], values[-1]
    years = last.period.last.year - first.period.last.year
    rate = (last.value / first.value) ** (1 / years) - 1
    return Growth(name, 100 * rate, (first, last))


def _mean(rates: Sequence[Fact]) -> Growth | None:
    if not rates:
        return None
    product = 1.0
    for one in rates:
        product *= 1 + one.value / 100
    rate = product ** (1 / len(rates)) - 1
    return Growth(CONSTANT, 100 * rate, tuple(rates))


def share_gap(
    target: Target, start: Share, goal: float, grew: Sequence[Growth]
) -> ShareGap:
    """Tell how fast digital value added must grow for its share to be what is promised.

    (goal / start)^(1 / years) · (1 + growth of GRDP) − 1.
    """
    years = target.due.last.year - start.period.last.year
    times = goal / start.value
    return ShareGap(
        plan=target.plan,
        target=target.key,
        start=start,
        goal=goal,
        due=target.due,
        source=target.source,
        years=years,
        times=times,
        needed=tuple(Needed(one, needed_rate(times, years, one.rate)) for one in grew),
    )


def needed_rate(times: float, years: int, growth: float) -> float:
    """Tell the growth in percent a year that makes a share so many times as large.

    growth: of the whole, percent a year.

    >>> round(needed_rate(20 / 3, 4, 10.0), 1)
    76.8
    """
    yearly: float = times ** (1 / years)
    return 100 * (yearly * (1 + growth / 100) - 1)


def manufacturing_gap(
    target: Target, *, low: float, high: float, goal: float, fact: Fact
) -> ManufacturingGap:
    """Tell how much of all manufacturing a promised part of the digital economy is.

    low, high: percent of the digital economy; goal: percent of GRDP; fact:
    manufacturing in percent of GRDP.
    """
    of_grdp = low * goal / 100, high * goal / 100
    return ManufacturingGap(
        plan=target.plan,
        target=target.key,
        low=low,
        high=high,
        goal=goal,
        due=target.due,
        source=target.source,
        fact=fact,
        low_of_grdp=of_grdp[0],
        high_of_grdp=of_grdp[1],
        low_of_all=100 * of_grdp[0] / fact.value,
        high_of_all=100 * of_grdp[1] / fact.value,
    )
