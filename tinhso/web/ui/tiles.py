"""The province as hexagons, one a commune: readable where islands are dots."""

from collections.abc import Sequence
from math import cos, radians, sin, sqrt

from tinhso.places.types import Hexagon

RADIUS = 0.95 / sqrt(3)  # of a cell one wide, a little smaller for the gaps
CORNERS = [
    (RADIUS * cos(radians(a)), RADIUS * sin(radians(a))) for a in range(30, 390, 60)
]


def points(tile: Hexagon) -> str:
    """Write the corners of a tile for an SVG."""
    return " ".join(f"{tile.x + x:.2f},{tile.y + y:.2f}" for x, y in CORNERS)


def view_box(tiles: Sequence[Hexagon]) -> str:
    """Write the `viewBox` that holds all tiles."""
    if not tiles:
        return "0 0 1 1"
    left, top = min(t.x for t in tiles) - 0.6, min(t.y for t in tiles) - 0.6
    width = max(t.x for t in tiles) + 0.6 - left
    height = max(t.y for t in tiles) + 0.6 - top
    return f"{left:.2f} {top:.2f} {width:.2f} {height:.2f}"
