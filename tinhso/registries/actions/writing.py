"""Write checked lines into a register: what they replace stays, as known before.

Thousands at a time, in the caller's transaction, which holds the register's lock.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tinhso.kernel.ids import new_id
from tinhso.kernel.text import fold
from tinhso.places.types import Extent
from tinhso.registries.models import ChangeRow, RecordRow, VersionRow
from tinhso.registries.providers.copying import Aside
from tinhso.registries.queries.checking import CheckedLine
from tinhso.registries.rules.timeline import Span, state
from tinhso.registries.types import LineKind, Register, Shape, Values

RECORDS, VERSIONS = RecordRow._meta.db_table, VersionRow._meta.db_table
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
MAX_LABEL, MAX_FOLDED = 300, 420
NEW_RECORDS = f"COPY {RECORDS} (id, register_id, identifier) FROM STDIN"
COLUMNS = (
    *("id", "record_id", "register_id", "change_id", "valid_from", "valid_to"),
    *("recorded_at", "values", "label", "folded", "unit_code", "shape"),
    *("west", "south", "east", "north", "is_synthetic"),
)
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
NEW_VERSIONS = f"COPY {VERSIONS} ({QUOTED}) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a version says; version_id: None while it is on its way."""

    version_id: UUID | None
    values: Values
    label: str
    unit_code: str
    shape: Shape | None
    extent: Extent | None


@dataclass(slots=True)
class Writing:
    """Writes the lines of one change into a register."""

    register: Register
    change: ChangeRow
    at: datetime
    copying: Aside

    def write(self, lines: Sequence[CheckedLine]) -> None:
        """Write some lines, and none that says what is there."""
        wanted = [line for line in lines if line.kind is not LineKind.SAME]
        spans = _held({line.record for line in wanted if line.record})
        records = self._records(wanted)
        replaced: set[UUID] = set()
        for line in wanted:
            record = records[line.identifier]
            spans[record] = self._state(line, spans.get(record, []), replaced)
        self._replace(replaced)
        self.copying.put(NEW_VERSIONS, self._rows(spans))

    def _records(self, lines: Iterable[CheckedLine]) -> dict[str, UUID]:
        """Tell the record of each name, and make those that are new."""
        records = {line.identifier: line.record for line in lines}
        new = {name: new_id() for name, record in sorted(records.items()) if not record}
        key = self.register.key
        self.copying.put(NEW_RECORDS, ((made, key, name) for name, made in new.items()))
        return {name: record or new[name] for name, record in records.items()}

    def _state(
        self,
        line: CheckedLine,
        spans: list[Span[Stated]],
        replaced: set[UUID],
    ) -> list[Span[Stated]]:
        """Put a line over what holds of its record; answer what holds then."""
        new = Span(line.first, line.until, self._stated(line))
        if not spans:  # by far most lines of a large load
            return [] if line.kind is LineKind.END else [new]
        outcome = state(spans, new)
        for one in outcome.replaced:
            if one.holds.version_id is not None:
                replaced.add(one.holds.version_id)
        kept = [
            Span(one.first, one.until, replace(one.holds, version_id=None))
            for one in outcome.kept
        ]
        untouched = [one for one in spans if one not in outcome.replaced]
        added = [] if line.kind is LineKind.END else [new]
        return [*untouched, *kept, *added]

    def _stated(self, line: CheckedLine) -> Stated:
        label = str(line.values.get(self.register.label) or line.identifier)
        return Stated(
            version_id=None,
            values=line.values,
            label=label[:MAX_LABEL],
            unit_code=line.unit_code,
            shape=line.shape,
            extent=line.extent,
        )

    def _replace(self, versions: set[UUID]) -> None:
        if versions:
            rows = VersionRow.objects.filter(pk__in=versions)
            rows.update(replaced_at=self.at, replaced_by=self.change)

    def _rows(
        self, spans: Mapping[UUID, Iterable[Span[Stated]]]
    ) -> Iterator[tuple[object, ...]]:
        for record, some in spans.items():
            for span in some:
                if span.holds.version_id is None:
                    yield self._row(record, span)

    def _row(self, record: UUID, span: Span[Stated]) -> tuple[object, ...]:
        holds, extent = span.holds, span.holds.extent
        name = str(holds.values.get(self.register.identifier, ""))
        box = (
            (extent.west, extent.south, extent.east, extent.north)
            if extent
            else (None, None, None, None)
        )
        return (
            *(new_id(), record, self.register.key, self.change.pk),
            *(span.first, span.until, self.at, _json(holds.values), holds.label),
            *(
                fold(f"{holds.label} {name}")[:MAX_FOLDED],
                holds.unit_code,
                _json(holds.shape),
            ),
            *(*box, self.change.is_synthetic),
        )


def _held(records: Collection[UUID]) -> dict[UUID, list[Span[Stated]]]:
    if not records:
        return {}
    rows = VersionRow.objects.filter(record__in=list(records), replaced_at=None)
    found: dict[UUID, list[Span[Stated]]] = {}
    for row in rows.select_for_update():
        found.setdefault(row.record_id, []).append(_span(row))
    return found


def _span(row: VersionRow) -> Span[Stated]:
    extent = None
    if row.west is not None:
        sides = (row.west, row.south, row.east, row.north)
        extent = Extent(*(float(side or 0) for side in sides))
    stated = Stated(row.id, row.values, row.label, row.unit_code, row.shape, extent)
    return Span(row.valid_from, row.valid_to, stated)


def _json(value: object) -> str | None:
    return None if value is None else ENCODE(value)
