"""Read what is measured and promised, and how it stands."""

from collections.abc import Mapping
from datetime import date

from tinhso.indicators.rules import declared
from tinhso.indicators.rules.standing import standing
from tinhso.indicators.types import Indicator, PlanUnknown, Standing, Target
from tinhso.kernel.packs import versions

INDICATORS, TARGETS = "indicators", "targets"


def indicators() -> Mapping[str, Indicator]:
    """List the indicators in force by key."""
    return {
        one.key: one
        for content in versions.in_force(kind=INDICATORS)
        for one in declared.indicators_of(content.body)
    }


def plans() -> Mapping[str, tuple[Target, ...]]:
    """List the targets in force by the plan that sets them."""
    return {
        content.key: tuple(declared.targets_of(content.body))
        for content in versions.in_force(kind=TARGETS)
    }


def standings(*, on: date, plan: str = "") -> tuple[Standing, ...]:
    """Tell how the targets of a plan, or of all, stand on a day.

    :raises PlanUnknown: if no pack declares it.
    """
    known, all_plans = indicators(), plans()
    if plan and plan not in all_plans:
        raise PlanUnknown(key=plan)
    chosen = [plan] if plan else sorted(all_plans)
    return tuple(
        standing(target, known[target.indicator], on)
        for key in chosen
        for target in all_plans[key]
    )
