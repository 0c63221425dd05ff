"""The places of an array: one for each combination of elements."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import ModelTooLarge, NameUnknown

MOST_CELLS = 20_000
Dimensions = Mapping[str, tuple[str, ...]]


def places_of(
    names: Sequence[str], dimensions: Dimensions, origin: Origin
) -> list[tuple[str, ...]]:
    """List the places of an array by some dimensions; one, (), of what is none.

    :raises NameUnknown: if there is no such dimension, or it is named twice.
    :raises ModelTooLarge: if there are more than are computed.
    """
    for name in names:
        if name not in dimensions or list(names).count(name) > 1:
            raise NameUnknown(origin, name=name)
    if prod(len(dimensions[name]) for name in names) > MOST_CELLS:
        raise ModelTooLarge(origin, most=MOST_CELLS)
    return list(product(*(dimensions[name] for name in names)))
