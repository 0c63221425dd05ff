"""Maps drawn on the server: outlines of communes, and what registers know upon them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

WIDTH = 800
MARGIN = 12
# Quảng Ninh and its islands, where nothing says more, in degrees.
USUAL = (106.43, 20.70, 108.08, 21.67)
SMALLEST = 8  # units; what is smaller is no outline behind a map
LEAST = 0.02  # degrees, so that a single point has surroundings

Box = tuple[float, float, float, float]
Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a map. path: of a line or outline; else a dot at x, y, as text."""

    title: str
    href: str
    path: str
    x: str
    y: str
    is_area: bool
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map: its `viewBox`, the outlines behind by name, what is upon them."""

    view: str
    behind: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What shall be drawn: a GeoJSON geometry with a title that leads somewhere."""

    shape: Shape
    title: str
    href: str
    is_synthetic: bool = False


def draw(
    things: Sequence[Thing],
    *,
    behind: Mapping[str, Shape],
    names: Mapping[str, str],
    around: Sequence[str] = (),
) -> Drawn:
    """Draw things upon outlines: the whole province, or what is around some communes.

    behind: outlines by code; names: what the codes are called; around: some of them.
    """
    wanted = [behind[code] for code in around if code in behind]
    ground = _Ground(_box(wanted or list(behind.values())) or USUAL)
    return Drawn(
        view=f"0 0 {WIDTH} {ground.height}",
        behind=tuple(
            (names.get(code, code), path)
            for code, shape in behind.items()
            if (path := ground.rough_path(shape))
        ),
        marks=tuple(_mark(ground, thing) for thing in things),
    )


def _mark(ground: "_Ground", thing: Thing) -> Mark:
    is_point = thing.shape["type"] == "Point"
    x, y = ground.at(thing.shape["coordinates"]) if is_point else (0, 0)
    return Mark(
        title=thing.title,
        href=thing.href,
        path="" if is_point else ground.path(thing.shape),
        x=f"{x:g}",
        y=f"{y:g}",
        is_area="Polygon" in thing.shape["type"],
        is_synthetic=thing.is_synthetic,
    )


class _Ground:
    """How degrees become places on paper: even, with the parallels' true length."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = _widened(box)
        squeeze = cos(radians((south + north) / 2))
        self._west, self._north, self._squeeze = west, north, squeeze
        self._scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)
        self.height = round((north - south) * self._scale + 2 * MARGIN)

    def at(self, place: Sequence[float]) -> tuple[float, float]:
        """Find where longitude and latitude lie."""
        x = (place[0] - self._west) * self._squeeze * self._scale + MARGIN
        y = (self._north - place[1]) * self._scale + MARGIN
        return round(x, 1), round(y, 1)

    def path(self, shape: Shape) -> str:
        """Write a geometry as the path of an SVG."""
        closed = "Z" if "Polygon" in shape["type"] else ""
        return "".join(self._line(line) + closed for line in _lines(shape))

    def rough_path(self, shape: Shape) -> str:
        """Write an outline in whole units, for what only lies behind.

        Islets smaller than a few units, and what lies off the map, are left out: by far
        most of the bytes.
        """
        return "".join(self._rough_line(line) for line in _lines(shape))

    def _rough_line(self, line: Sequence[Sequence[float]]) -> str:
        places: list[tuple[int, int]] = []
        for x, y in map(self.at, line):
            if not places or places[-1] != (round(x), round(y)):
                places.append((round(x), round(y)))
        if _reach(places) < SMALLEST or not self._shows(places):
            return ""
        steps = (f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(places))
        return f"M{places[0][0]} {places[0][1]}l{' '.join(steps)}z"

    def _shows(self, places: Sequence[tuple[int, int]]) -> bool:
        across = [x for x, _ in places]
        down = [y for _, y in places]
        return (
            max(across) >= 0
            and min(across) <= WIDTH
            and max(down) >= 0
            and min(down) <= self.height
        )

    def _line(self, line: Sequence[Sequence[float]]) -> str:
        places = (self.at(place) for place in line)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _reach(places: Sequence[tuple[int, int]]) -> int:
    across = [x for x, _ in places]
    down = [y for _, y in places]
    return max(max(across) - min(across), max(down) - min(down))


def _widened(box: Box) -> Box:
    west, south, east, north = box
    more_x = max(0.0, LEAST - (east - west)) / 2
    more_y = max(0.0, LEAST - (north - south)) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _box(shapes: Iterable[Shape]) -> Box | None:
    places = [place for shape in shapes for line in _lines(shape) for place in line]
    if not places:
        return None
    x, y = [place[0] for place in places], [place[1] for place in places]
    return min(x), min(y), max(x), max(y)


def _lines(shape: Shape) -> Iterator[Sequence[Sequence[float]]]:
    """Walk through the lines of a geometry, rings of outlines included."""
    yield from _parts(shape["coordinates"])


def _parts(part: Any) -> Iterator[Sequence[Sequence[float]]]:
    if isinstance(part[0], int | float):
        yield [part]
    elif isinstance(part[0][0], int | float):
        yield part
    else:
        for inner in part:
            yield from _parts(inner)
