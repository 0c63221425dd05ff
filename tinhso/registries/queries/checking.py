"""Hold lines against the schema, what they refer to, the map, and the register."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tinhso.kernel.errors import N_, Phrase
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.places.types import Extent, UnitUnknown
from tinhso.registries.models import KNOWN, RecordRow, VersionRow
from tinhso.registries.rules import schemas
from tinhso.registries.rules.sheets import OF_SHAPES
from tinhso.registries.rules.timeline import Span, at, state
from tinhso.registries.types import (
    Fault,
    Line,
    LineKind,
    Register,
    Shape,
    Values,
)

# How many lines are held against the database at once.
BATCH = 5_000
MAX_IDENTIFIER = 100
SHAPE = "shape"
FROM, UNTIL = "valid_from", "valid_to"
NAMED = f"""
SELECT identifier, id FROM {RecordRow._meta.db_table}
WHERE register_id = %s AND identifier = ANY(%s)
"""  # noqa: S608 - the name is our own

NO_SHAPE = N_("Thiếu vị trí trên bản đồ.")
NO_SHAPES = N_("Sổ này không có vị trí trên bản đồ.")
TWICE = N_("Mã {identifier} đã có ở dòng {number}, cùng thời gian.")
TOO_LONG = N_("Mã dài tối đa {most} ký tự.")
ENDS_BEFORE = N_("Ngày hết hiệu lực phải sau ngày có hiệu lực.")
NOTHING_ENDS = N_("Không có bản ghi này vào ngày đó nên không kết thúc được.")
NO_UNIT = N_("Không có đơn vị hành chính mã {code} vào ngày {on:%d/%m/%Y}.")
UNIT_GONE = N_("Đơn vị hành chính mã {code} đã hết hiệu lực. Nay là: {now}.")
UNIT_SPLIT = N_("Đơn vị hành chính mã {code} đã chia tách. Hãy chọn một trong: {now}.")
OTHER_UNIT = N_("Vị trí nằm ở {found}, không thuộc mã {code}.")
NO_ORGANIZATION = N_("Không có cơ quan mã {code}.")
NO_RECORD = N_("Sổ “{register}” không có bản ghi mã {code}.")

Held = Span["Known"]


@dataclass(frozen=True, slots=True)
class Known:
    """A version that a register holds now, as far as lines are compared with it."""

    version_id: UUID
    values: Values
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A line with what is wrong with it, and what it does to the register.

    until: the first day on which it holds no more. based_on: the version it meets.
    record: the thing, None if the register does not know it yet.
    """

    number: int
    identifier: str
    record: UUID | None
    kind: LineKind
    values: Values
    shape: Shape | None
    extent: Extent | None
    unit_code: str
    first: date
    until: date | None
    faults: tuple[Fault, ...]
    based_on: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of some lines before they are judged.

    records, spans: what the register knows by now, by name; extents, units: by line.
    """

    records: Mapping[str, UUID]
    spans: Mapping[str, Sequence[Held]]
    extents: Sequence[Extent | Phrase | None]
    units: Sequence[str]


@dataclass(slots=True)
class Check:
    """Checks the lines of one change; what is asked for often is asked for once.

    on: the day from which lines hold that name none; today: as which codes are read.
    is_first: nothing is in the register yet. besides: a change that is being written,
    of which nothing is looked at.
    """

    register: Register
    on: date
    today: date
    is_first: bool = False
    besides: UUID | None = None
    _seen: dict[tuple[str, date], int] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _last: set[str] = field(default_factory=set)
    _targets: dict[str, set[str]] = field(default_factory=dict)
    _units: dict[tuple[str, date], Phrase | None] = field(default_factory=dict)
    _referring: list[tuple[str, str]] = field(init=False)
    _has_retired: bool = field(init=False)

    def __post_init__(self) -> None:
        """Find out once which fields refer to something, and to what."""
        fields = self.register.fields
        self._referring = [(f.name, f.refers_to) for f in fields if f.refers_to]
        self._has_retired = any(field.is_retired for field in fields)

    def lines(self, lines: Sequence[Line]) -> list[CheckedLine]:
        """Check some lines."""
        return self.judge(lines, self.ask(lines))

    def meets_last(self, lines: Sequence[Line]) -> bool:
        """Tell whether lines speak of what those before them spoke of."""
        return not self._last.isdisjoint(self._named(lines))

    def ask(self, lines: Sequence[Line]) -> Asked:
        """Ask what must be known of some lines, all at once."""
        names = self._named(lines)
        known = names & self._names if self.is_first else names
        self._last = names
        self._names |= names if self.is_first else set()
        self._find_targets(lines)
        extents = [self._extent(line.shape) for line in lines]
        records = known_records(self.register.key, known) if known else {}
        return Asked(
            records,
            known_spans(records, self.besides) if records else {},
            extents,
            self._units_of(lines, extents),
        )

    def judge(self, lines: Sequence[Line], asked: Asked) -> list[CheckedLine]:
        """Say what is wrong with each line, and what it does."""
        faults_of = schemas.checker(self.register.schema)
        return [
            self._line(line, faults_of(line.values), extent, unit, asked)
            for line, extent, unit in zip(
                lines, asked.extents, asked.units, strict=True
            )
        ]

    def _named(self, lines: Sequence[Line]) -> set[str]:
        name = self.register.identifier
        return {str(line.values.get(name) or "") for line in lines}

    def _line(
        self,
        line: Line,
        faults: tuple[Fault, ...],
        extent: Extent | Phrase | None,
        unit: str,
        asked: Asked,
    ) -> CheckedLine:
        identifier = str(line.values.get(self.register.identifier) or "")
        first = line.valid_from or self.on
        spans = asked.spans.get(identifier, ())
        line = self._with_retired(line, at(spans, first))
        kind, based_on = _compared(line, first, spans)
        faults = _beside(line.faults, faults)
        if line.ends:
            faults = () if spans else (Fault("", Phrase(NOTHING_ENDS)),)
        else:
            faults = (*faults, *self._other_faults(line, first, extent, unit))
        faults = (*faults, *self._place_in_time(identifier, line, first))
        return CheckedLine(
            number=line.number,
            identifier=identifier[:MAX_IDENTIFIER],
            record=asked.records.get(identifier),
            kind=kind,
            values=line.values,
            shape=line.shape,
            extent=extent if isinstance(extent, Extent) else None,
            unit_code=unit,
            first=first,
            until=line.valid_to,
            faults=faults,
            based_on=based_on,
        )

    def _with_retired(self, line: Line, held: Held | None) -> Line:
        """Keep what was said in fields that are asked for no more."""
        if held is None or not self._has_retired:
            return line
        kept = {
            one.name: held.holds.values[one.name]
            for one in self.register.fields
            if one.is_retired and one.name in held.holds.values
        }
        return replace(line, values={**kept, **line.values})

    def _other_faults(
        self, line: Line, first: date, extent: Extent | Phrase | None, unit: str
    ) -> Iterator[Fault]:
        """Say what a schema cannot."""
        if isinstance(extent, Phrase):
            yield Fault(SHAPE, extent)
        elif extent is None and self._lacks_shape(line):
            yield Fault(SHAPE, Phrase(NO_SHAPE))
        for name, to in self._referring:
            value = line.values.get(name)
            if isinstance(value, str):
                reason = self._misreferred(to, value, first)
                if reason:
                    yield Fault(name, reason)
        yield from self._elsewhere(line, unit)

    def _lacks_shape(self, line: Line) -> bool:
        """Tell whether a shape is missing; what could not be read is not."""
        is_unread = any(fault.field in OF_SHAPES for fault in line.faults)
        return self.register.is_shape_required and not is_unread

    def _place_in_time(
        self, identifier: str, line: Line, first: date
    ) -> Iterator[Fault]:
        if len(identifier) > MAX_IDENTIFIER:
            yield Fault(self.register.identifier, Phrase(TOO_LONG, most=MAX_IDENTIFIER))
        if line.valid_to is not None and line.valid_to <= first:
            yield Fault(UNTIL, Phrase(ENDS_BEFORE))
            return
        number = self._seen.setdefault((identifier, first), line.number)
        if identifier and number != line.number:
            said = Phrase(TWICE, identifier=identifier, number=number)
            yield Fault(self.register.identifier, said)

    def _extent(self, shape: Shape | None) -> Extent | Phrase | None:
        if shape is None:
            return None
        if self.register.shape is None:
            return Phrase(NO_SHAPES)
        return places.extent_of(shape=shape, kind=self.register.shape)

    def _units_of(
        self, lines: Sequence[Line], extents: Sequence[Extent | Phrase | None]
    ) -> list[str]:
        """Name the commune of each line: as its point lies, else as it says."""
        points = {
            place: ((one.west + one.east) / 2, (one.south + one.north) / 2)
            for place, one in enumerate(extents)
            if isinstance(one, Extent)
        }
        found = (
            places.units_at(points=list(points.values()), on=self.today)
            if points
            else []
        )
        lies_in = dict(zip(points, found, strict=True))
        named = self.register.place
        return [
            lies_in.get(place) or (str(line.values.get(named) or "") if named else "")
            for place, line in enumerate(lines)
        ]

    def _elsewhere(self, line: Line, unit: str) -> Iterator[Fault]:
        """Say that a place and the commune it names are apart; for points only."""
        named = line.values.get(self.register.place) if self.register.place else None
        is_point = line.shape is not None and line.shape.get("type") == "Point"
        if not (named and unit and is_point) or named == unit:
            return
        if self._unit_fault(str(named), self.today) is None:
            found = places.get_unit(code=unit, on=self.today).name
            said = Phrase(OTHER_UNIT, found=found, code=str(named))
            yield Fault(self.register.place, said)

    def _find_targets(self, lines: Sequence[Line]) -> None:
        """Find what the lines refer to, all at once."""
        for name, to in self._referring:
            if to == "units":
                continue
            wanted = {str(line.values.get(name) or "") for line in lines}
            known = self._targets.setdefault(to, set())
            known |= _existing(to, wanted - known - {""}, self.today)
        # What comes in the same lines may be referred to, too.
        if self.register.key in self._targets:
            own = self.register.identifier
            self._targets[self.register.key] |= {
                str(line.values.get(own) or "") for line in lines
            }

    def _misreferred(self, to: str, code: str, first: date) -> Phrase | None:
        if to == "units":
            return self._unit_fault(code, max(first, self.today))
        if code in self._targets[to]:
            return None
        if to == "organizations":
            return Phrase(NO_ORGANIZATION, code=code)
        return Phrase(NO_RECORD, register=to, code=code)

    def _unit_fault(self, code: str, day: date) -> Phrase | None:
        if (code, day) not in self._units:
            self._units[code, day] = _unit_fault(code, day)
        return self._units[code, day]


def _beside(read: tuple[Fault, ...], found: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Leave out what is said of a field that could not be read at all."""
    unread = {fault.field for fault in read}
    return (*read, *(fault for fault in found if fault.field not in unread))


