"""The digital-economy account: what is stated, what is missing, what targets ask."""

from collections.abc import Iterable

from tinhso.foresight.rules.account import gaps as arithmetic
from tinhso.foresight.rules.account.declared import account_of, years_of
from tinhso.foresight.types.account import (
    Declared,
    Fact,
    Gaps,
    ManufacturingGap,
    Share,
    ShareGap,
)
from tinhso.foresight.types.account_refusals import AccountUnknown
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Target
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import versions
from tinhso.security import queries as security
from tinhso.security.types import Deed

ACCOUNTS = "accounts"


def account_gaps(*, actor: Actor) -> Gaps:
    """Work out what the targets ask, from the values that are stored.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises AccountUnknown: if no pack declares an account.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    return gaps_of(declared())


def declared() -> Declared:
    """Read the account that packs declare.

    :raises AccountUnknown: if none does.
    """
    content = next(iter(versions.in_force(kind=ACCOUNTS)), None)
    if content is None:
        raise AccountUnknown
    years = years_of(content.body)
    periods = {year: indicators.period(key=year) for year in years}
    return account_of(content.body, periods)


def gaps_of(found: Declared) -> Gaps:
    """Work out the arithmetic beside each target of the account's indicators."""
    shares = _targets(found.share_indicator)
    parts = _targets(found.manufacturing_indicator)
    return Gaps(
        shares=tuple(filter(None, (_share_gap(found, one) for one in shares))),
        manufacturing=tuple(
            filter(None, (_manufacturing_gap(found, shares, one) for one in parts))
        ),
    )


def _targets(indicator: str) -> list[Target]:
    """List the targets of an indicator, those due first first."""
    told = (one for plan in indicators.plans().values() for one in plan)
    mine = (one for one in told if one.indicator == indicator)
    return sorted(mine, key=lambda one: one.due)


def _share_gap(found: Declared, target: Target) -> ShareGap | None:
    start = _start(found.shares, found.province, target)
    goal = target.goal.at_least
    if start is None or goal is None or goal <= start.value:
        return None
    return arithmetic.share_gap(target, start, goal, arithmetic.growths(_facts(found)))


def _start(shares: Iterable[Share], place: str, target: Target) -> Share | None:
    """Find the newest share of the province from a year before it is due."""
    mine = (
        one
        for one in shares
        if one.place == place
        and not one.vintage
        and one.period.last.year < target.due.last.year
    )
    return max(mine, key=lambda one: one.period, default=None)


def _facts(found: Declared) -> list[Fact]:
    return [one for one in found.facts if one.place == found.province]


def _manufacturing_gap(
    found: Declared, shares: Iterable[Target], target: Target
) -> ManufacturingGap | None:
    """Work out a part of the share that is due in the same period."""
    known = [one for one in _facts(found) if one.key == arithmetic.MANUFACTURING]
    goals = (one.goal.at_least for one in shares if one.due == target.due)
    low, goal = target.goal.at_least, next(goals, None)
    if not known or low is None or goal is None:
        return None
    return arithmetic.manufacturing_gap(
        target,
        low=low,
        high=target.goal.at_most or low,
        goal=goal,
        fact=max(known, key=lambda one: one.period),
    )
