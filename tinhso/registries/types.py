"""The words of registers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Phrase
from tinhso.kernel.events.types import Event
from tinhso.places.types import ShapeKind

# Values of a record by the name of the field; days and moments are ISO texts.
Values = Mapping[str, Any]
# A geometry as RFC 7946 writes it.
Shape = Mapping[str, Any]


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    REAL = "real"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"


# What the platform itself says of each record, in the lake, in workbooks and addresses.
OWN_NAMES = frozenset(
    {
        *("version_id", "record_id", "unit_code", "shape", "longitude", "latitude"),
        *("valid_from", "valid_to", "recorded_on", "known_at", "replaced_at", "ends"),
        *("is_synthetic", "on", "bbox", "limit", "after", "datetime", "f", "offset"),
    }
)
# The deeds by which reads of what is personal stand in the journal.
READ_RECORD = "registries.read_record"
EXPORT_RECORDS = "registries.export_records"


def journal_id(key: str) -> UUID:
    """Name a register in the journal, which knows things by a UUID.

    >>> journal_id("schools") == journal_id("schools")
    True
    """
    return uuid5(NAMESPACE_URL, f"urn:tinhso:register:{key}")


class Openness(StrEnum):
    """Who may read a register; personal fields are for its owner's officers only."""

    EVERYBODY = "everybody"
    OFFICERS = "officers"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, and what it means."""

    value: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a register; vi, en: its title. unit: as `m²`, "" where there is none.

    refers_to: `units` or `organizations`, or the key of a register: the value names one
    of them by code or identifier. choices: empty where anything fits. is_retired: asked
    for no more.
    """

    name: str
    kind: FieldKind
    vi: str
    en: str
    is_required: bool
    is_personal: bool
    is_retired: bool
    unit: str
    refers_to: str
    choices: tuple[Choice, ...]

    def meaning(self, value: object) -> Phrase:
        """Say what a chosen value means; others say themselves."""
        for choice in self.choices:
            if choice.value == value:
                return Phrase(choice.vi, english=choice.en)
        return Phrase("" if value is None else str(value))


@dataclass(frozen=True, slots=True)
class Register:
    """A register as it is in force.

    owner: key of the organization that answers for it; organization_id: that today,
    None if it is no more. identifier: the field that names a record; label: the one by
    which people know it; place: the one that holds the code of its commune, "" where
    none does. version: of the content.
    """

    key: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    source: str
    owner: str
    owner_name: str
    organization_id: UUID | None
    openness: Openness
    needs_approval: bool
    identifier: str
    label: str
    place: str
    shape: ShapeKind | None
    is_shape_required: bool
    fields: tuple[Field, ...]
    schema: Mapping[str, Any]
    version: int

    def field(self, name: str) -> Field:
        """Find a field by its name."""
        return next(one for one in self.fields if one.name == name)

    @property
    def has_personal(self) -> bool:
        """Tell whether any field tells of a person."""
        return any(field.is_personal for field in self.fields)

    @property
    def owner_id(self) -> None:
        """Tell policies that it is no person's own."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a register says of one thing, on one day, as known at one moment.

    valid_to: the first day on which it holds no more; replaced_at: when it was known
    otherwise. change_id: what brought it. unit_code: the commune, "" if unknown.
    """

    id: UUID
    version_id: UUID
    register: str
    identifier: str
    label: str
    values: Values
    shape: Shape | None
    unit_code: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    replaced_at: datetime | None
    change_id: UUID
    is_synthetic: bool


class LineKind(StrEnum):
    """What a line of a change does to a record. SAME: it says what is there."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    SAME = "same"


class ChangeState(StrEnum):
    """How far a change has come. DRAFT: checked, and not handed in yet."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPLIED = "applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a line; "" speaks of the whole line."""

    field: str
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Line:
    """What shall be written of one record; number: of the row it came from.

    valid_from: from when it holds; valid_to: until before when, None if it stays.
    ends: the thing is no more from `valid_from` on. faults: what could not be read.
    """

    number: int
    values: Values
    shape: Shape | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    ends: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A line of a change as it was checked; before: what it takes the place of."""

    number: int
    identifier: str
    kind: LineKind
    values: Values
    shape: Shape | None
    valid_from: date
    valid_to: date | None
    faults: tuple[Fault, ...]
    before: Values | None


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that go into a register together, or do not.

    source: where they come from, in words; file_name: of the workbook, "" if typed.
    count_…: how many lines do what; faults: how many are wrong.
    """

    id: UUID
    register: str
    state: ChangeState
    source: str
    file_name: str
    register_version: int
    proposed_by: str
    proposer_id: UUID | None
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    count_added: int
    count_changed: int
    count_ended: int
    count_same: int
    faults: int
    is_synthetic: bool

    @property
    def rows(self) -> int:
        """Count the lines without a fault."""
        return (
            self.count_added + self.count_changed + self.count_ended + self.count_same
        )


@dataclass(frozen=True, slots=True)
class RecordReading:
    """Who read what a register says of a person, and when.

    is_export: in a list that left, which may have held others only.
    """

    at: datetime
    reader: str
    is_export: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are wanted, on a day, as known at a moment (now unless told).

    until: of a time; then what holds on any day of it, up to and with this one.
    values: fields that must be equal; box: west, south, east, north in degrees.
    text: part of label or identifier, without regard to diacritics.
    """

    on: date
    until: date | None = None
    known_at: datetime | None = None
    text: str = ""
    unit_code: str = ""
    values: Mapping[str, str] | None = None
    box: Sequence[float] | None = None


