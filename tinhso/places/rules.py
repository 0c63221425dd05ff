"""Pure rules of places: the tile map, what a boundary is, how successions chain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import cos, inf, radians, sqrt
from typing import Any

from tinhso.kernel.text import fold
from tinhso.places.types import How

ROW_HEIGHT = sqrt(3) / 2  # of pointy-topped cells one wide
# Cells per unit in the box around the centers: fewer crowd the tiles, more scatter.
CELLS_PER_UNIT = 1.9


@dataclass(frozen=True, slots=True)
class Center:
    """A unit's center, degrees of WGS 84."""

    code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the tile map; odd rows stand half a cell to the right."""

    column: int
    row: int

    @property
    def x(self) -> float:
        """Tell the center's way to the right, in widths of a cell."""
        return self.column + 0.5 * (self.row % 2)

    @property
    def y(self) -> float:
        """Tell the center's way down, in widths of a cell."""
        return self.row * ROW_HEIGHT


@lru_cache(maxsize=8)
def tile_map(centers: tuple[Center, ...]) -> dict[str, Cell]:
    """Give every unit a cell of its own, as near to its true place as all allow.

    The sum of the squared distances from true place to cell is the smallest there
    is on the grid (Kuhn 1955); equal input gives equal output.
    """
    if not centers:
        return {}
    ordered = sorted(centers, key=lambda center: center.code)
    points = _projected(ordered)
    cells = _grid(points)
    cost = [
        [(x - cell.x) ** 2 + (y - cell.y) ** 2 for cell in cells] for x, y in points
    ]
    chosen = _cheapest_matching(cost)
    return {
        center.code: cells[column]
        for center, column in zip(ordered, chosen, strict=True)
    }


def chain(first: How, then: How) -> How:
    """Join two passings: a part of a whole is a part; kept changes nothing.

    >>> chain(How.WHOLE, How.PART).value
    'part'
    """
    if How.PART in (first, then):
        return How.PART
    return then if first is How.KEPT else first


def same_name(left: str, right: str) -> bool:
    """Compare names of units however their tone marks are placed: Hoà, Hòa.

    >>> same_name("Xã Hải Hoà", "xã Hải Hòa")
    True
    """
    return fold(left) == fold(right)


def boundary_fault(geometry: Any) -> str | None:
    """Say what is wrong with a boundary by RFC 7946, None when nothing is."""
    if not isinstance(geometry, Mapping):
        return "thiếu hình học"
    shape, coordinates = geometry.get("type"), geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(shape))
    if not isinstance(polygons, list) or not polygons:
        return "phải là Polygon hoặc MultiPolygon"
    return next(_ring_faults(polygons), None)


def _ring_faults(polygons: list[Any]) -> Iterator[str]:
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            yield "đa giác rỗng"
            return
        for ring in polygon:
            if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
                yield "vòng biên phải khép kín và có ít nhất bốn điểm"
            elif not all(_is_position(point) for point in ring):
                yield "tọa độ phải là kinh độ, vĩ độ WGS 84"


def _is_position(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(type(value) in (int, float) for value in point)
        and abs(point[0]) <= 180
        and abs(point[1]) <= 90
    )


def _projected(centers: Sequence[Center]) -> list[tuple[float, float]]:
    """Lay the centers flat, scaled so that the box holds enough cells, y down."""
    shrink = cos(radians(sum(c.latitude for c in centers) / len(centers)))
    flat = [(c.longitude * shrink, -c.latitude) for c in centers]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    width = max(x for x, _ in flat) - left or 1.0
    height = max(y for _, y in flat) - top or 1.0
    wanted = len(centers) * CELLS_PER_UNIT * ROW_HEIGHT
    scale = sqrt(wanted / (width * height))
    return [((x - left) * scale, (y - top) * scale) for x, y in flat]


def _grid(points: Sequence[tuple[float, float]]) -> list[Cell]:
    # One cell more on every side, for units crowded at the edge.
    columns = range(-1, int(max(x for x, _ in points)) + 3)
    rows = range(-2, int(max(y for _, y in points) / ROW_HEIGHT) + 3)
    return [Cell(column, row) for row, column in product(rows, columns)]


def _cheapest_matching(cost: list[list[float]]) -> list[int]:
    """Match every row to a column of its own at the least total cost.

    cost: (rows, columns) with rows ≤ columns. The Hungarian method in the form of
    shortest augmenting paths (Jonker and Volgenant 1987), O(rows² · columns).
    """
    matching = _Matching(cost)
    for row in range(len(cost)):
        matching.add(row)
    columns = {row: column for column, row in matching.row_of.items()}
    return [columns[row] for row in range(len(cost))]


class _Matching:
    """The matching as it grows, with the prices that prove it cheapest."""

    def __init__(self, cost: list[list[float]]) -> None:
        self.cost = cost
        self.columns = range(len(cost[0]))
        self.row_price = [0.0] * len(cost)
        self.column_price = [0.0] * len(cost[0])
        self.row_of: dict[int, int] = {}

    def add(self, row: int) -> None:
        """Match one more row, moving others along the cheapest path."""
        slack = [inf] * len(self.columns)
        came_from: list[int | None] = [None] * len(self.columns)
        seen: set[int] = set()
        column: int | None = None
        current = row
        while True:
            self._relax(current, column, seen, slack, came_from)
            column = min(
                (c for c in self.columns if c not in seen), key=slack.__getitem__
            )
            self._reprice(row, seen, slack, slack[column])
            seen.add(column)
            if column not in self.row_of:
                break
            current = self.row_of[column]
        self._turn_path(row, column, came_from)

    def _relax(
        self,
        row: int,
        via: int | None,
        seen: set[int],
        slack: list[float],
        came_from: list[int | None],
    ) -> None:
        reduced: Callable[[int], float] = lambda c: (  # noqa: E731 - read as a formula
            self.cost[row][c] - self.row_price[row] - self.column_price[c]
        )
        for column in self.columns:
            if column not in seen and reduced(column) < slack[column]:
                slack[column], came_from[column] = reduced(column), via

    def _reprice(self, row: int, seen: set[int], slack: list[float], by: float) -> None:
        self.row_price[row] += by
        for column in self.columns:
            if column in seen:
                self.row_price[self.row_of[column]] += by
                self.column_price[column] -= by
            else:
                slack[column] -= by

    def _turn_path(self, row: int, column: int, came_from: list[int | None]) -> None:
        while (previous := came_from[column]) is not None:
            self.row_of[column] = self.row_of[previous]
            column = previous
        self.row_of[column] = row
