"""A diagram of a model: what is shown, what drives it, and which loops there are."""

from collections.abc import Iterator, Mapping

from tinhso.foresight.rules.diagrams.links import Pair, cells_of, joined, links_of
from tinhso.foresight.types.diagrams import Diagram, Link, Loop, Part, Sign, Thing
from tinhso.foresight.types.dynamics import Model, Sort

MOST_LOOPS, LONGEST = 40, 6
Named = Mapping[tuple[str, str], Sign]


def diagram_of(model: Model) -> Diagram:
    """Find what drives what among levers, measured inputs, stocks and outputs.

    Other variables lie between: a way through them has the product of their signs.

    :raises ModelRefused: if the model comes to no number at its medians.
    """
    things = tuple(_things(model))
    shown = {one.name for one in things}
    cells = cells_of(model)
    names = {number: label.split("[", 1)[0] for number, label in cells.labels.items()}
    ends = {number for number, name in names.items() if name in shown}
    named: dict[tuple[str, str], Sign] = {}
    for (source, into), sign in _ways(links_of(cells), ends).items():
        pair = names[source], names[into]
        named[pair] = joined(named.get(pair), sign)
    links = tuple(
        Link(source, into, sign)
        for (source, into), sign in sorted(named.items())
        if source != into
    )
    loops = tuple(_loops(named))[:MOST_LOOPS]
    return Diagram(model.key, model.title, model.title_en, things, links, loops)


def _things(model: Model) -> Iterator[Thing]:
    for one in model.parameters:
        if one.lever or one.measured:
            part = Part.LEVER if one.lever else Part.INPUT
            yield Thing(one.name, one.title, one.title_en or one.title, part)
    for variable in model.variables:
        is_stock = variable.sort is Sort.STOCK
        if is_stock or variable.name in model.outputs:
            part = Part.STOCK if is_stock else Part.OUTPUT
            title_en = variable.title_en or variable.title
            yield Thing(variable.name, variable.title, title_en, part)


def _ways(links: Mapping[Pair, Sign], ends: set[int]) -> dict[Pair, Sign]:
    """Follow links from one end to the next ends, through what is not shown."""
    after: dict[int, list[tuple[int, Sign]]] = {}
    for (source, into), sign in links.items():
        # What smooths runs down by itself; that is its own affair.
        if source != into or source in ends:
            after.setdefault(source, []).append((into, sign))
    found: dict[Pair, Sign] = {}
    for start in sorted(ends):
        for into, sign in _reached(after, ends, start):
            found[start, into] = joined(found.get((start, into)), sign)
    return found


def _reached(
    after: Mapping[int, list[tuple[int, Sign]]], ends: set[int], start: int
) -> Iterator[tuple[int, Sign]]:
    waiting, seen = [*after.get(start, ())], set()
    while waiting:
        place, sign = waiting.pop()
        if (place, sign) in seen:
            continue
        seen.add((place, sign))
        if place in ends:
            yield place, sign
            continue
        waiting += [(into, times(sign, more)) for into, more in after.get(place, ())]


def times(one: Sign, other: Sign) -> Sign:
    """Answer the sign of one link after another."""
    if Sign.MIXED in (one, other):
        return Sign.MIXED
    return Sign.MORE if one is other else Sign.LESS


def _loops(links: Named) -> Iterator[Loop]:
    """List the loops, the shortest first; each once, from the first of its names."""
    after: dict[str, list[str]] = {}
    for source, into in links:
        after.setdefault(source, []).append(into)
    for length in range(1, LONGEST + 1):
        for start in sorted(after):
            for way in _circles(after, (start,), length):
                yield Loop(way, _is_reinforcing(links, way))


def _circles(
    after: Mapping[str, list[str]], way: tuple[str, ...], length: int
) -> Iterator[tuple[str, ...]]:
    for into in sorted(after.get(way[-1], ())):
        if len(way) == length:
            if into == way[0]:
                yield way
        elif into > way[0] and into not in way:
            yield from _circles(after, (*way, into), length)


def _is_reinforcing(links: Named, way: tuple[str, ...]) -> bool | None:
    sign = Sign.MORE
    for source, into in zip(way, (*way[1:], way[0]), strict=True):
        sign = times(sign, links[source, into])
    return None if sign is Sign.MIXED else sign is Sign.MORE