@dataclass(frozen=True, kw_only=True)
class RecordsChanged(Event):
    """A change went into a register; subject_id: the change."""

    register: str
    added: int
    changed: int
    ended: int


class RegisterUnknown(NotFound):
    """There is no such register, or the asker may not know it."""

    message = N_("Không có sổ dữ liệu nào tên là {key}.")


class TooManyRecords(Invalid):
    """One workbook cannot hold what is wanted."""

    message = N_("Nhiều hơn {most} bản ghi, một tệp Excel không chứa hết. Hãy lọc bớt.")


class SheetUnreadable(Invalid):
    """What was sent is no table."""

    message = N_("Không đọc được tệp này. Hãy gửi tệp Excel (.xlsx).")


class SheetTooLarge(Invalid):
    """The workbook has too many rows, columns or bytes."""

    message = N_(
        "Tệp quá lớn: tối đa {most} dòng, {limit_mb} MB."
        " Hãy chia thành nhiều tệp rồi gửi từng tệp."
    )


class SheetHeadMissing(Invalid):
    """No row of the workbook names the columns of the register."""

    message = N_(
        "Không thấy dòng tiêu đề. Dòng đầu phải có tên cột như tệp mẫu,"
        " thiếu: {missing}."
    )


class SheetColumnUnknown(Invalid):
    """A column of the workbook is none of the register, or there twice."""

    message = N_(
        "Cột {column} “{title}” không có trong sổ, hoặc có hai lần."
        " Hãy xóa cột hoặc sửa tên cột."
    )


class SheetEmpty(Invalid):
    """The workbook has no row below its head."""

    message = N_("Tệp không có dòng dữ liệu nào.")


class RegisterRetyped(Conflict):
    """A version of a register lacks a field of the one before, or has it otherwise."""

    message = N_(
        "Trường “{field}” của sổ “{key}” không được bỏ hoặc đổi kiểu; hãy đánh dấu"
        " x-retired."
    )


class RecordUnknown(NotFound):
    """The register has no such record on that day."""

    message = N_("Không có bản ghi {identifier} vào ngày {on:%d/%m/%Y}.")


class ChangeUnknown(NotFound):
    """There is no such change, or the asker may not know it."""

    message = N_("Không có lần thay đổi này.")


class ChangeMovedOn(Conflict):
    """The change is not, or no longer, where this could be done to it."""

    message = N_("Lần thay đổi này không còn ở bước đó.")


class ChangeHasFaults(Invalid):
    """Lines of the change are wrong; they are mended, or left out on purpose."""

    message = N_("Còn {faults} dòng sai. Hãy sửa, hoặc chọn gửi mà bỏ các dòng đó.")


class ChangeEmpty(Invalid):
    """The change would change nothing."""

    message = N_("Không có gì thay đổi so với sổ hiện nay.")


class SourceMissing(Invalid):
    """Records say where they come from."""

    message = N_("Hãy ghi nguồn của dữ liệu.")


class OwnChange(Invalid):
    """Who proposed a change does not approve it."""

    message = N_("Người đề nghị không tự duyệt. Hãy để người khác duyệt.")


class RecordMovedOn(Conflict):
    """A record was changed after the change was proposed."""

    message = N_(
        "Bản ghi {identifier} đã đổi sau khi lập đề nghị này. Hãy lập lại đề nghị."
    )


class RecordWrong(Invalid):
    """Something about a record cannot be; `fields` says what."""

    message = N_("Bản ghi chưa đúng. Hãy xem lại các mục được đánh dấu.")


class ReasonMissing(Invalid):
    """A rejection needs its reason."""

    message = N_("Hãy nêu lý do không duyệt.")


class BoxWrong(Invalid):
    """A box must be west, south, east, north in degrees of WGS 84."""

    message = N_("Khung tọa độ phải là: tây, nam, đông, bắc, tính bằng độ.")
