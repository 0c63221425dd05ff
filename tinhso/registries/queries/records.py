"""What registers say: of one thing on a day, of many, of one place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from tinhso.kernel.actor import Actor
from tinhso.kernel.records import Page, read_place
from tinhso.kernel.text import fold
from tinhso.places import queries as places
from tinhso.registries.models import BOX, KNOWN, RecordRow, VersionRow
from tinhso.registries.queries.declared import (
    get_register,
    registers,
    sees_personal,
)
from tinhso.registries.rules import cells
from tinhso.registries.types import (
    BoxWrong,
    Record,
    RecordUnknown,
    Register,
    Wanted,
)

MEETS = f"{BOX} && box(point(%s, %s), point(%s, %s))"
MOST_AROUND = 200  # records


def get_record(
    *,
    key: str,
    identifier: str,
    on: date,
    actor: Actor,
    known_at: datetime | None = None,
) -> Record:
    """Read what a register says of a thing on a day, as known at a moment.

    known_at: now unless told. What is personal is left out unless the asker may see it.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    :raises RecordUnknown: if it says nothing of such a thing on that day.
    """
    register = get_register(key=key, on=on, actor=actor)
    row = _versions(register, identifier).filter(on_day(on), known_by(known_at)).first()
    if row is None:
        raise RecordUnknown(identifier=identifier, on=on)
    return record_of(row, register, with_personal=sees_personal(register, actor))


def identifier_of(*, key: str, record_id: UUID) -> str:
    """Find by which identifier a register knows a record; "" if it knows none."""
    rows = RecordRow.objects.filter(pk=record_id, register=key)
    return rows.values_list("identifier", flat=True).first() or ""


def history(*, key: str, identifier: str, on: date, actor: Actor) -> tuple[Record, ...]:
    """List all a register ever said of a thing, what was known last at the front.

    on: today.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    """
    register = get_register(key=key, on=on, actor=actor)
    rows = _versions(register, identifier)
    with_personal = sees_personal(register, actor)
    return tuple(
        record_of(row, register, with_personal=with_personal)
        for row in rows.order_by("-recorded_at", "-valid_from", "-id")
    )


def records(
    *, key: str, wanted: Wanted, actor: Actor, after: str = "", most: int = 50
) -> Page[Record]:
    """List records, a slice at a time, in the order in which they became known.

    What is personal is left out for everybody, but for the name people know a record
    by: who opens one is journaled, who looks over a list is not.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    :raises Invalid: if a wanted field is no field, or `after` is no place.
    """
    register = get_register(key=key, on=wanted.on, actor=actor)
    with_personal = sees_personal(register, actor)
    rows = rows_wanted(register, wanted, with_personal=with_personal)
    if after:
        rows = rows.filter(record_id__gt=read_place(after))
    found = list(rows.order_by("record_id")[: most + 1])
    return Page(
        tuple(
            _in_list(row, register, with_personal=with_personal) for row in found[:most]
        ),
        str(found[most - 1].record_id) if len(found) > most else None,
    )


def count_records(*, key: str, wanted: Wanted, actor: Actor) -> int:
    """Count the records that are wanted.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    """
    register = get_register(key=key, on=wanted.on, actor=actor)
    with_personal = sees_personal(register, actor)
    return rows_wanted(register, wanted, with_personal=with_personal).count()


def what_is_here(
    *, box: Sequence[float], on: date, actor: Actor, most: int = MOST_AROUND
) -> tuple[tuple[Register, tuple[Record, ...]], ...]:
    """List what the registers that somebody may read know within a box, on a day.

    box: west, south, east, north, in degrees.

    :raises BoxWrong: if it is none.
    """
    may = {one.key: one for one in registers(on=on, actor=actor) if one.shape}
    rows = VersionRow.objects.filter(KNOWN, on_day(on), register__in=list(may))
    rows = within(rows, box).select_related("record").order_by("register", "record_id")
    found: dict[str, list[Record]] = {}
    for row in rows[:most]:
        # Long things lie in boxes that are mostly empty.
        if row.shape is None or not places.meets(shape=row.shape, box=box):
            continue
        register = may[row.register_id]
        knows = sees_personal(register, actor)
        found.setdefault(register.key, []).append(
            _in_list(row, register, with_personal=knows)
        )
    return tuple((may[key], tuple(some)) for key, some in found.items())


def rows_wanted(
    register: Register, wanted: Wanted, *, with_personal: bool
) -> QuerySet[VersionRow]:
    """Find the rows that are wanted; personal fields find nothing for strangers."""
    rows = _of(register).filter(_while(wanted), known_by(wanted.known_at))
    if wanted.text and (with_personal or not _is_label_personal(register)):
        rows = rows.filter(folded__contains=fold(wanted.text))
    if wanted.unit_code:
        rows = rows.filter(unit_code=wanted.unit_code)
    if wanted.values:
        shown = [f for f in register.fields if with_personal or not f.is_personal]
        rows = rows.filter(values__contains=cells.read_filters(shown, wanted.values))
    return within(rows, wanted.box) if wanted.box is not None else rows


def within(rows: QuerySet[VersionRow], box: Sequence[float]) -> QuerySet[VersionRow]:
    """Keep the rows whose extent meets a box.

    :raises BoxWrong: if it is none.
    """
    if len(box) != 4 or box[0] > box[2] or box[1] > box[3]:
        raise BoxWrong
    west, south, east, north = box
    meets = RawSQL(MEETS, (east, north, west, south), output_field=BooleanField())  # noqa: S611
    return rows.filter(meets, west__isnull=False)


def _while(wanted: Wanted) -> Q:
    if wanted.until is None:
        return on_day(wanted.on)
    begun = Q(valid_from__lte=wanted.until)
    return begun & (Q(valid_to=None) | Q(valid_to__gt=wanted.on))


def on_day(day: date) -> Q:
    """Tell what holds on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def known_by(moment: datetime | None) -> Q:
    """Tell what was known at a moment; now unless told."""
    if moment is None:
        return KNOWN
    later = Q(replaced_at=None) | Q(replaced_at__gt=moment)
    return Q(recorded_at__lte=moment) & later


