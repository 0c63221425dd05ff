"""The words of open data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused, Unavailable
from tinhso.kernel.events.types import Event
from tinhso.lake.types import Kind

DATASET_SCHEMA = Path(__file__).parent / "schema" / "dataset.json"
# Fewer people than this are never told apart (k of k-anonymity).
FEWEST = 5
# Columns that the gate adds to figures: which it hid, and which columns a total is by.
HIDDEN, TOTAL = "is_hidden", "total_by"

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Read it in a language: `vi` or `en`."""
        return self.en if language == "en" else self.vi


class Format(StrEnum):
    """In which forms a version is handed out."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    GEOJSON = "geojson"


class Part(StrEnum):
    """What of a value is published; of a day or moment, its month or year."""

    WHOLE = ""
    MONTH = "month"
    YEAR = "year"


class Measure(StrEnum):
    """A figure of each cell; NONE: the column is no figure."""

    NONE = ""
    COUNT = "count"
    SUM = "sum"


class CodesOf(StrEnum):
    """Whose codes the values of a column are; NONE: they are none of these."""

    NONE = ""
    UNITS = "units"
    ORGANIZATIONS = "organizations"


class SmallGroups(StrEnum):
    """What becomes of rows that too few people share."""

    REFUSE = "refuse"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class Label:
    """What a value of a column stands for."""

    value: str
    means: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is published; source: of the lake's table.

    labels: what its values stand for; empty to take what the table says.
    """

    name: str
    source: str
    part: Part
    measure: Measure
    title: Text
    meaning: Text
    unit: str = ""
    labels: tuple[Label, ...] = ()
    codes: CodesOf = CodesOf.NONE


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows of the table are meant. test: is, is_not, from, before, present or
    absent.
    """

    column: str
    test: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Coarser:
    """A step that makes a column say less. to: month, year, any; or keep, band.

    keep: so many first characters; band: numbers in steps of so much.
    """

    column: str
    to: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the gate must know. quasi: columns by which somebody could be recognized.

    sensitive: the column nobody may learn about one person, "" for none; diversity: how
    many different values of it each group has at least. coarser: tried one by one.
    """

    quasi: tuple[str, ...] = ()
    sensitive: str = ""
    diversity: int = 2
    coarser: tuple[Coarser, ...] = ()
    small_groups: SmallGroups = SmallGroups.REFUSE


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset as a pack declares it.

    publisher: code of the agency; theme, license, frequency: URIs of the EU's lists;
    source: a table of the lake; totals: sets of columns whose sums are published, too.
    """

    slug: str
    title: Text
    description: Text
    publisher: str
    theme: str
    keywords: Mapping[str, tuple[str, ...]]
    license: str
    frequency: str
    contact_name: str
    contact_email: str
    source: str
    basis: str
    fields: tuple[Field, ...]
    conditions: tuple[Condition, ...] = ()
    totals: tuple[tuple[str, ...], ...] = ()
    privacy: Privacy = Privacy()
    is_synthetic: bool = False

    @property
    def is_figures(self) -> bool:
        """Tell whether it is cells of figures, rather than rows of single things."""
        return any(field.measure for field in self.fields)

    @property
    def is_guarded(self) -> bool:
        """Tell whether the gate has something to guard in it."""
        return self.is_figures or bool(self.privacy.quasi)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Name the columns that tell the cells apart."""
        return tuple(one.name for one in self.fields if not one.measure)

    @property
    def measures(self) -> tuple[str, ...]:
        """Name the figures of each cell; the count stands first."""
        named = [one for one in self.fields if one.measure]
        named.sort(key=lambda one: one.measure is not Measure.COUNT)
        return tuple(one.name for one in named)


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a version, as the file has it.

    labels: what its values stand for. distinct: how many different ones there are, None
    in versions that were made before this was counted.
    """

    name: str
    kind: Kind
    title: Text
    meaning: Text
    unit: str = ""
    labels: tuple[Label, ...] = ()
    distinct: int | None = None

    def label_of(self, value: object) -> Text | None:
        """Tell what a value stands for; None if it says itself."""
        found = (one.means for one in self.labels if one.value == value)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate did. coarser: how many steps; rows: that were left out.

    cells: figures that are hidden; groups: of people, smallest: how many the least has.
    """

    groups: int
    smallest: int
    coarser: int
    rows: int
    cells: int


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen state of a dataset; nothing of it ever changes, but it may be withdrawn.

    formula: SHA-256 of the question that was asked of the lake; rows, bytes: of the
    file, whose SHA-256 is `sha256`.
    """

    id: UUID
    slug: str
    number: int
    published_at: datetime
    rows: int
    bytes: int
    sha256: str
    columns: tuple[Shown, ...]
    table: str
    table_uuid: str
    snapshot_id: int
    formula: str
    is_synthetic: bool
    gate: GateReport
    withdrawn_at: datetime | None
    reason: str

    @property
    def has_map(self) -> bool:
        """Tell whether its rows have a place."""
        names = {one.name for one in self.columns}
        shapes = any(one.kind is Kind.SHAPE for one in self.columns)
        return shapes or {"lon", "lat"} <= names

    @property
    def formats(self) -> tuple[Format, ...]:
        """List the forms it is handed out in."""
        return tuple(f for f in Format if f is not Format.GEOJSON or self.has_map)


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset as the catalogue lists it; newest: None if nothing is published."""

    id: UUID
    entry: Entry
    agency: str
    newest: Version | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What a policy needs to know of a dataset: which agency answers for it."""

    organization_id: UUID | None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the datasets found have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of datasets, how many there are, and how they spread."""

    items: tuple[Listed, ...]
    count: int
    facets: Mapping[str, tuple[Facet, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """Which rows of a version are wanted.

    filters: by column, the values of which it has one, None for nothing; sort: columns,
    `-` before one that goes down.
    """

    filters: Mapping[str, Sequence[object]]
    text: str = ""
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    is_distinct: bool = False
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a version; total: how many there are in all."""

    columns: tuple[Shown, ...]
    rows: Sequence[tuple[Any, ...]]
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a question in SQL was answered; is_cut: there were more rows."""

    columns: tuple[tuple[str, str], ...]
    rows: Sequence[tuple[Any, ...]]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """What an attack found. how: linked, alike, differenced, recovered."""

    how: str
    column: str
    combination: str


class FileFate(StrEnum):
    """Whether a version has its file. REMADE: byte for byte from the lake."""

    KEPT = "kept"
    REMADE = "remade"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileState:
    """What became of the file of a version; why: it is missing, by name."""

    slug: str
    number: int
    fate: FileFate
    why: str = ""


@dataclass(frozen=True, slots=True)
class AgencyState:
    """How an agency does its duty; due_on: None if nothing of it is out yet."""

    code: str
    name: str
    datasets: int
    published: int
    due_on: date | None
    is_late: bool

    @property
    def publishes(self) -> bool:
        """Tell whether anything of it is out."""
        return self.published > 0


@dataclass(frozen=True, kw_only=True)
class DatasetPublished(Event):
    """A version came out."""

    slug: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DatasetWithdrawn(Event):
    """A version was withdrawn."""

    slug: str
    number: int


class DatasetNotFound(NotFound):
    """There is no such dataset, version or form of it."""

    message = N_("Không có bộ dữ liệu mở này.")


class PortalReadOnly(Refused):
    """Somebody asked the portal to write; agencies publish elsewhere."""

    status = 403
    message = N_("Cổng dữ liệu mở chỉ cho đọc.")


class VersionWithdrawn(Refused):
    """The version was withdrawn; a notice says why."""

    status = 410
    message = N_("Phiên bản {number} đã được thu hồi. Lý do: {reason}")


class AlreadyWithdrawn(Conflict):
    """The version was withdrawn before."""

    message = N_("Phiên bản này đã được thu hồi trước đó.")


class PublisherUnknown(Conflict):
    """No agency has the code today."""

    message = N_("Không có cơ quan nào mang mã {code}.")


class ColumnMissing(Conflict):
    """The table has no such column."""

    message = N_("Bảng {table} không có cột {column}.")


class ColumnPersonal(Refused):
    """The column tells of persons, and no column of that kind is published."""

    status = 422
    message = N_("Cột {column} là dữ liệu cá nhân nên không được công bố.")


class SourceGuardedElsewhere(Conflict):
    """Another dataset of the same table is out, and the two would unmask each other."""

    message = N_(
        "Bảng {table} đã có số liệu công bố ở bộ {slug}. Hãy thêm tổng vào bộ đó."
    )


class NothingToPublish(Conflict):
    """The snapshot has no row that is meant."""

    message = N_("Chưa có hàng nào để công bố.")


class TooManyRows(Refused):
    """There are more rows than a version may have."""

    status = 422
    message = N_("Có nhiều hơn {most} hàng, là mức của một phiên bản.")


class TooManyRowsForSheet(Refused):
    """A worksheet holds no more rows."""

    status = 422
    message = N_("Tệp Excel chứa được nhiều nhất {most} hàng. Hãy tải tệp CSV.")


class GroupTooSmall(Refused):
    """Somebody would stand out by a combination of values."""

    status = 422
    message = N_(
        "Tổ hợp {combination} chỉ có {count} hàng, ít hơn {fewest}. Cột: {column}."
    )


class ChangeTooSmall(Refused):
    """Somebody would stand out beside an earlier version."""

    status = 422
    message = N_(
        "Tổ hợp {combination} chỉ đổi {count} hàng so với một phiên bản trước."
        " Cột: {column}."
    )


class GroupTooAlike(Refused):
    """All who share a combination share what nobody may learn, too."""

    status = 422
    message = N_("Tổ hợp {combination} chỉ có {count} giá trị ở cột {column}.")


class Reidentifiable(Refused):
    """The attack on the frozen file found somebody."""

    status = 422
    message = N_("Thử tấn công thấy lộ ở cột {column}: {combination}.")


class TotalsTooEntangled(Refused):
    """Too many hidden figures hang together to be checked."""

    status = 422
    message = N_("Các tổng đan nhau quá nhiều nên không kiểm tra được. Hãy bớt tổng.")


class SourceSaysNotWhoIsReal(Conflict):
    """The table does not tell synthetic rows from real ones."""

    message = N_("Bảng {table} không cho biết hàng nào là dữ liệu mô phỏng.")


class ReasonMissing(Invalid):
    """A withdrawal says why."""

    message = N_("Hãy ghi lý do thu hồi.")


class ColumnUnknown(Invalid):
    """The version has no such column."""

    message = N_("Không có cột {column}.")


class ValueWrong(Invalid):
    """A value cannot be one of the column."""

    message = N_("Cột {column} không thể có giá trị này.")


class QuestionRefused(Refused):
    """The question is no SQL, or does something else than read."""

    status = 409
    message = N_("Không thực hiện được câu truy vấn: {reason}")


class QuestionReachesOut(Refused):
    """The question reaches for something that is not published."""

    status = 403
    message = N_("Câu truy vấn chỉ được đọc dữ liệu đã công bố.")


class QuestionTooLarge(Refused):
    """The question takes more time or memory than it may."""

    status = 422
    message = N_("Câu truy vấn cần nhiều thời gian hoặc bộ nhớ hơn mức cho phép.")


class TooManyAtOnce(Unavailable):
    """So many questions are being answered that one more must wait outside."""

    message = N_("Đang có quá nhiều câu hỏi cùng lúc. Hãy thử lại sau ít giây.")


class RowsMovedOn(Conflict):
    """What the lake has now is not what was published then."""

    message = N_("Kho dữ liệu đã khác với lúc công bố phiên bản này.")


class FileMissing(Unavailable):
    """The file of a version is not there, or not as it was frozen."""

    message = N_("Không đọc được tệp của phiên bản này.")
