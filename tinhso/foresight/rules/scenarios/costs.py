"""What levers cost, year by year, above their baseline."""

from tinhso.foresight.types.dynamics import Lever, Model
from tinhso.foresight.types.scenarios import Cost

YEAR = 1.0


def costs_of(
    model: Model, lever: Lever, value: float, until: float
) -> tuple[Cost, ...] | None:
    """List the cost of each year before a time; None if nobody told what it costs.

    A lever below its baseline saves nothing. The last year may be a part of one.
    """
    if lever.cost is None:
        return None
    since = model.times.start if model.levers_from is None else model.levers_from
    yearly = lever.cost * max(value - lever.baseline, 0.0)
    costs = []
    while since < until:
        costs.append(Cost(since, yearly * min(YEAR, until - since)))
        since += YEAR
    return tuple(costs)


def total_of(model: Model, lever: Lever, value: float, until: float) -> float:
    """Answer the cost of all years before a time, VND million; 0 if nobody told."""
    costs = costs_of(model, lever, value, until)
    return sum(one.amount for one in costs or ())