def known_records(key: str, names: Collection[str]) -> dict[str, UUID]:
    """Find the things of some names that a register knows or knew."""
    # As one array: Django would look at each of the names.
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [key, list(names)])
        return dict(cursor.fetchall())


def known_spans(
    records: Mapping[str, UUID], besides: UUID | None = None
) -> dict[str, list[Held]]:
    """Read what a register knows now of some records by name, through all days.

    By their ids: by their names PostgreSQL would go through the whole register while
    it knows nothing yet of how large that is. besides: a change; then what is known
    without it.
    """
    known = KNOWN if besides is None else _known_without(besides)
    names = {record: name for name, record in records.items()}
    rows = VersionRow.objects.filter(known, record__in=list(names))
    found: dict[str, list[Held]] = {}
    for record, first, until, version_id, values, shape in rows.order_by(
        "valid_from"
    ).values_list("record", "valid_from", "valid_to", "id", "values", "shape"):
        span = Span(first, until, Known(version_id, values, shape))
        found.setdefault(names[record], []).append(span)
    return found


def _known_without(change: UUID) -> Q:
    return (KNOWN | Q(replaced_by=change)) & ~Q(change=change)


def _compared(
    line: Line, first: date, spans: Sequence[Held]
) -> tuple[LineKind, UUID | None]:
    """Tell what a line does, and on which version it stands."""
    held = at(spans, first)
    based_on = held.holds.version_id if held else None
    if line.ends:
        return LineKind.END, based_on
    if held is None:
        return (LineKind.CHANGE if spans else LineKind.ADD), based_on
    says_same = held.holds.values == line.values and held.holds.shape == line.shape
    outcome = state(spans, Span(first, line.valid_to, held.holds))
    ends_same = line.valid_to == held.until and len(outcome.replaced) == 1
    return (LineKind.SAME if says_same and ends_same else LineKind.CHANGE), based_on


def _existing(to: str, codes: set[str], today: date) -> set[str]:
    if not codes:
        return set()
    if to == "organizations":
        return {one.code for one in people.organizations(on=today) if one.code in codes}
    rows = RecordRow.objects.filter(register=to, identifier__in=codes)
    return set(rows.values_list("identifier", flat=True))


def _unit_fault(code: str, day: date) -> Phrase | None:
    try:
        places.get_unit(code=code, on=day)
    except UnitUnknown:
        return _what_became_of(code, day)
    return None


def _what_became_of(code: str, day: date) -> Phrase:
    """Say what a dissolved unit is now, so that the line can be mended."""
    try:
        found = places.convert_address(old_code=code, on=day)
    except UnitUnknown:
        return Phrase(NO_UNIT, code=code, on=day)
    now = "; ".join(f"{one.unit.code} {one.unit.name}" for one in found.choices)
    text = UNIT_SPLIT if found.must_ask else UNIT_GONE
    return Phrase(text, code=code, now=now)