def record_of(row: VersionRow, register: Register, *, with_personal: bool) -> Record:
    """Show a row as a record; without what is personal unless told."""
    record = Record(
        id=row.record_id,
        version_id=row.id,
        register=row.register_id,
        identifier=row.record.identifier,
        label=row.label,
        values=row.values,
        shape=row.shape,
        unit_code=row.unit_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        replaced_at=row.replaced_at,
        change_id=row.change_id,
        is_synthetic=row.is_synthetic,
    )
    return record if with_personal else _without_personal(record, register)


def _in_list(row: VersionRow, register: Register, *, with_personal: bool) -> Record:
    """Show a row as lists do; with the name people know it by, if they may."""
    record = record_of(row, register, with_personal=False)
    return replace(record, label=row.label) if with_personal else record


def _without_personal(record: Record, register: Register) -> Record:
    hidden = {field.name for field in register.fields if field.is_personal}
    shown = {name: one for name, one in record.values.items() if name not in hidden}
    label = "" if register.label in hidden else record.label
    return replace(record, values=shown, label=label)


def _is_label_personal(register: Register) -> bool:
    return register.field(register.label).is_personal


def _versions(register: Register, identifier: str) -> QuerySet[VersionRow]:
    """Find all that was said of a thing.

    By its own row first: just after a large load nothing tells PostgreSQL that a
    register has more than a few.
    """
    named = RecordRow.objects.filter(register=register.key, identifier=identifier)
    return _of(register).filter(record=Subquery(named.values("pk")[:1]))


def _of(register: Register) -> QuerySet[VersionRow]:
    return VersionRow.objects.filter(register=register.key).select_related("record")
