"""The front page: what one can do here, and the promise."""

from collections import Counter
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
from tinhso.web.ui import tiles as drawing

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
            "view_box": drawing.view_box(tiles),
            "legend": [
                {"kind": kind, "count": counts[kind], "name": name}
                for kind, name in KINDS.items()
                if counts[kind]
            ],
        },
    )


def _tile(tile: Hexagon) -> dict[str, Any]:
    return {
        "name": tile.unit.name,
        "kind": tile.unit.kind.value,
        "points": drawing.points(tile),
    }
