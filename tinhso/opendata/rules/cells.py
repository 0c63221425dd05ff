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
    while found_out := _found_out(figures, equations, found):
        leaks = {
            one for one in found_out if is_exposed(figures[one], older.get(one, ()))
        }
        if not leaks:
            return found
        # A partner that is found out itself covers nobody. It is its total that tells
        # it, and to hide another cell would only tell the sum of both.
        beside = {one for eq in equations if leaks & eq.keys() for one in eq}
        told = (beside & found_out) - leaks
        found |= (
            _partners(told, figures, equations, found, totals_first=True)
            or _partners(leaks, figures, equations, found)
            or _wider(figures, equations, found)
        )
    return found


def _found_out(
    figures: Mapping[Figure, int], equations: Sequence[Equation], gone: set[Figure]
) -> set[Figure]:
    seen = {one: None if one in gone else n for one, n in figures.items()}
    return set(recovered(seen, equations))


def _partners(
    leaks: set[Figure],
    figures: Mapping[Figure, int],
    equations: Sequence[Equation],
    gone: set[Figure],
    *,
    totals_first: bool = False,
) -> set[Figure]:
    """Hide one more figure beside each that leaks: the smallest cell, else a total.

    It is of the narrowest total, and the wider ones are looked at again next time.
    """
    open_ones = sorted((one for one in equations if one.keys() - gone), key=len)
    near = [next((one for one in open_ones if leak in one), None) for leak in leaks]
    return {_smallest(one, figures, gone, totals_first) for one in near if one}


def _wider(
    figures: Mapping[Figure, int], equations: Sequence[Equation], gone: set[Figure]
) -> set[Figure]:
    """Hide one figure of each total in which something is hidden already."""
    open_ones = (one for one in equations if one.keys() - gone and one.keys() & gone)
    return {_smallest(one, figures, gone) for one in open_ones}


def _smallest(
    equation: Equation,
    figures: Mapping[Figure, int],
    gone: set[Figure],
    totals_first: bool = False,
) -> Figure:
    return min(
        equation.keys() - gone,
        key=lambda one: (bool(one[0]) != totals_first, figures[one], str(one)),
    )
