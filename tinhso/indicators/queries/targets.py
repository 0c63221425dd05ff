"""Tell how what was promised stands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.queries.reported import with_reported
from tinhso.indicators.queries.values import figures
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
    known = _with_values(on)
    targets = [target for key in chosen for target in all_plans[key]]
    counted = _counted(targets, known, on, made_up)
    return tuple(
        standing(one, counted.get(one.indicator, known[one.indicator]), on)
        for one in targets
    )


def _counted(
    targets: Iterable[Target],
    known: Mapping[str, Indicator],
    on: date,
    made_up: bool,
) -> Mapping[str, Indicator]:
    """Put what was computed to the indicators that are, by key."""
    asked = {
        one.indicator: judged_by(one.due, on)
        for one in targets
        if known[one.indicator].computed or known[one.indicator].formula
    }
    if not asked:
        return {}
    periods = sorted({period for listed in asked.values() for period in listed})
    found = figures(keys=asked, periods=periods, on=on, made_up=made_up)
    return {
        key: replace(
            known[key], values=_values(found.get((key, period)) for period in listed)
        )
        for key, listed in asked.items()
    }


def _values(figures: Iterable[Figure | None]) -> tuple[Value, ...]:
    return tuple(
        Value(one.cell.period, one.value, one.status, _source(one))
        for one in figures
        if one and one.is_complete and one.value is not None
    )


def _source(figure: Figure) -> str:
    run = figure.run
    return f"{run.dataset} ({run.uuid}, {run.snapshot_id})" if run else ""


def _with_values(on: date) -> Mapping[str, Indicator]:
    """List the indicators with what documents state of them, or agencies report."""
    declared = indicators()
    reported = with_reported(declared, list(declared), on)
    return dict(declared) | {
        key: replace(declared[key], values=values) for key, values in reported.items()
    }
