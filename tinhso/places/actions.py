"""Write places: units and successions from a pack, outlines from a GeoJSON file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Kind
from tinhso.kernel.text import fold
from tinhso.places import rules
from tinhso.places.models import Boundary, Succession, Unit
from tinhso.places.types import BoundariesRefused, BoundaryReport, Level

Row = Mapping[str, Any]


def load_places(content: Content, actor: Actor, at: datetime) -> None:
    """Take units and successions from a pack; what is there already is renewed."""
    body = content.body
    with transaction.atomic():
        # Locked so that two loads never see each other's half.
        list(Unit.objects.select_for_update().order_by("id").values_list("id"))
        _put_units(body["units"], body["sources"])
        _put_successions(body["successions"], body["sources"])
        audit.write(
            "places.load_places",
            subject="places.Unit",
            subject_id=None,
            actor=actor,
            at=at,
            details={"content": content.key, "version": content.version},
        )


def check_places(content: Content) -> dict[str, str]:
    """Say what a schema cannot: days, codes, sources and counts that do not fit."""
    units, sources = content.body["units"], content.body["sources"]
    faults = dict(_state_faults(content.body["states"], units))
    for place, row in enumerate(units):
        if "parent" in row and not _has_parent(row, units):
            faults[f"units.{place}.parent"] = "no such unit above on its first day"
    for place, row in enumerate(content.body["successions"]):
        if not _stands_between(row, units):
            faults[f"successions.{place}"] = "no such unit before or after that day"
    for part in ("units", "successions"):
        for place, row in enumerate(content.body[part]):
            if row["source"] not in sources:
                faults[f"{part}.{place}.source"] = f"no source {row['source']!r}"
    return faults


KIND = Kind(
    name="places",
    pattern="places.yaml",
    schema=Path(__file__).parent / "schema" / "places.json",
    apply=load_places,
    check=check_places,
)


def load_boundaries(
    *,
    geojson: Mapping[str, Any],
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
    level: int = Level.COMMUNE,
) -> BoundaryReport:
    """Load the outlines of the units that are valid on a day, matched by code.

    geojson: a FeatureCollection (RFC 7946) whose features carry `code` and, if they
    do, a `name`. Since codes are reused, a feature with another name than the unit
    has on that day is refused. Codes that published data is known to get wrong
    (`other_codes` of the unit) are read as the unit's own.

    :raises BoundariesRefused: if a code is unknown or double, a name differs or a
        geometry is no closed polygon; `fields` says which: {"features.3": [...]}.
    """
    with transaction.atomic():
        known = _units_by_code(on, level)
        features = geojson.get("features")
        if not isinstance(features, list):
            raise BoundariesRefused({"": ["Tệp phải là FeatureCollection GeoJSON."]})
        _refuse_faults(features, known)
        matched = {known[_code(feature)]: feature for feature in features}
        for unit, feature in matched.items():
            Boundary.objects.update_or_create(
                unit=unit,
                defaults={"geometry": feature["geometry"], "source": source},
            )
        report = _report(features, known, matched)
        audit.write(
            "places.load_boundaries",
            subject="places.Boundary",
            subject_id=None,
            actor=actor,
            at=at,
            details={"loaded": report.loaded, "renamed": report.renamed},
        )
    return report


def _put_units(rows: Sequence[Row], sources: Mapping[str, str]) -> None:
    """Write units from the province down, since each names the one above."""
    for level in Level:
        above = _Index.of(Unit.objects.filter(level__lt=level))
        Unit.objects.bulk_create(
            [_unit(row, sources, above) for row in rows if row["level"] == level],
            update_conflicts=True,
            unique_fields=["level", "code", "valid_from"],
            update_fields=[
                "valid_to", "name", "kind", "parent", "folded", "area_km2",
                "latitude", "longitude", "other_codes", "source",
            ],
        )  # fmt: skip


def _unit(row: Row, sources: Mapping[str, str], above: "_Index") -> Unit:
    latitude, longitude = row.get("at", (None, None))
    first = date.fromisoformat(row["from"])
    return Unit(
        level=row["level"],
        code=row["code"],
        valid_from=first,
        valid_to=date.fromisoformat(row["to"]) if "to" in row else None,
        name=row["name"],
        kind=row["kind"],
        parent=above.get(row["parent"], first) if "parent" in row else None,
        folded=fold(row["name"]),
        area_km2=row.get("area_km2"),
        latitude=latitude,
        longitude=longitude,
        other_codes=row.get("other_codes", []),
        source=sources[row["source"]],
    )


def _put_successions(rows: Sequence[Row], sources: Mapping[str, str]) -> None:
    at_level = {level: _Index.of(Unit.objects.filter(level=level)) for level in Level}
    Succession.objects.bulk_create(
        [_succession(row, sources, at_level[row["level"]]) for row in rows],
        update_conflicts=True,
        unique_fields=["predecessor", "successor"],
        update_fields=["on", "how", "note", "certain", "source"],
    )


def _succession(row: Row, sources: Mapping[str, str], units: "_Index") -> Succession:
    day = date.fromisoformat(row["on"])
    return Succession(
        predecessor=units.get(row["old"], day - timedelta(days=1)),
        successor=units.get(row["new"], day),
        on=day,
        how=row["how"],
        note=row.get("note", ""),
        certain=row.get("certain", True),
        source=sources[row["source"]],
    )


@dataclass(frozen=True, slots=True)
class _Index:
    """Units by code, to be asked for the one of a day."""

    rows: Mapping[str, Sequence[Unit]]

    @classmethod
    def of(cls, rows: QuerySet[Unit]) -> "_Index":
        """Read the rows once."""
        found: dict[str, list[Unit]] = {}
        for row in rows:
            found.setdefault(row.code, []).append(row)
        return cls(found)

    def get(self, code: str, on: date) -> Unit:
        """Answer the unit; the check of the content made sure that there is one."""
        return next(
            row
            for row in self.rows[code]
            if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
        )


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _lasts(row: Row, day: str) -> bool:
    """Tell whether a unit of the file is valid on a day; ISO days sort as texts."""
    return bool(row["from"] <= day and day < row.get("to", "9999"))


def _state_faults(
    states: Sequence[Row], units: Sequence[Row]
) -> Iterator[tuple[str, str]]:
    for place, state in enumerate(states):
        found = sum(
            row["level"] == state["level"] and _lasts(row, state["on"]) for row in units
        )
        if found != state["count"]:
            yield f"states.{place}.count", f"{found} units are valid on that day"


def _has_parent(row: Row, units: Sequence[Row]) -> bool:
    return any(
        above["code"] == row["parent"]
        and above["level"] < row["level"]
        and _lasts(above, row["from"])
        for above in units
    )


def _stands_between(step: Row, units: Sequence[Row]) -> bool:
    """Tell whether both units of a step exist, and the step is the old one's end."""
    ends = any(
        row["code"] == step["old"]
        and row["level"] == step["level"]
        and row.get("to") == step["on"]
        for row in units
    )
    return ends and any(
        row["code"] == step["new"]
        and row["level"] == step["level"]
        and _lasts(row, step["on"])
        for row in units
    )


