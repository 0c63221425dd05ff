"""From figures to points, from points to totals and ranks: exact, and never a guess.

A criterion without a value is incomplete, never zero.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from tinhso.indicators.types import (
    FOUR_DIGITS,
    Band,
    Criterion,
    Entries,
    IndexSet,
    LeagueLine,
    MainIndex,
    PillarSum,
    RuleKind,
    Total,
)

ZERO, ONE = Decimal(), Decimal(1)
# A published value may be off by so much, for it was rounded.
HALF = FOUR_DIGITS / 2


def rounded(value: Decimal) -> Decimal:
    """Round to four digits, halves up.

    >>> rounded(Decimal("0.80445"))
    Decimal('0.8045')
    """
    return value.quantize(FOUR_DIGITS, ROUND_HALF_UP)


def points_of(
    criterion: Criterion, a: Decimal | None, b: Decimal | None = None
) -> Decimal | None:
    """Turn figures into points; None while a figure is missing.

    a: the count, the figure of a step, 1 or 0, or the points themselves; b: of how
    many.

    :raises ValueError: if the figures cannot be: negative, of nothing, neither yes nor
        no, more points than there are.
    """
    if a is None:
        return None
    if a < 0:
        raise ValueError("negative")
    found = RULES[criterion.rule.kind](criterion, a, b)
    return None if found is None else rounded(found)


def _ratio(criterion: Criterion, a: Decimal, b: Decimal | None) -> Decimal | None:
    if b is None:
        return None
    if b <= 0:
        raise ValueError("of nothing")
    if a > b:
        raise ValueError("more than all")
    return min(a / b / criterion.rule.target, ONE) * criterion.maximum


def _stepped(criterion: Criterion, a: Decimal, b: Decimal | None) -> Decimal:
    reached = [step.points for step in criterion.rule.steps if step.at_least <= a]
    return reached[-1] if reached else ZERO


def _yes_no(criterion: Criterion, a: Decimal, b: Decimal | None) -> Decimal:
    if a not in (ZERO, ONE):
        raise ValueError("neither yes nor no")
    return a * criterion.maximum


def _given(criterion: Criterion, a: Decimal, b: Decimal | None) -> Decimal:
    if a > criterion.maximum:
        raise ValueError("above the maximum")
    return a


RULES: Mapping[
    RuleKind, Callable[[Criterion, Decimal, Decimal | None], Decimal | None]
] = {
    RuleKind.RATIO: _ratio,
    RuleKind.STEPPED: _stepped,
    RuleKind.YES_NO: _yes_no,
    RuleKind.POINTS: _given,
    RuleKind.COMPUTED: _ratio,
}


def total_of(index: MainIndex, points: Mapping[str, Decimal]) -> Total:
    """Sum up the points of a main index. points: by key of the criterion."""
    return _total(index.items, points, index.maximum)


def total(index_set: IndexSet, points: Mapping[str, Decimal]) -> Total:
    """Sum up the points of the whole set."""
    return _total(index_set.items.values(), points, index_set.maximum)


def _total(
    items: Iterable[Criterion], points: Mapping[str, Decimal], maximum: Decimal
) -> Total:
    listed = list(items)
    scored = [one for one in listed if one.key in points]
    return Total(
        points=sum((points[one.key] for one in scored), ZERO),
        of=sum((one.maximum for one in scored), ZERO),
        known=sum((one.maximum for one in listed), ZERO),
        maximum=maximum,
        scored=len(scored),
        items=len(listed),
    )


def pillar_value(pillar: PillarSum, values: Mapping[str, Decimal]) -> Decimal | None:
    """Weigh shares of main indices to the share of a pillar, in four digits.

    values: by key of the index; None if one is missing.
    """
    return _weighed(pillar.weights, values)


def whole_value(index_set: IndexSet, values: Mapping[str, Decimal]) -> Decimal | None:
    """Weigh shares of main indices to the share of the whole set, in four digits."""
    weights = {one.key: one.maximum for one in index_set.indices if one.maximum}
    return _weighed(weights, values)


def _weighed(
    weights: Mapping[str, Decimal], values: Mapping[str, Decimal]
) -> Decimal | None:
    if not weights.keys() <= values.keys():
        return None
    points = sum((values[key] * weight for key, weight in weights.items()), ZERO)
    return rounded(points / sum(weights.values(), ZERO))


def agree(stated: Decimal, computed: Decimal) -> bool:
    """Tell whether a stated share can be what was computed from rounded ones.

    Each rounded share is off by half a digit at most, hence their mean, too.

    >>> agree(Decimal("0.7163"), Decimal("0.7164"))
    True
    """
    return abs(stated - computed) <= 2 * HALF


def sums_of(index_set: IndexSet, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Compute each pillar and the `total`, as far as the values are there."""
    sums = {one.key: pillar_value(one, values) for one in index_set.pillars}
    sums["total"] = whole_value(index_set, values)
    return {key: value for key, value in sums.items() if value is not None}


def band_of(bands: Iterable[Band], points: Decimal) -> Band | None:
    """Find what so many points are called; None below the lowest band."""
    reached = [one for one in bands if one.at_least <= points]
    return max(reached, key=lambda one: one.at_least, default=None)


def league(entries: Entries) -> tuple[LeagueLine, ...]:
    """Rank by points; who is even shares a rank, and the next ones are counted on.

    Who is not complete stands at the end without a rank.
    """
    known = sorted(
        (one for one in entries if one[1].scored == one[1].items),
        key=lambda one: (-one[1].points, one[0]),
    )
    ranked = [
        LeagueLine(1 + sum(t.points > total.points for _, t in known), name, total)
        for name, total in known
    ]
    open_ones = [one for one in entries if one[1].scored < one[1].items]
    open_ones.sort(key=lambda one: (-one[1].scored, one[0]))
    return (*ranked, *(LeagueLine(None, name, total) for name, total in open_ones))
