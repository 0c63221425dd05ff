"""The words of places."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound


class Level(IntEnum):
    """How high a unit stands. Districts ended on 1 July 2025."""

    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3


class UnitKind(StrEnum):
    """Tỉnh, thành phố, thị xã, huyện, phường, xã, thị trấn, đặc khu."""

    PROVINCE = "province"
    CITY = "city"
    TOWN = "town"
    DISTRICT = "district"
    WARD = "ward"
    COMMUNE = "commune"
    TOWNSHIP = "township"
    SPECIAL_ZONE = "special_zone"


class How(StrEnum):
    """How a unit passed into the next: all of it, a part, or itself under a new row."""

    WHOLE = "whole"
    PART = "part"
    KEPT = "kept"


class ShapeKind(StrEnum):
    """What is drawn on a map; many-part shapes count with their parts."""

    POINT = "point"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Extent:
    """The box around a shape, degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A province, district or commune during one period.

    name: with its kind, `Phường Hà Tu`; valid_to: first day on which it is no more.
    area_km2: square kilometers; latitude, longitude: its center, WGS 84.
    """

    id: UUID
    code: str
    name: str
    kind: UnitKind
    level: Level
    parent_id: UUID | None
    valid_from: date
    valid_to: date | None
    area_km2: float | None
    latitude: float | None
    longitude: float | None
    source: str


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that an old one may have become; note: which part, as the law says."""

    unit: Unit
    how: How
    note: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of an old unit: one choice, or several to ask about."""

    old: Unit
    choices: tuple[UnitChoice, ...]

    @property
    def must_ask(self) -> bool:
        """Tell whether the unit was split, so that only the person knows."""
        return len(self.choices) > 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A code in the time of one unit, and what that unit is on a day asked for.

    first, until: the days between which the code meant this unit, None where nothing
    is known before or after; into: its unit of the day, several if it was split.
    """

    unit: Unit
    first: date | None
    until: date | None
    into: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class AddressFound:
    """A unit somebody asked for by name, old or new, and what it is today."""

    unit: Unit
    choices: tuple[UnitChoice, ...]

    @property
    def is_old(self) -> bool:
        """Tell whether it is no more, or another one by now."""
        return [one.unit for one in self.choices] != [self.unit]


@dataclass(frozen=True, slots=True)
class Step:
    """One passing of a unit into another, on the first day of the new state."""

    predecessor: Unit
    successor: Unit
    on: date
    how: How
    note: str
    certain: bool
    source: str


@dataclass(frozen=True, slots=True)
class Hexagon:
    """A unit's place on the tile map.

    column, row: offset coordinates, odd rows half a cell to the right, row 0 north.
    x, y: center in widths of a cell, y downwards; pointy tops.
    """

    unit: Unit
    column: int
    row: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BoundaryReport:
    """What loading boundaries did; renamed: {code in the file: code of the unit}."""

    loaded: int
    renamed: dict[str, str]
    missing: tuple[str, ...]


class UnitUnknown(NotFound):
    """No unit has that code on that day."""

    message = N_("Không có đơn vị hành chính mã {code} vào ngày {on:%d/%m/%Y}.")


class BoundariesRefused(Invalid):
    """The file of boundaries is wrong; nothing of it was loaded."""

    message = N_("Tệp ranh giới có lỗi; chưa nạp gì.")
