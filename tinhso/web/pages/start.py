"""The front page: what one can do here, and the promise."""

from collections import Counter
from collections.abc import Sequence
from math import cos, radians, sin, sqrt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.places import queries as places
from tinhso.places.types import Hexagon
from tinhso.security.types import Access
from tinhso.web.policy import guarded

RADIUS = 0.95 / sqrt(3)  # of a cell one wide, a little smaller for the gaps
CORNERS = [
    (RADIUS * cos(radians(a)), RADIUS * sin(radians(a))) for a in range(30, 390, 60)
]
KINDS = {
    "ward": gettext_lazy("phường"),
    "commune": gettext_lazy("xã"),
    "special_zone": gettext_lazy("đặc khu"),
}


@guarded(Access.PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    today = clock.local(clock.now()).date()
    tiles = places.hexagons(on=today)
    counts = Counter(tile.unit.kind.value for tile in tiles)
    return render(
        request,
        "start/index.html",
        {
            "tiles": [_tile(tile) for tile in tiles],
            "view_box": _view_box(tiles),
            "legend": [
                {"kind": kind, "count": counts[kind], "name": name}
                for kind, name in KINDS.items()
                if counts[kind]
            ],
        },
    )


def _tile(tile: Hexagon) -> dict[str, Any]:
    points = " ".join(f"{tile.x + x:.2f},{tile.y + y:.2f}" for x, y in CORNERS)
    return {"name": tile.unit.name, "kind": tile.unit.kind.value, "points": points}


def _view_box(tiles: Sequence[Hexagon]) -> str:
    if not tiles:
        return "0 0 1 1"
    left, top = min(t.x for t in tiles) - 0.6, min(t.y for t in tiles) - 0.6
    width = max(t.x for t in tiles) + 0.6 - left
    height = max(t.y for t in tiles) + 0.6 - top
    return f"{left:.2f} {top:.2f} {width:.2f} {height:.2f}"
