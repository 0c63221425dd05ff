"""Tell how what was promised stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.queries.reported import with_reported
from tinhso.indicators.rules.standing import standing
from tinhso.indicators.types import Indicator, PlanUnknown, Standing


def standings(*, on: date, plan: str = "") -> tuple[Standing, ...]:
    """Tell how the targets of a plan, or of all, stand on a day.

    :raises PlanUnknown: if no pack declares it.
    """
    all_plans = plans()
    if plan and plan not in all_plans:
        raise PlanUnknown(key=plan)
    chosen = [plan] if plan else sorted(all_plans)
    known = _with_values(on)
    return tuple(
        standing(target, known[target.indicator], on)
        for key in chosen
        for target in all_plans[key]
    )


def _with_values(on: date) -> Mapping[str, Indicator]:
    """List the indicators with what documents state of them, or agencies report."""
    declared = indicators()
    reported = with_reported(declared, list(declared), on)
    return dict(declared) | {
        key: replace(declared[key], values=values) for key, values in reported.items()
    }
