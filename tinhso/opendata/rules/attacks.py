"""How somebody could be found out; each attack is given what anybody can download.

Of figures a stranger knows that a row stands for at least one, and every total that is
published. They solve what is hidden as a system of equations, and narrow it by bounds.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from tinhso.opendata.types import FEWEST, Hit, TotalsTooEntangled

# A figure: ("", values of the cell) or (columns a total is by, their values).
Figure = tuple[str, tuple[Hashable, ...]]
Equation = dict[Figure, int]
ROUNDS = 60
# A system larger than this is not looked at, and its dataset not published.
MOST_EQUATIONS = 1500
PRIME = 2**61 - 1
GRAND = "*"

Key = tuple[Hashable, ...]


def level_of(names: Iterable[str]) -> str:
    """Name a level of totals: `month,agency`; the grand total is `*`."""
    return ",".join(names) or GRAND


def equations_of(
    figures: Iterable[Figure], dimensions: Sequence[str]
) -> list[Equation]:
    """Write how totals follow from cells: the cells of each, less the total, is 0."""
    by_total: dict[Figure, Equation] = {}
    cells = []
    for figure in figures:
        if figure[0]:
            by_total[figure] = {figure: -1}
        else:
            cells.append(figure)
    levels = {level: _places(level, dimensions) for level, _ in by_total}
    for cell in cells:
        for level, places in levels.items():
            total = (level, tuple(cell[1][place] for place in places))
            if total in by_total:
                by_total[total][cell] = 1
    return list(by_total.values())


def _places(level: str, dimensions: Sequence[str]) -> list[int]:
    names = [] if level == GRAND else level.split(",")
    return [dimensions.index(name) for name in names]


def recovered(
    figures: Mapping[Figure, int | None], equations: Sequence[Equation]
) -> dict[Figure, int]:
    """Find the hidden figures that follow from those that are seen.

    figures: None for what is hidden.

    :raises TotalsTooEntangled: if too many hang together.
    """
    unknown = [_unknown(equation, figures) for equation in equations]
    found: dict[Figure, int] = {}
    for system in _components([(left, right) for left, right in unknown if left]):
        if len(system) > MOST_EQUATIONS:
            raise TotalsTooEntangled
        found |= _solved(system)
        found |= _bounded(system)
    return found


def _unknown(
    equation: Equation, figures: Mapping[Figure, int | None]
) -> tuple[Equation, int]:
    left: Equation = {}
    right = 0
    for figure, factor in equation.items():
        value = figures[figure]
        if value is None:
            left[figure] = factor
        else:
            right -= factor * value
    return left, right


System = list[tuple[Equation, int]]


def _components(system: System) -> Iterator[System]:
    """Part a system into what hangs together."""
    where: dict[Figure, list[int]] = defaultdict(list)
    for place, (left, _) in enumerate(system):
        for figure in left:
            where[figure].append(place)
    seen: set[int] = set()
    for start in range(len(system)):
        if start not in seen:
            seen.add(start)
            yield [system[place] for place in _reached(start, system, where, seen)]


def _reached(
    start: int, system: System, where: Mapping[Figure, list[int]], seen: set[int]
) -> list[int]:
    part, queue = [], [start]
    while queue:
        place = queue.pop()
        part.append(place)
        for figure in system[place][0]:
            fresh = [other for other in where[figure] if other not in seen]
            seen.update(fresh)
            queue += fresh
    return part


def _solved(system: System) -> dict[Figure, int]:
    """Solve by elimination; figures are whole and small, so modulo a prime will do."""
    pivots: dict[Figure, tuple[Equation, int]] = {}
    for left, right in system:
        row, value = _reduced(dict(left), right, pivots)
        if row:
            pivot = next(iter(row))
            row, value = _scaled(row, value, pow(row[pivot], -1, PRIME))
            pivots = {
                one: _less(other, row, value, pivot) for one, other in pivots.items()
            }
            pivots[pivot] = (row, value)
    return {pivot: value for pivot, (row, value) in pivots.items() if len(row) == 1}


def _reduced(
    row: Equation, value: int, pivots: Mapping[Figure, tuple[Equation, int]]
) -> tuple[Equation, int]:
    for figure in [one for one in row if one in pivots]:
        row, value = _less((row, value), *pivots[figure], figure)
    return row, value


def _scaled(row: Equation, value: int, factor: int) -> tuple[Equation, int]:
    return {f: c * factor % PRIME for f, c in row.items()}, value * factor % PRIME


def _less(
    of: tuple[Equation, int], row: Equation, value: int, pivot: Figure
) -> tuple[Equation, int]:
    """Take so much of a row away that its pivot is gone."""
    left, right = of
    factor = left.get(pivot, 0)
    if not factor:
        return of
    rest = dict(left)
    for figure, by in row.items():
        kept = (rest.get(figure, 0) - factor * by) % PRIME
        if kept:
            rest[figure] = kept
        else:
            rest.pop(figure, None)
    return rest, (right - factor * value) % PRIME


def _bounded(system: System) -> dict[Figure, int]:
    """Narrow by bounds: each row stands for one at least."""
    least = {figure: 1 for left, _ in system for figure in left}
    most: dict[Figure, float] = dict.fromkeys(least, float("inf"))
    for _ in range(ROUNDS):
        narrower = [_narrow(left, right, least, most) for left, right in system]
        if not any(narrower):
            break
    return {figure: low for figure, low in least.items() if low == most[figure]}


def _narrow(
    left: Equation, right: int, least: dict[Figure, int], most: dict[Figure, float]
) -> bool:
    """Narrow the figures of one equation; tell whether anything became narrower."""
    lows = {f: _low(f, c, least, most) for f, c in left.items()}
    highs = {f: _high(f, c, least, most) for f, c in left.items()}
    is_narrower = False
    for figure, factor in left.items():
        top = right - _without(lows, figure)
        bottom = right - _without(highs, figure)
        low, high = (bottom, top) if factor > 0 else (-top, -bottom)
        if high < most[figure]:
            most[figure], is_narrower = high, True
        if low > least[figure]:
            least[figure], is_narrower = int(low), True
    return is_narrower


def _without(bounds: Mapping[Figure, float], figure: Figure) -> float:
    # Infinity less infinity is nothing, so the others are added anew only then.
    whole = sum(bounds.values())
    if abs(whole) != float("inf"):
        return whole - bounds[figure]
    return sum(value for other, value in bounds.items() if other != figure)


def _low(
    figure: Figure, factor: int, least: dict[Figure, int], most: dict[Figure, float]
) -> float:
    return least[figure] if factor > 0 else -most[figure]


def _high(
    figure: Figure, factor: int, least: dict[Figure, int], most: dict[Figure, float]
) -> float:
    return most[figure] if factor > 0 else -least[figure]


def is_exposed(value: int, older: Iterable[int]) -> bool:
    """Tell whether a figure, or its difference to an older one, is of too few."""
    changes = (abs(value - one) for one in older)
    return 0 < value < FEWEST or any(0 < change < FEWEST for change in changes)


def on_figures(
    figures: Mapping[Figure, int | None],
    older: Mapping[Figure, Sequence[int]],
    *,
    dimensions: Sequence[str],
    column: str,
) -> list[Hit]:
    """Attack figures: read them, compare them with older ones, solve what is hidden."""
    hits = [
        Hit("differenced", column, _said(figure))
        for figure, value in figures.items()
        if value is not None and is_exposed(value, older.get(figure, ()))
    ]
    found = recovered(figures, equations_of(figures, dimensions))
    return hits + [
        Hit("recovered", column, _said(figure))
        for figure, value in found.items()
        if is_exposed(value, older.get(figure, ()))
    ]


def on_rows(
    rows: Iterable[Key], known: Iterable[Key], *, columns: Sequence[str]
) -> list[Hit]:
    """Link an auxiliary table with rows by quasi-identifiers.

    known: what somebody knows of persons; a person who fits fewer rows than would hide
    them is found. For everybody in the rows, give the rows themselves.
    """
    counts = Counter(rows)
    named = ", ".join(columns)
    return [
        Hit("linked", named, _words(key))
        for key in dict.fromkeys(known)
        if 0 < counts[key] < FEWEST
    ]


def on_sensitive(
    rows: Iterable[tuple[Key, Hashable]], *, column: str, diversity: int
) -> list[Hit]:
    """Find groups in which everybody has the same, so that it is known of each."""
    held: dict[Key, set[Hashable]] = defaultdict(set)
    for key, value in rows:
        held[key].add(value)
    return [
        Hit("alike", column, _words(key))
        for key, values in held.items()
        if len(values) < diversity
    ]


def on_changes(
    rows: Iterable[Key], older: Iterable[Key], *, columns: Sequence[str]
) -> list[Hit]:
    """Find groups that too few came to, or left, since an older version."""
    now, then = Counter(rows), Counter(older)
    named = ", ".join(columns)
    return [
        Hit("differenced", named, _words(key))
        for key in now | then
        if now[key] and 0 < abs(now[key] - then[key]) < FEWEST
    ]


def _said(figure: Figure) -> str:
    level, values = figure
    return f"{level}: {_words(values)}" if level else _words(values)


def _words(key: Iterable[Hashable]) -> str:
    return " × ".join("–" if value is None else str(value) for value in key)
