"""Tell how what was promised stands."""

from datetime import date

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.rules.standing import standing
from tinhso.indicators.types import PlanUnknown, Standing


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