def _units_by_code(on: date, level: int) -> dict[str, Unit]:
    """Map codes to the units of a day; a wrong code never hides a right one."""
    rows = list(Unit.objects.select_for_update().filter(_on(on), level=level))
    wrong = {code: row for row in rows for code in row.other_codes}
    return wrong | {row.code: row for row in rows}


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    return str((properties or {}).get("code", ""))


def _refuse_faults(features: Sequence[Any], known: Mapping[str, Unit]) -> None:
    seen: set[Unit] = set()
    faults: dict[str, list[str]] = {}
    for place, feature in enumerate(features):
        unit = known.get(_code(feature))
        fault = _feature_fault(feature, unit, seen)
        if fault:
            faults[f"features.{place}"] = [fault]
        if unit:
            seen.add(unit)
    if faults:
        raise BoundariesRefused(faults)


def _feature_fault(feature: Any, unit: Unit | None, seen: set[Unit]) -> str | None:
    if unit is None:
        return f"Không có đơn vị hành chính mã {_code(feature)!r} vào ngày này."
    if unit in seen:
        return f"Mã {_code(feature)} xuất hiện hai lần."
    name = feature["properties"].get("name")
    if name is not None and not rules.same_name(str(name), unit.name):
        return f"Mã {_code(feature)} là {unit.name}, không phải {name}."
    fault = rules.boundary_fault(feature.get("geometry"))
    return f"Ranh giới của {unit.name}: {fault}." if fault else None


def _report(
    features: Sequence[Any], known: Mapping[str, Unit], matched: Mapping[Unit, Any]
) -> BoundaryReport:
    codes = {_code(feature): known[_code(feature)].code for feature in features}
    return BoundaryReport(
        loaded=len(matched),
        renamed={given: code for given, code in codes.items() if given != code},
        missing=tuple(
            sorted({unit.code for unit in known.values()} - {*codes.values()})
        ),
    )
