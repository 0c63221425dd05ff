"""The words of the lake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused, Unavailable

SOURCE_SCHEMA = Path(__file__).parent / "schema" / "source.json"


class Kind(StrEnum):
    """What a column holds. WHOLE: 64 bits; DAY: in Vietnam; ID: a UUID, as text.

    SHAPE: a geometry in WGS 84, as GeoJSON text.
    """

    TEXT = "text"
    WHOLE = "whole"
    REAL = "real"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"
    ID = "id"
    SHAPE = "shape"


SQL_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.REAL: "DOUBLE",
    Kind.YES_NO: "BOOLEAN",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMPTZ",
    Kind.ID: "VARCHAR",
    Kind.SHAPE: "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A value of a column that stands for something, and for what."""

    value: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset; vi, en: what it means.

    unit: as `VND`, "" where there is none. is_personal: it tells of a person.
    codes: what its values stand for, empty where they say themselves.
    """

    name: str
    kind: Kind
    vi: str
    en: str
    unit: str = ""
    is_personal: bool = False
    may_be_empty: bool = False
    codes: tuple[Code, ...] = ()


class Dimension(StrEnum):
    """What a row of good data is: đúng, đủ, sạch, sống."""

    COMPLETE = "complete"
    UNIQUE = "unique"
    VALID = "valid"
    TIMELY = "timely"
    CONSISTENT = "consistent"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a room promises of its rows; one of the fields says how it is seen.

    COMPLETE: the column is filled; UNIQUE: no two rows have the same in it. among,
    least and most, pattern: what stands in it, if anything does. refers_to: a column of
    a dataset that has it, `counters.desks.code`. within_hours: from the moment in the
    column to coming into the lake. holds: SQL that is true of a row.
    """

    name: str
    dimension: Dimension
    vi: str
    en: str
    column: str = ""
    among: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    pattern: str = ""
    refers_to: str = ""
    within_hours: int | None = None
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of facts as its room declares it: `procedures.dossier_acts`.

    key: the column that names a fact; a correction has the same. version: the column
    whose highest value tells which row of a key is the latest. month: the column, a
    day or a moment, by whose month the files lie apart.
    """

    name: str
    vi: str
    en: str
    columns: tuple[Column, ...]
    key: str
    version: str
    month: str
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """How far an expectation is met.

    wrong: how many rows do not meet it; examples: keys of some of them.
    """

    name: str
    dimension: Dimension
    vi: str
    en: str
    wrong: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What a table was worth at a moment, and of which state that was computed.

    scores: the part of rows without a fault, 0 to 1, by dimension; None without rows.
    set_aside: rows that never came in, for something was wrong with them.
    """

    dataset: str
    uuid: str
    snapshot_id: int | None
    measured_at: datetime
    rows: int
    set_aside: int
    scores: Mapping[str, float | None]
    expectations: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of rows. is_fresh: False if they were in the table before."""

    rows: int
    snapshot_id: int | None
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Compacted:
    """What compaction made of a dataset; before, after: how many files."""

    dataset: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was let go: snapshots, and files that no snapshot names."""

    dataset: str
    snapshots: int
    files: int


