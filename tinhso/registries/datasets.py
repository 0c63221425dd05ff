"""What registers publish to the lake: each version of a record, nobody's data."""

from collections.abc import Iterator
from datetime import date, datetime
from json import dumps
from uuid import UUID

from tinhso.kernel.clock import local
from tinhso.kernel.packs.types import Find
from tinhso.lake.types import Code, Column, Dataset, Kind, Values
from tinhso.registries.models import VersionRow
from tinhso.registries.queries import declared
from tinhso.registries.rules import schemas
from tinhso.registries.types import Field, FieldKind, Register

CHUNK = 5_000
KINDS = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.WHOLE: Kind.WHOLE,
    FieldKind.REAL: Kind.REAL,
    FieldKind.YES_NO: Kind.YES_NO,
    FieldKind.DAY: Kind.DAY,
    FieldKind.MOMENT: Kind.MOMENT,
}
FIRST = (
    Column("version_id", Kind.ID, "mã phiên bản", "the version"),
    Column("record_id", Kind.ID, "mã nội bộ của bản ghi", "the record, inside"),
)
SHAPE = Column("shape", Kind.SHAPE, "hình", "the shape, WGS 84", may_be_empty=True)
LAST = (
    Column("unit_code", Kind.TEXT, "mã xã, phường", "commune", may_be_empty=True),
    Column("valid_from", Kind.DAY, "có hiệu lực từ ngày", "holds from this day"),
    Column(
        "valid_to",
        Kind.DAY,
        "hết hiệu lực từ ngày",
        "holds no more from this day",
        may_be_empty=True,
    ),
    Column("recorded_on", Kind.DAY, "ngày vào sổ", "the day it was recorded"),
    Column("known_at", Kind.MOMENT, "lúc biết", "since when it was known so"),
    Column(
        "replaced_at",
        Kind.MOMENT,
        "lúc được thay",
        "when it was known otherwise",
        may_be_empty=True,
    ),
    Column("is_synthetic", Kind.YES_NO, "dữ liệu mô phỏng", "made-up data"),
)


def name_of(key: str) -> str:
    """Name the dataset of a register."""
    return f"registries.{key}"


def published() -> tuple[Dataset, ...]:
    """List a dataset for each register; what is personal stays here."""
    return tuple(dataset_of(register) for register in declared.declarations())


def among(*, name: str, find: Find) -> Dataset | None:
    """Find the dataset of a register among contents; None if none declares it."""
    room, _, key = name.partition(".")
    content = find("registers", key) if room == "registries" else None
    if content is None:
        return None
    names = list(content.body["schema"]["properties"])
    return dataset_of(schemas.register_of(content.body, names=names, version=0))


def dataset_of(register: Register) -> Dataset:
    """Declare the table of a register: a row for each version of each record.

    A version that was replaced comes once more, with the moment; what holds today is
    what was not replaced and whose days today is among.
    """
    return Dataset(
        name=name_of(register.key),
        vi=register.vi,
        en=register.en,
        columns=(
            *FIRST,
            *(_column(field) for field in _open_fields(register)),
            *([SHAPE] if register.shape else []),
            *LAST,
        ),
        key="version_id",
        version="known_at",
        month="recorded_on",
    )


def rows_of(*, change_id: UUID, key: str) -> Iterator[tuple[Values, bool]]:
    """Tell what a change brought and what it replaced, and which of both a row is."""
    register = declared.declarations(key=key)[0]
    new = VersionRow.objects.filter(change=change_id).order_by("id")
    for row in new.iterator(chunk_size=CHUNK):
        yield _values(register, row, row.recorded_at, replaced_at=None), False
    old = VersionRow.objects.filter(replaced_by=change_id).order_by("id")
    for row in old.iterator(chunk_size=CHUNK):
        assert row.replaced_at is not None  # noqa: S101 - a constraint of the table
        known_at = row.replaced_at
        yield _values(register, row, known_at, replaced_at=row.replaced_at), True


def _open_fields(register: Register) -> Iterator[Field]:
    return (field for field in register.fields if not field.is_personal)


def _column(field: Field) -> Column:
    # Empty where it is said no more, or was not yet.
    return Column(
        field.name,
        KINDS[field.kind],
        field.vi,
        field.en,
        field.unit,
        may_be_empty=True,
        codes=tuple(Code(one.value, one.vi, one.en) for one in field.choices),
    )


def _values(
    register: Register,
    row: VersionRow,
    known_at: datetime,
    *,
    replaced_at: datetime | None,
) -> Values:
    said = {
        field.name: _typed(field, row.values.get(field.name))
        for field in _open_fields(register)
    }
    shape = {"shape": row.shape and dumps(row.shape)} if register.shape else {}
    return {
        "version_id": row.id,
        "record_id": row.record_id,
        **said,
        **shape,
        "unit_code": row.unit_code or None,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "recorded_on": local(row.recorded_at).date(),
        "known_at": known_at,
        "replaced_at": replaced_at,
        "is_synthetic": row.is_synthetic,
    }


def _typed(field: Field, value: object) -> object:
    if value is None:
        return None
    if field.kind is FieldKind.DAY:
        return date.fromisoformat(str(value))
    if field.kind is FieldKind.MOMENT:
        return datetime.fromisoformat(str(value))
    return float(str(value)) if field.kind is FieldKind.REAL else value
