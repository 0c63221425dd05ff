"""Read places. Every answer is as of a day, since codes change their meaning."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.kernel.errors import Phrase
from tinhso.kernel.text import fold
from tinhso.places import rules
from tinhso.places.models import Boundary, Succession
from tinhso.places.models import Unit as UnitRow
from tinhso.places.providers import outlines
from tinhso.places.types import (
    AddressFound,
    Conversion,
    Extent,
    Hexagon,
    How,
    Level,
    Passage,
    ShapeKind,
    Step,
    Unit,
    UnitChoice,
    UnitKind,
    UnitUnknown,
)

COARSE = 0.003  # degrees
STATE = """
SELECT max(xmin::text::bigint), count(*), sum(hashtext(ctid::text)) FROM {table}
"""


def get_unit(*, code: str, on: date, level: int = Level.COMMUNE) -> Unit:
    """Read the unit that has a code on a day.

    :raises UnitUnknown: if none has.
    """
    row = _valid(on).filter(code=code, level=level).first()
    if row is None:
        raise UnitUnknown(code=code, on=on)
    return _unit(row)


def units(
    *, on: date, level: int = Level.COMMUNE, parent_code: str | None = None
) -> tuple[Unit, ...]:
    """List the units of a level on a day, in the order of their codes."""
    rows = _valid(on).filter(level=level).order_by("code")
    if parent_code is not None:
        rows = rows.filter(parent__code=parent_code)
    return tuple(_unit(row) for row in rows)


def search_units(
    *, text: str, on: date, level: int = Level.COMMUNE, limit: int = 20
) -> tuple[Unit, ...]:
    """Find units by a part of their name, with or without diacritics, or by code.

    Names that begin with the text come first: "ha lon" finds Phường Hạ Long.
    """
    wanted = fold(text).strip()
    if not wanted:
        return ()
    rows = _valid(on).filter(Q(folded__contains=wanted) | Q(code=wanted), level=level)
    ranked = sorted(rows, key=lambda row: (_rank(row, wanted), row.folded, row.code))
    return tuple(_unit(row) for row in ranked[:limit])


def find_addresses(
    *, text: str, on: date, level: int = Level.COMMUNE, limit: int = 20
) -> tuple[AddressFound, ...]:
    """Find units of all times by a part of their name or by code, and what they are.

    Those of the day come first. An old one that was split has several choices.
    """
    wanted = fold(text).strip()
    if not wanted:
        return ()
    named = Q(folded__contains=wanted) | Q(code=wanted)
    rows = UnitRow.objects.filter(named, level=level, valid_from__lte=on)
    ranked = sorted(rows, key=lambda row: (not _lasts(row, on), _rank(row, wanted)))
    return tuple(AddressFound(_unit(row), _followed(row, on)) for row in ranked[:limit])


def _lasts(row: UnitRow, on: date) -> bool:
    return row.valid_to is None or row.valid_to > on


def convert_address(
    *, old_code: str, on: date, level: int = Level.COMMUNE
) -> Conversion:
    """Tell what became, on a day, of the unit that last had an old code before it.

    Follows every succession up to the day. Several choices mean that the old unit
    was split and the person has to be asked. A unit with the code that never ended
    answers itself.

    :raises UnitUnknown: if no unit had the code on the day or before.
    """
    rows = UnitRow.objects.filter(code=old_code, level=level, valid_from__lte=on)
    ended = rows.filter(valid_to__lte=on).order_by("-valid_to").first()
    old = ended or rows.order_by("-valid_from").first()
    if old is None:
        raise UnitUnknown(code=old_code, on=on)
    return Conversion(_unit(old), _followed(old, on))


def history(*, code: str, level: int = Level.COMMUNE) -> tuple[Step, ...]:
    """List every passing of a unit with this code into or out of another, by date."""
    rows = (
        Succession.objects.filter(
            Q(predecessor__code=code) | Q(successor__code=code),
            predecessor__level=level,
        )
        .select_related("predecessor", "successor")
        .order_by("on", "predecessor__code", "successor__code")
    )
    return tuple(_step(row) for row in rows)


def passages(*, on: date, level: int = Level.COMMUNE) -> tuple[Passage, ...]:
    """Tell of each code and time which unit it meant, and what that is on a day.

    By code, the oldest first. A code that nothing else has yet goes on meaning its
    last unit, so that a record which comes late still finds its place.
    """
    rows = UnitRow.objects.filter(level=level, valid_from__lte=on)
    steps = Succession.objects.filter(on__lte=on).select_related("successor")
    after: dict[UUID, list[UnitRow]] = {}
    for step in steps:
        after.setdefault(step.predecessor_id, []).append(step.successor)
    found = []
    for _, same in groupby(rows.order_by("code", "valid_from"), lambda row: row.code):
        meant = list(same)
        starts = [None, *(row.valid_from for row in meant[1:]), None]
        for row, first, until in zip(meant, starts, starts[1:], strict=False):
            into = {end.id: _unit(end) for end in _ends(row, after, on)}
            found.append(Passage(_unit(row), first, until, tuple(into.values())))
    return tuple(found)


def _ends(
    row: UnitRow, after: Mapping[UUID, Sequence[UnitRow]], on: date
) -> Iterator[UnitRow]:
    """Follow a unit to those of a day; one that nothing followed ends in itself."""
    following = [] if _lasts(row, on) else after.get(row.id, [])
    if not following:
        yield row
    for one in following:
        yield from _ends(one, after, on)


def hexagons(*, on: date, level: int = Level.COMMUNE) -> tuple[Hexagon, ...]:
    """Lay the units of a day out as a tile map, one cell each, by row and column."""
    placed = [
        unit for unit in units(on=on, level=level) if unit.latitude and unit.longitude
    ]
    cells = rules.tile_map(
        tuple(
            rules.Center(unit.code, unit.latitude or 0.0, unit.longitude or 0.0)
            for unit in placed
        )
    )
    tiles = (_hexagon(unit, cells[unit.code]) for unit in placed)
    return tuple(sorted(tiles, key=lambda tile: (tile.row, tile.column)))


def boundaries(*, on: date, level: int = Level.COMMUNE) -> dict[str, dict[str, object]]:
    """Read the outlines that are loaded: {code: GeoJSON geometry}."""
    rows = Boundary.objects.filter(unit__in=_valid(on).filter(level=level))
    rows = rows.select_related("unit").order_by("unit__code")
    return {row.unit.code: row.geometry for row in rows}


def extent_of(*, shape: Mapping[str, Any], kind: ShapeKind) -> Extent | Phrase:
    """Tell the box around a GeoJSON geometry (RFC 7946), or what is wrong with it.

    Wrong is one of another kind, beyond Vietnam, or whose outline crosses itself.
    """
    return outlines.extent_of(shape, kind)


def meets(*, shape: Mapping[str, Any], box: Sequence[float]) -> bool:
    """Tell whether a GeoJSON geometry lies at least in part within a box.

    box: west, south, east, north, in degrees.
    """
    return outlines.meets(shape, box)


def units_at(
    *,
    points: Sequence[tuple[float, float]],
    on: date,
    level: int = Level.COMMUNE,
) -> list[str]:
    """Name the unit in which each point lies, by code; "" where none is known.

    points: longitude and latitude, degrees of WGS 84. Knows the units whose outlines
    are loaded.
    """
    return _outlines(on, level, _state_of_boundaries()).holding(
        outlines.as_points(points)
    )


def small_outlines(*, on: date, level: int = Level.COMMUNE) -> Mapping[str, Any]:
    """Read the outlines that are loaded, coarse, for maps of the province: {code: …}.

    Details finer than some 300 meters are left out.
    """
    return _small_outlines(on, level, _state_of_boundaries())


@lru_cache(maxsize=4)
def _small_outlines(on: date, level: int, state: str) -> Mapping[str, Any]:
    return _outlines(on, level, state).simplified(COARSE)


@lru_cache(maxsize=4)
def _outlines(on: date, level: int, state: str) -> outlines.Outlines:
    return outlines.Outlines.of(boundaries(on=on, level=level))


def _state_of_boundaries() -> str:
    """Tell one state of the table from another, by where its rows lie."""
    table = Boundary._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(STATE.format(table=table))
        return str(cursor.fetchone())


def _valid(on: date) -> QuerySet[UnitRow]:
    return UnitRow.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on
    )


def _rank(row: UnitRow, wanted: str) -> int:
    """Put the exact name first, then beginnings, then the rest."""
    bare = row.folded.removeprefix(_prefix(row.kind))
    if wanted in (row.folded, bare, row.code):
        return 0
    return 1 if bare.startswith(wanted) else 2


def _prefix(kind: str) -> str:
    words = {
        UnitKind.WARD: "phuong ",
        UnitKind.COMMUNE: "xa ",
        UnitKind.TOWNSHIP: "thi tran ",
        UnitKind.SPECIAL_ZONE: "dac khu ",
        UnitKind.CITY: "thanh pho ",
        UnitKind.TOWN: "thi xa ",
        UnitKind.DISTRICT: "huyen ",
        UnitKind.PROVINCE: "tinh ",
    }
    return words[UnitKind(kind)]


def _followed(old: UnitRow, on: date) -> tuple[UnitChoice, ...]:
    """Follow the successions from a unit to those that are valid on a day."""
    found: dict[str, UnitChoice] = {}
    open_ends = [(old, How.KEPT, "", True)]
    while open_ends:
        row, how, note, certain = open_ends.pop()
        if row.valid_to is None or row.valid_to > on:
            found[row.code] = UnitChoice(_unit(row), how, note, certain)
            continue
        for step in _steps_from(row):
            joined = rules.chain(how, How(step.how))
            certain_so_far = certain and step.certain
            open_ends.append(
                (step.successor, joined, step.note or note, certain_so_far)
            )
    return tuple(found[code] for code in sorted(found))


def _steps_from(row: UnitRow) -> Iterable[Succession]:
    return row.successions.select_related("successor")


def _step(row: Succession) -> Step:
    return Step(
        predecessor=_unit(row.predecessor),
        successor=_unit(row.successor),
        on=row.on,
        how=How(row.how),
        note=row.note,
        certain=row.certain,
        source=row.source,
    )


def _hexagon(unit: Unit, cell: rules.Cell) -> Hexagon:
    return Hexagon(unit, cell.column, cell.row, cell.x, cell.y)


def _unit(row: UnitRow) -> Unit:
    return Unit(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=UnitKind(row.kind),
        level=Level(row.level),
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        area_km2=float(row.area_km2) if row.area_km2 is not None else None,
        latitude=row.latitude,
        longitude=row.longitude,
        source=row.source,
    )
