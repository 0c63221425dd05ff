"""Make values say less, one declared step at a time."""

from collections.abc import Hashable, Sequence
from datetime import date

from tinhso.opendata.types import Coarser


def coarsened(value: Hashable, step: Coarser) -> Hashable:
    """Make one value coarser; what is coarse already stays as it is.

    >>> coarsened(37, Coarser("age", "band", 10))
    30
    """
    if value is None or step.to == "any":
        return None
    if step.to == "keep":
        return str(value)[: step.size]
    if isinstance(value, date):
        month = 1 if step.to == "year" else value.month
        return date(value.year, month, 1)
    if isinstance(value, int | float):
        return type(value)(value // step.size * step.size)
    return value


def coarsened_key(
    key: tuple[Hashable, ...], columns: Sequence[str], steps: Sequence[Coarser]
) -> tuple[Hashable, ...]:
    """Make the values of several columns coarser."""
    values = dict(zip(columns, key, strict=True))
    for step in steps:
        if step.column in values:
            values[step.column] = coarsened(values[step.column], step)
    return tuple(values[name] for name in columns)