@dataclass(frozen=True, slots=True)
class TableState:
    """A dataset as it stands; bytes: of its files. None: it has no rows yet.

    waiting: rows handed in and not yet in the table; set_aside: those that are wrong.
    """

    dataset: Dataset
    uuid: str | None
    snapshot_id: int | None
    rows: int
    files: int
    bytes: int
    waiting: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class TableDescription:
    """The newest state of a table. metadata: Iceberg JSON; location: its file.

    reached: where a store of its files is, in Iceberg's words; no key stands there.
    """

    dataset: str
    location: str
    metadata: str
    reached: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """From which state of which table a number was computed."""

    dataset: str
    uuid: str
    snapshot_id: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take. memory, reads: in bytes; seconds: of the clock."""

    rows: int
    seconds: float
    memory: int
    reads: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine answered. formula: SHA-256 of the question as it was asked.

    is_cut: there were more rows than asked for. seconds: from question to answer.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    is_cut: bool
    sources: tuple[Source, ...]
    formula: str
    engine: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TakenApart:
    """What a question names, and its tree as the engine writes it in JSON."""

    names: frozenset[str]
    tree: str


class ClosedEngine(Protocol):
    """An engine that has what it was given, and reaches nothing else.

    What it refuses it names as the engine does; time and memory by `Question…`.
    """

    def lay_out(self, statement: str) -> None:
        """Make a schema or a view; the statement is the platform's own."""

    def give(self, name: str, rows: Any) -> None:
        """Give it rows by a name, as a table of Arrow."""

    def ask(self, sql: str, values: Sequence[object] = (), *, most: int = 0) -> Any:
        """Ask one question, and answer a table of Arrow. most: rows, 0 for every one.

        :raises QuestionTooLong: if it takes longer than it may.
        :raises QuestionTooLarge: if it needs more memory.
        """

    def batches(self, sql: str, *, rows: int) -> Iterator[Any]:
        """Walk through what is found, so many rows at a time; no clock stops it."""


Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was wrong, as it was handed in, and why."""

    dataset: str
    values: Values
    reason: str
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is on its way; since: when the oldest waiting row was handed in."""

    waiting: int
    since: datetime | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where rows come from that no room makes, as a pack declares it.

    headers: by column, what stands above it in a file or names it elsewhere.
    decimals: the sign before the fraction, `,` or `.`. elsewhere: `rest` or
    `postgresql` with how it is asked, where rows are fetched, too.
    """

    dataset: Dataset
    headers: Mapping[str, str]
    decimals: str
    elsewhere: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file. is_fresh: False if its rows were in the table before.

    rows: those that came in; set_aside: those that are wrong.
    """

    dataset: str
    name: str
    rows: int
    set_aside: int
    is_fresh: bool
    snapshot_id: int | None


class SourceUnknown(NotFound):
    """No pack declares a source of that name."""

    message = N_("Không có nguồn dữ liệu nào tên là {name}.")


class SourceOfFilesOnly(Invalid):
    """Nothing says where rows of the source could be fetched."""

    message = N_("Nguồn {name} chỉ nhận tệp.")


class SourceNotSetUp(Unavailable):
    """Where the source is, is said nowhere, or to everybody on the machine."""

    message = N_("Hãy ghi địa chỉ của nguồn {name} vào {file}, chỉ chủ đọc được.")


class StoreNotSetUp(Unavailable):
    """The key of the store is nowhere, or others on the machine read it."""

    message = N_(
        "Hãy ghi tên khóa và khóa bí mật của kho lưu trữ vào {file}, chỉ chủ đọc được."
    )


class StoreAway(Unavailable):
    """The store of the tables does not answer; `reason` is what was met."""

    message = N_("Kho lưu trữ {place} không trả lời ({reason}).")


class StoreRefused(Unavailable):
    """The store does not take the platform's key, or has no such bucket."""

    message = N_("Kho lưu trữ {place} không nhận khóa của hệ thống ({reason}).")


class SourceNotReached(Unavailable):
    """The source does not answer, or not in time."""

    message = N_("Nguồn {name} không trả lời.")


class SourceAnswersOtherwise(Invalid):
    """The source answers something else than rows; `reason` says what."""

    message = N_("Nguồn {name} không trả lời như đã khai báo: {reason}")


class SourceTooMuch(Invalid):
    """The source has more than is fetched at once."""

    message = N_("Nguồn {name} có nhiều dữ liệu hơn mức lấy được một lần.")


class FileUnreadable(Invalid):
    """The file is no table that can be read; `reason` says why."""

    message = N_("Không đọc được tệp {name}: {reason}")


class FileNotUnicode(Invalid):
    """The file's text is in an encoding from before Unicode, or damaged."""

    message = N_(
        "Tệp {name} không phải Unicode (UTF-8). Hãy lưu lại ở dạng “CSV UTF-8”."
    )


class FileInOldFont(Invalid):
    """The text is typed in TCVN3 or VNI, which only their fonts show as Vietnamese."""

    message = N_(
        "Cột “{column}” của tệp {name} gõ bằng phông chữ cũ (TCVN3 hoặc VNI),"
        " ví dụ “{sample}”. Hãy chuyển sang Unicode rồi nạp lại."
    )


