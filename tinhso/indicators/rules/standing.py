"""How a target stands, by one stated rule.

- Nobody knows a value: unknown, never zero.
- What it was measured on is no more: ended.
- The latest value is what it must be: met.
- Its time is over: missed if a value of the due time or later says so, else outdated.
- Its time runs: on track if the latest value lies on the straight line from the first
  value to the goal or beyond, behind if not; open where no line can be drawn yet.
"""

from datetime import date

from tinhso.indicators.types import Indicator, Standing, State, Target, Value


def standing(target: Target, indicator: Indicator, on: date) -> Standing:
    """Tell how a target stands on a day, by the values of times that are over then."""
    known = [one for one in indicator.values if one.period.last <= on]
    baseline, latest = (known[0], known[-1]) if known else (None, None)
    expected = _expected(target, baseline, latest)
    return Standing(
        target=target,
        indicator=indicator,
        state=_state(target, latest, expected, on),
        baseline=baseline,
        latest=latest,
        expected=expected,
    )


def _state(
    target: Target, latest: Value | None, expected: float | None, on: date
) -> State:
    if target.ended_on is not None and target.ended_on <= on:
        return State.ENDED
    if latest is None:
        return State.UNKNOWN
    if target.goal.is_met_by(latest.value):
        return State.MET
    if target.due.last <= on:
        is_told = latest.period.last >= target.due.last
        return State.MISSED if is_told else State.OUTDATED
    return _on_its_way(target, latest.value, expected)


def _on_its_way(target: Target, value: float, expected: float | None) -> State:
    if expected is None:
        return State.OPEN
    is_upwards = target.goal.at_most is None or value < target.goal.aim
    is_there = value >= expected if is_upwards else value <= expected
    return State.ON_TRACK if is_there else State.BEHIND


def _expected(
    target: Target, baseline: Value | None, latest: Value | None
) -> float | None:
    """Find the line's height at the latest value; none from one value alone."""
    if baseline is None or latest is None or baseline.period == latest.period:
        return None
    span = (target.due.last - baseline.period.last).days
    if span <= 0:
        return None
    gone = min(1.0, (latest.period.last - baseline.period.last).days / span)
    return baseline.value + (target.goal.aim - baseline.value) * gone
