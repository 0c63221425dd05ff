"""Which figures are hidden: the small ones, and as many more as give them away."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from tinhso.opendata.rules.attacks import (
    Equation,
    Figure,
    equations_of,
    is_exposed,
    level_of,
    recovered,
)


def with_totals(
    cells: Mapping[tuple[Hashable, ...], int],
    dimensions: Sequence[str],
    totals: Sequence[Sequence[str]],
) -> dict[Figure, int]:
    """Add the declared totals to cells."""
    figures: Counter[Figure] = Counter({("", key): n for key, n in cells.items()})
    for names in totals:
        places = [dimensions.index(name) for name in names]
        for key, count in cells.items():
            figures[level_of(names), tuple(key[place] for place in places)] += count
    return dict(figures)


def hidden(
    figures: Mapping[Figure, int],
    older: Mapping[Figure, Sequence[int]],
    dimensions: Sequence[str],
) -> set[Figure]:
    """Choose what is hidden so that no figure of too few can be found out.

    older: what was seen of each in earlier versions.

    :raises TotalsTooEntangled: if too many hang together.
    """
    found = {one for one, n in figures.items() if is_exposed(n, older.get(one, ()))}
    equations = equations_of(figures, dimensions)
    while leaks := _leaks(figures, older, equations, found):
        found |= _partners(leaks, figures, equations, found)
    return found


def _leaks(
    figures: Mapping[Figure, int],
    older: Mapping[Figure, Sequence[int]],
    equations: Sequence[Equation],
    gone: set[Figure],
) -> set[Figure]:
    seen = {one: None if one in gone else n for one, n in figures.items()}
    found = recovered(seen, equations)
    return {one for one, n in found.items() if is_exposed(n, older.get(one, ()))}


def _partners(
    leaks: set[Figure],
    figures: Mapping[Figure, int],
    equations: Sequence[Equation],
    gone: set[Figure],
) -> set[Figure]:
    """Hide one more figure beside each that leaks: the smallest cell, else a total.

    It is of the narrowest total, and the wider ones are looked at again next time.
    """
    open_ones = sorted((one for one in equations if one.keys() - gone), key=len)
    near = {
        leak: next((one for one in open_ones if leak in one), None) for leak in leaks
    }
    found = {_smallest(one, figures, gone) for one in near.values() if one}
    # What all its own totals leave open may follow from those of others.
    return found or {
        _smallest(one, figures, gone) for one in open_ones if gone & one.keys()
    }


def _smallest(
    equation: Equation, figures: Mapping[Figure, int], gone: set[Figure]
) -> Figure:
    return min(
        equation.keys() - gone, key=lambda one: (bool(one[0]), figures[one], str(one))
    )
