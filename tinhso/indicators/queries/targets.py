"""Tell how what was promised stands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.queries.reported import with_reported
from tinhso.indicators.queries.values import Found, figures
from tinhso.indicators.rules.periods import judged_by
from tinhso.indicators.rules.standing import standing
from tinhso.indicators.types import (
    Figure,
    Indicator,
    PlanUnknown,
    Standing,
    Target,
    Value,
)


def standings(
    *, on: date, plan: str = "", made_up: bool = False
) -> tuple[Standing, ...]:
    """Tell how the targets of a plan, or of all, stand on a day.

    An indicator that is computed is judged by what was computed, never by a month that
    is incomplete; made_up: of made-up data.

    :raises PlanUnknown: if no pack declares it.
    """
    all_plans = plans()
    if plan and plan not in all_plans:
        raise PlanUnknown(key=plan)
    chosen = [plan] if plan else sorted(all_plans)
    known = _with_values(on, made_up)
    targets = [target for key in chosen for target in all_plans[key]]
    counted = _counted(targets, known, on, made_up)
    return tuple(
        standing(one, _judged(one, known[one.indicator], counted, on), on)
        for one in targets
    )


def _counted(
    targets: Iterable[Target],
    known: Mapping[str, Indicator],
    on: date,
    made_up: bool,
) -> Found:
    """Read what was computed of all that targets are judged by, in one question."""
    asked = [one for one in targets if _is_computed(known[one.indicator])]
    periods = {period for one in asked for period in judged_by(one.due, on)}
    if not periods:
        return {}
    keys = {one.indicator for one in asked}
    return figures(keys=keys, periods=sorted(periods), on=on, made_up=made_up)


def _is_computed(one: Indicator) -> bool:
    return bool(one.computed or one.formula)


def _judged(target: Target, one: Indicator, counted: Found, on: date) -> Indicator:
    """Put what was computed to an indicator that is, as its target asks for it."""
    if not _is_computed(one):
        return one
    periods = judged_by(target.due, on)
    return replace(one, values=_values(counted.get((one.key, p)) for p in periods))


def _values(figures: Iterable[Figure | None]) -> tuple[Value, ...]:
    return tuple(
        Value(one.cell.period, one.value, one.status, _source(one))
        for one in figures
        if one and one.is_complete and one.value is not None
    )


def _source(figure: Figure) -> str:
    run = figure.run
    return f"{run.dataset} ({run.uuid}, {run.snapshot_id})" if run else ""


def _with_values(on: date, made_up: bool) -> Mapping[str, Indicator]:
    """List the indicators with what documents state of them, or agencies report."""
    declared = indicators()
    reported = with_reported(declared, list(declared), on, made_up)
    return dict(declared) | {
        key: replace(declared[key], values=values) for key, values in reported.items()
    }