class ColumnsDiffer(Invalid):
    """Columns that the source declares are not in the file."""

    message = N_("Tệp {name} thiếu cột: {columns}.")


class CellsMerged(Invalid):
    """Cells of the sheet are merged, so that it is not known what the others hold."""

    message = N_("Trang tính của tệp {name} có ô gộp: {cells}. Hãy bỏ gộp ô.")


class FileTooLarge(Invalid):
    """The file has more than is taken at once."""

    message = N_("Tệp {name} lớn hơn mức {most}. Hãy chia nhỏ.")


class FileMostlyWrong(Invalid):
    """So many rows are wrong that the file is not taken; `reason` is the first."""

    message = N_("Tệp {name} có {count} hàng sai, nên không nạp. Hàng đầu: {reason}")


class DatasetUnknown(NotFound):
    """No room publishes a dataset of that name."""

    message = N_("Không có bộ dữ liệu nào tên là {name}.")


class RoomUnknown(NotFound):
    """No room of that name publishes anything."""

    message = N_("Không có nhóm dữ liệu nào tên là {name}.")


class TableNotYet(NotFound):
    """The dataset is known, and no row of it has come in yet."""

    message = N_("Bảng {name} chưa có hàng nào.")


class LakeReadOnly(Refused):
    """Somebody asked the catalogue to write; only the platform itself does."""

    status = 405
    message = N_("Kho dữ liệu chỉ cho đọc.")


class DatasetDiffers(Conflict):
    """The table has a column that its room declares otherwise, or no longer."""

    message = N_("Bảng {name} khác với khai báo ở cột {column}.")


class TableMissing(Unavailable):
    """The catalogue names a table whose files are not there."""

    message = N_("Không thấy các tệp của bảng {name} trong kho dữ liệu.")


class LakeBusy(Conflict):
    """Others wrote to the table each time it was tried."""

    message = N_("Bảng {name} đang được ghi. Hãy thử lại sau.")


class MarksLost(Unavailable):
    """Others wrote to the table, and ours was let go: what it has is not known."""

    message = N_("Không còn biết bảng {name} đã có những hàng nào; hãy dựng lại bảng.")


class SnapshotGone(NotFound):
    """The table has no such state, or no longer."""

    message = N_("Bảng {name} không còn trạng thái {snapshot}.")


class QuestionUnreadable(Invalid):
    """The question is no SQL; `reason` is the engine's."""

    message = N_("Không đọc được câu truy vấn: {reason}")


class QuestionNotReadOnly(Refused):
    """The question does something else than read, or asks several things."""

    status = 403
    message = N_("Chỉ được hỏi bằng một câu đọc dữ liệu.")


class QuestionReachesOut(Refused):
    """The question reaches for something outside the tables."""

    status = 403
    message = N_("Câu truy vấn chỉ được đọc các bảng của kho dữ liệu.")


class QuestionTooLong(Refused):
    """The question took longer than it may."""

    status = 422
    message = N_("Câu truy vấn chạy quá {seconds} giây nên đã bị dừng.")


class QuestionTooLarge(Refused):
    """The question needs more memory than it may take."""

    status = 422
    message = N_("Câu truy vấn cần nhiều bộ nhớ hơn mức {megabytes} MB cho phép.")


class QuestionReadsTooMuch(Refused):
    """The files the question would read are larger than it may read."""

    status = 422
    message = N_("Câu truy vấn phải đọc {needed} MB, quá mức {megabytes} MB cho phép.")


class EngineMissing(Unavailable):
    """The engine is not installed on this machine."""

    message = N_("Máy này chưa cài công cụ truy vấn {name}.")


class EngineReachesNoStore(Refused):
    """The engine reads files of this machine only, and the tables lie in a store."""

    status = 422
    message = N_("Công cụ truy vấn {name} không đọc được kho lưu trữ S3.")


class EngineFailed(Unavailable):
    """The engine is installed and does not run; `reason` is what it said last."""

    message = N_("Công cụ truy vấn {name} không chạy được: {reason}")


class QuestionNotCarried(Refused):
    """It is not known that the engine answers this as DuckDB does."""

    status = 422
    message = N_(
        "Chưa chắc {engine} trả lời giống DuckDB ở chỗ “{what}”, nên không hỏi."
    )
