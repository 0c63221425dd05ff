"""Hand registers out as workbooks: empty, as they are, or as one came in, marked."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from json import dumps
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.registries.models import LineRow
from tinhso.registries.providers import workbooks
from tinhso.registries.providers.workbooks import Row
from tinhso.registries.queries.changes import faults_of, get_change
from tinhso.registries.queries.declared import get_register, sees_personal
from tinhso.registries.queries.records import record_of, rows_wanted
from tinhso.registries.rules import sheets
from tinhso.registries.rules.sheets import Column
from tinhso.registries.types import FieldKind, Record, Register, TooManyRecords, Wanted

MOST_ROWS = 200_000
CHUNK = 5_000
EMPTY = "Ghi mỗi bản ghi một dòng. Cột có dấu * là bắt buộc."
RETURNED = "Ô đỏ là ô sai; lời giải thích nằm ở ghi chú của ô và ở trang “Lỗi”."
SYNTHETIC = "Có dữ liệu mô phỏng, không dùng làm số liệu chính thức."


def template(*, key: str, on: date, actor: Actor) -> bytes:
    """Write the empty workbook of a register, with its head and its choices.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    """
    register = get_register(key=key, on=on, actor=actor)
    columns = sheets.columns_of(register)
    return workbooks.write(register, columns, (), about=EMPTY)


def as_workbook(*, key: str, wanted: Wanted, actor: Actor) -> tuple[bytes, int]:
    """Write the records that are wanted, so that they can be changed and come back.

    Answers how many there are, too.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    :raises TooManyRecords: if one workbook cannot hold them.
    """
    register = get_register(key=key, on=wanted.on, actor=actor)
    with_personal = sees_personal(register, actor)
    hidden = {f.name for f in register.fields if f.is_personal and not with_personal}
    columns = [one for one in sheets.columns_of(register) if one.name not in hidden]
    rows = rows_wanted(register, wanted, with_personal=with_personal)
    count = rows.count()
    if count > MOST_ROWS:
        raise TooManyRecords(most=MOST_ROWS)
    found = rows.order_by("record_id").iterator(chunk_size=CHUNK)
    records = (record_of(row, register, with_personal=with_personal) for row in found)
    about = SYNTHETIC if rows.filter(is_synthetic=True).exists() else EMPTY
    lines = _rows(register, columns, records)
    return workbooks.write(register, columns, lines, about=about), count


def returned(*, change_id: UUID, on: date, actor: Actor) -> bytes:
    """Write the wrong rows of a change as they came in, red where they are wrong.

    The sound ones stand there, too, while the change is not written.

    :raises ChangeUnknown: if there is none, or the asker keeps another register.
    """
    register, _ = get_change(change_id=change_id, on=on, actor=actor)
    rows = LineRow.objects.filter(change=change_id).order_by("number")
    first = rows.select_related("change").first()
    known = {column.name: column for column in sheets.columns_of(register)}
    names = first.change.columns if first else []
    columns = [known[name] for name in names if name in known]
    lines = rows.iterator(chunk_size=CHUNK)
    return workbooks.write(
        register,
        columns or list(known.values()),
        _returned(names, lines),
        about=RETURNED,
    )


def _returned(names: Sequence[str], lines: Iterator[LineRow]) -> Iterator[Row]:
    places = {name: place for place, name in enumerate(names)}
    for line in lines:
        wrong: dict[int, str] = {}
        for fault in faults_of(line.faults):
            at = places.get(fault.field, places.get(_near(fault.field), 0))
            wrong[at] = f"{wrong[at]} {fault.reason}" if at in wrong else fault.reason
        yield Row(line.number, line.cells, wrong)


def _near(field: str) -> str:
    """Name the column that stands for a field which is none."""
    return sheets.LONGITUDE if field == sheets.SHAPE else ""


def _rows(
    register: Register, columns: Sequence[Column], records: Iterator[Record]
) -> Iterator[Row]:
    for number, record in enumerate(records, start=2):
        cells = [_cell(register, record, column.name) for column in columns]
        yield Row(number, cells, {})


def _cell(register: Register, record: Record, name: str) -> object:
    if name == sheets.FROM:
        return record.valid_from
    if name == sheets.UNTIL:
        return record.valid_to
    if name == sheets.ENDS:
        return None
    if name in sheets.OF_SHAPES:
        return _shape_cell(record, name)
    field = register.field(name)
    value = record.values.get(name)
    if field.choices and value is not None:
        return str(field.meaning(value))
    if value is not None and field.kind is FieldKind.DAY:
        return date.fromisoformat(value)
    if value is not None and field.kind is FieldKind.MOMENT:
        return datetime.fromisoformat(value)
    return value


def _shape_cell(record: Record, name: str) -> object:
    if record.shape is None:
        return None
    if name == sheets.SHAPE:
        return dumps(record.shape)
    longitude, latitude = record.shape["coordinates"][:2]
    return longitude if name == sheets.LONGITUDE else latitude
