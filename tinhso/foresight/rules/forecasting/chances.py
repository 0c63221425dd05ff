"""How likely a target is met, how far ahead is worth forecasting, what lay outside."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tinhso.foresight.rules.forecasting.periods import read_period
from tinhso.foresight.rules.forecasting.spreads import share_within
from tinhso.foresight.types import (
    Ahead,
    Chance,
    Realised,
    Series,
    Surprise,
    Vintage,
    Why,
)
from tinhso.indicators.types import Goal, PeriodKind, Standing, State

# What is usually asked for: three years, a year of quarters, a year of months.
USUAL = {PeriodKind.YEAR: 3, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
FARTHEST_KNOWN = 2  # times as long as is known


def horizon_of(series: Series, dues: Sequence[int]) -> int:
    """Tell how far ahead to forecast: as usual, or to what was promised.

    No further than twice as long as is known. dues: numbers of periods.
    """
    wanted = [due - series.next + 1 for due in dues]
    most = FARTHEST_KNOWN * len(series.values)
    return min(most, max([USUAL[series.kind], *wanted]))


def within_bounds(ahead: Ahead, least: float, most: float) -> Ahead:
    """Keep a forecast where its values must lie: the mean first, then what is around.

    >>> within_bounds(Ahead("2026", 104.0, 94.0, 114.0), 0.0, 100.0)
    Ahead(period='2026', mean=100.0, low=90.0, high=100.0)
    """
    half = (ahead.high - ahead.low) / 2
    mean = min(max(ahead.mean, least), most)
    low, high = max(mean - half, least), min(mean + half, most)
    return replace(ahead, mean=mean, low=low, high=high)


def chance_of(standing: Standing, vintage: Vintage | None) -> Chance:
    """Tell how likely a target is met, by a forecast of its measure.

    Judged by the forecast of the due period, or of its last quarter or month where the
    measure is forecast by those. Errors are taken to be as likely up as down.
    """
    if standing.state in (State.ENDED, State.MISSED, State.OUTDATED):
        return Chance(standing, None, Why.OVER)
    if vintage is None:
        return Chance(standing, None, Why.TOO_SHORT)
    decides = last_within(standing.target.due.key, vintage.kind)
    place = next((n for n, a in enumerate(vintage.ahead) if a.period == decides), -1)
    if place < 0:
        is_known = decides in dict(vintage.known)
        why = Why.OVER if is_known else Why.TOO_FAR
        return Chance(standing, None, why, decides)
    ahead, spread = vintage.ahead[place], vintage.spread[place]
    made_up = vintage.made_up
    if not spread[-1]:
        return Chance(standing, None, Why.CONSTANT, decides, ahead, made_up)
    told = probability(standing.target.goal, ahead.mean, spread)
    return Chance(standing, told, None, decides, ahead, made_up)


def probability(goal: Goal, mean: float, spread: Sequence[float]) -> float:
    """Tell how likely a value is what a goal asks for: 0 to 1.

    spread: quantiles of the absolute error in the unit of the value.

    >>> spread = [n / 21 for n in range(22)]
    >>> probability(Goal(at_least=5.0), 5.0, spread)
    0.5
    >>> probability(Goal(at_most=5.0), 9.0, spread) < 0.01
    True
    """
    least = goal.at_least if goal.at_least is not None else goal.above
    above = 1.0 if least is None else _exceeds(least, mean, spread)
    too_high = 0.0 if goal.at_most is None else _exceeds(goal.at_most, mean, spread)
    return max(0.0, above - too_high)


def _exceeds(bound: float, mean: float, spread: Sequence[float]) -> float:
    within = share_within(spread, abs(mean - bound))
    return 0.5 + within / 2 if mean >= bound else 0.5 - within / 2


def last_within(key: str, kind: PeriodKind) -> str:
    """Name the last period of a kind within a period, as the house writes it.

    >>> last_within("2025", PeriodKind.MONTH), last_within("2025", PeriodKind.YEAR)
    ('2025-12', '2025')
    """
    longer, number = read_period(key)
    per = _A_YEAR[kind] // _A_YEAR[longer]
    return house_key(kind, (number + 1) * per - 1) if per else ""


def house_key(kind: PeriodKind, number: int) -> str:
    """Write a period as the house does: `2025`, `2025Q1`, `2025-01`."""
    year, within = divmod(number, _A_YEAR[kind])
    return {
        PeriodKind.YEAR: f"{year}",
        PeriodKind.QUARTER: f"{year}Q{within + 1}",
        PeriodKind.MONTH: f"{year}-{within + 1:02}",
    }[kind]


def realised(vintages: Sequence[Vintage], known: Mapping[str, float]) -> Realised:
    """Hold what vintages said against what came since."""
    said = [
        (a, known[a.period]) for v in vintages for a in v.ahead if a.period in known
    ]
    return Realised(sum(a.low <= came <= a.high for a, came in said), len(said))


def surprise(vintages: Sequence[Vintage]) -> Surprise | None:
    """Tell whether the newest value lies outside what was said before it came.

    Turned: so do the last two, on one side of what was said before both of them. By the
    newest forecast of then. vintages: the newest first.
    """
    if not vintages:
        return None
    values = [(period, v) for period, v in vintages[0].known if v is not None][-2:]
    period, value = values[-1]
    said = [_said(vintages, before) for before, _ in values]
    sides = [_side(said[0], *one) for one in values]
    if len(values) == 2 and sides[0] and sides[0] == sides[1]:
        return Surprise(period, value, said[0][period], turned=True)
    if _side(said[-1], period, value):
        return Surprise(period, value, said[-1][period], turned=False)
    return None


def _said(vintages: Sequence[Vintage], period: str) -> Mapping[str, Ahead]:
    """Find the newest forecast that still foretold a period: {period: what it said}."""
    told = ({a.period: a for a in one.ahead} for one in vintages)
    return next((one for one in told if period in one), {})


def _side(said: Mapping[str, Ahead], period: str, value: float) -> int:
    """Tell on which side of what was said a value lies: 1 above, -1 below, 0 within."""
    ahead = said.get(period)
    if ahead is None or ahead.low <= value <= ahead.high:
        return 0
    return 1 if value > ahead.high else -1


_A_YEAR = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
