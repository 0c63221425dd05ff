"""Shapes by GEOS: whether one can be, what it covers, which outline holds a point."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tinhso.kernel.errors import N_, Phrase
from tinhso.places.types import Extent, ShapeKind

UNREADABLE = N_("Không đọc được hình này.")
BEYOND = N_(
    "Tọa độ {longitude}, {latitude} nằm ngoài Việt Nam. Có thể kinh độ và vĩ độ bị đảo."
)
CROSSED = N_("Đường bao tự cắt tại kinh độ {longitude}, vĩ độ {latitude}.")
NO_AREA = N_("Đường bao không khép kín hoặc không có diện tích.")
OTHER_KIND = N_("Hình không đúng loại của sổ này.")
# Around Vietnam and its islands, degrees of WGS 84.
VIETNAM = Extent(west=102.0, south=6.0, east=118.0, north=24.0)

KINDS = {
    "Point": ShapeKind.POINT,
    "MultiPoint": ShapeKind.POINT,
    "LineString": ShapeKind.LINE,
    "MultiLineString": ShapeKind.LINE,
    "Polygon": ShapeKind.AREA,
    "MultiPolygon": ShapeKind.AREA,
}
# What GEOS says of a ring that meets itself, before the place.
MEETS_ITSELF = ("Self-intersection", "Ring Self-intersection")

Geometry = Mapping[str, Any]


def extent_of(shape: Geometry, kind: ShapeKind) -> Extent | Phrase:
    """Tell the box around a shape, or what is wrong with it."""
    if KINDS.get(str(shape.get("type"))) is not kind:
        return Phrase(OTHER_KIND)
    if shape["type"] == "Point":
        return _extent_of_point(shape.get("coordinates"))
    return _extent_of_geometry(shape)


def meets(shape: Geometry, box: Sequence[float]) -> bool:
    """Tell whether some part of a shape lies within a box: west, south, east, north."""
    west, south, east, north = (float(side) for side in box)
    read = shapely.from_geojson(json.dumps(shape))
    return bool(shapely.intersects(read, shapely.box(west, south, east, north)))


def _extent_of_point(at: Any) -> Extent | Phrase:
    # By far most shapes are points, and need no GEOS.
    try:
        longitude, latitude = (float(part) for part in at)
    except (TypeError, ValueError):
        return Phrase(UNREADABLE)
    return _within(Extent(longitude, latitude, longitude, latitude))


def _extent_of_geometry(shape: Geometry) -> Extent | Phrase:
    try:
        read = shapely.from_geojson(json.dumps(shape))
    except (shapely.errors.ShapelyError, TypeError, ValueError):
        return Phrase(UNREADABLE)
    if read.is_empty:
        return Phrase(UNREADABLE)
    extent = _within(Extent(*(float(side) for side in read.bounds)))
    if isinstance(extent, Phrase) or read.is_valid:
        return extent
    return _fault(str(shapely.is_valid_reason(read)))


def _within(extent: Extent) -> Extent | Phrase:
    inside = (
        VIETNAM.west <= extent.west <= extent.east <= VIETNAM.east
        and VIETNAM.south <= extent.south <= extent.north <= VIETNAM.north
    )
    if inside:
        return extent
    return Phrase(BEYOND, longitude=extent.west, latitude=extent.south)


def _fault(reason: str) -> Phrase:
    """Say what GEOS says: `Self-intersection[107.05 20.95]`."""
    what, _, place = reason.partition("[")
    if what in MEETS_ITSELF and place:
        longitude, latitude = place.rstrip("]").split()[:2]
        return Phrase(CROSSED, longitude=longitude, latitude=latitude)
    return Phrase(NO_AREA)


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines to be asked which of them holds a point."""

    codes: tuple[str, ...]
    shapes: npt.NDArray[np.object_]

    @classmethod
    def of(cls, shapes: Mapping[str, Geometry]) -> "Outlines":
        """Prepare outlines by code."""
        read = shapely.from_geojson([json.dumps(shape) for shape in shapes.values()])
        shapely.prepare(read)
        return cls(tuple(shapes), read)

    def simplified(self, tolerance: float) -> dict[str, Geometry]:
        """Leave out what is finer than a tolerance, in degrees, for small maps."""
        coarse: Any = shapely.simplify(self.shapes, tolerance)
        return {
            code: json.loads(shapely.to_geojson(shape))
            for code, shape in zip(self.codes, coarse, strict=True)
        }

    def holding(self, points: npt.NDArray[np.float64]) -> list[str]:
        """Name the outline that holds each point, "" where none does.

        points: (n, 2), longitude and latitude. On a border, the first by code.
        """
        if not self.codes:
            return [""] * len(points)
        # The tree stands over the points, so that it is the outlines that are prepared.
        asked: Any = shapely.points(points)
        tree = shapely.STRtree(asked)
        outlines, found = tree.query(self.shapes, predicate="covers")
        answer = np.full(len(points), len(self.codes), dtype=np.int64)
        np.minimum.at(answer, found, outlines)
        names = (*self.codes, "")
        return [names[number] for number in answer]


def as_points(points: Sequence[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """Lay pairs of longitude and latitude out: (n, 2)."""
    return np.asarray(points, dtype=np.float64).reshape(-1, 2)
