"""Files, templates, documents, and what is found of their signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from tinhso.kernel.errors import (
    N_,
    Conflict,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
)
from tinhso.kernel.events.types import Event

TEMPLATE_SCHEMA = Path(__file__).parents[1] / "schema" / "template.json"

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WHAT_PEOPLE_SEND = (PDF, JPEG, PNG)


class FileState(StrEnum):
    """How far a file has come: looked at by nobody, inspected, part of a dossier.

    `erased`: its bytes and its name are gone; size and SHA-256 tell what there was.
    """

    QUARANTINED = "quarantined"
    CHECKED = "checked"
    RELEASED = "released"
    ERASED = "erased"


class DocumentState(StrEnum):
    """How far a document has come; `issued` is sealed and in force.

    `replaced`: another draft took its place, and its number, before it was issued.
    """

    DRAFT = "draft"
    REPLACED = "replaced"
    SIGNED = "signed"
    ISSUED = "issued"
    REVOKED = "revoked"


class SignatureRole(StrEnum):
    """As whom one signs: the leader as a person, then the agency with its seal."""

    PERSONAL = "personal"
    SEAL = "seal"


class Verdict(StrEnum):
    """What a verification says of a whole file."""

    VALID = "valid"
    ALTERED = "altered"
    UNKNOWN_SIGNER = "unknown_signer"
    NOT_SIGNED = "not_signed"
    NOT_A_PDF = "not_a_pdf"


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody stored; size: bytes, sha256: hex."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    state: FileState
    owner_id: UUID | None
    organization_id: UUID | None
    stored_at: datetime


@dataclass(frozen=True)
class Upload:
    """A file on its way in; id: what it will be known by, chosen before it is stored.

    accepted: media types; max_bytes: bytes.
    """

    id: UUID
    name: str
    content: bytes
    accepted: tuple[str, ...]
    max_bytes: int

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may come in; content: what may be stored of it, without metadata."""

    media_type: str
    content: bytes


class Inspection(Protocol):
    """A file that is being inspected while its sender does other things."""

    def outcome(self) -> Inspected:
        """Wait for what is found, once; raises what is wrong with the file."""

    def drop(self) -> None:
        """Give the outcome up; does nothing after it was asked for."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file whose bytes are inspected and durable, while its row is yet to come.

    sha256: of what is stored; sent_sha256: of what was sent, where it is another.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    sent_sha256: str = ""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """A register of numbers: `NumberSeries("GKS", "{number}/{year}-GKS")`.

    kind: one register for each organization, kind and year; symbol: how the number
    is written, with the placeholders {number} and {year} (NĐ 30/2020, Điều 15).
    """

    kind: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a template; data_schema: JSON Schema of what it is filled with."""

    id: UUID
    key: str
    version: int
    title: Mapping[str, str]
    kind: str
    data_schema: Mapping[str, Any]
    source: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a person with a title, or an organization with its seal.

    person_id: named for a personal signature; organization_id: whose seal it is, or
    which organization the person signs for.
    """

    person_id: UUID | None
    organization_id: UUID
    name: str
    title: str
    organization_name: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as the register keeps it."""

    role: SignatureRole
    name: str
    title: str
    organization_name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A document and where it stands; code: what the public verifies it by."""

    id: UUID
    code: str
    number: str
    title: str
    kind: str
    state: DocumentState
    template_key: str
    template_version: int
    organization_id: UUID
    owner_id: UUID | None
    is_synthetic: bool
    file_id: UUID
    sha256: str
    created_at: datetime
    issued_at: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """What anybody who holds the code may know; holder: masked, `N*** V** A`."""

    code: str
    kind: str
    title: str
    organization_name: str
    number: str
    issued_at: datetime
    holder: str
    sha256: str
    state: DocumentState
    revoked_at: datetime | None
    is_synthetic: bool
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What was found of one signature.

    intact: the bytes it covers are as they were; trusted: its certificate leads to
    an anchor of the platform; timestamp_ok: a trusted authority confirms signed_at;
    coverage: what it covers, `entire file` or `revision`, with later additions
    allowed only if they are signatures.
    """

    role: str
    name: str
    organization: str
    signed_at: datetime | None
    intact: bool
    trusted: bool
    timestamp_ok: bool
    coverage: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was found of a file; sha256: hex of all its bytes."""

    verdict: Verdict
    sha256: str
    signatures: tuple[SignatureReport, ...]
    is_demo: bool
    checked_at: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """A document was signed and sealed, and is in force; subject: the document."""

    code: str
    number: str
    kind: str
    organization_id: UUID
    owner_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class DocumentRevoked(Event):
    """An issued document is no longer in force; subject: the document."""

    code: str
    owner_id: UUID | None


class FileEmpty(Invalid):
    """The file has no bytes."""

    message = N_("Tệp “{name}” không có nội dung. Hãy chọn lại tệp.")


class FileTooLarge(Invalid):
    """The file is larger than the place for it allows; limit_mb: MiB."""

    message = N_("Tệp “{name}” lớn hơn {limit_mb} MB. Hãy giảm dung lượng rồi gửi lại.")


class BodyTooLarge(Refused):
    """All that was sent at once is more than is taken; limit_mb: MiB."""

    status = 413
    message = N_(
        "Nội dung gửi lên lớn hơn {limit_mb} MB nên không được nhận."
        " Hãy giảm dung lượng các tệp rồi gửi lại."
    )


class FileTypeNotAccepted(Invalid):
    """By its bytes the file is of a type that is not asked for here."""

    message = N_("Tệp “{name}” không thuộc loại được nhận. Hãy gửi tệp {accepted}.")


class FileNameMisleads(Invalid):
    """The ending of the name says another type than the bytes do."""

    message = N_(
        "Phần đuôi của tên tệp “{name}” không khớp nội dung, vốn là {actual}."
        " Hãy đổi lại tên hoặc xuất lại tệp."
    )


class FileEncrypted(Invalid):
    """The PDF asks for a password."""

    message = N_("Tệp “{name}” có đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")


class FileTruncated(Invalid):
    """The file breaks off or cannot be read."""

    message = N_("Tệp “{name}” bị hỏng hoặc chưa tải lên hết. Hãy gửi lại tệp.")


class FileActive(Invalid):
    """The PDF runs programs or carries other files."""

    message = N_(
        "Tệp “{name}” có chứa mã lệnh hoặc tệp đính kèm bên trong."
        " Hãy in lại thành tệp PDF thường rồi gửi."
    )


class FileTwoInOne(Invalid):
    """The bytes are a PDF and an archive at once, whoever opens them."""

    message = N_(
        "Tệp “{name}” vừa là PDF vừa là tệp nén."
        " Hãy in lại thành tệp PDF thường rồi gửi."
    )


class FileTooDemanding(Invalid):
    """Looking into the file took more time or memory than any honest one does."""

    message = N_(
        "Tệp “{name}” quá phức tạp nên không kiểm tra được."
        " Hãy in lại hoặc quét lại thành tệp đơn giản hơn."
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; rows: from the first cell that is filled, `first`.

    first: row and column, from 0. merged: first row and column, last row and column of
    joined cells, in the counting of `first`. reaching: cells, as `B5`, whose formula
    fetches from elsewhere.
    """

    rows: list[list[Any]]
    first: tuple[int, int]
    merged: tuple[tuple[int, int, int, int], ...]
    reaching: frozenset[str]


class WorkbookTooLarge(Invalid):
    """The workbook has more rows, or unfolds into more, than is taken."""

    message = N_("Tệp “{name}” có quá nhiều dòng hoặc quá nặng khi mở ra.")


class FileSecret(Invalid):
    """The file carries a mark of secrecy: MẬT, TỐI MẬT or TUYỆT MẬT.

    Such documents may not pass through a network that is not made for them (Luật Bảo
    vệ bí mật nhà nước 117/2025/QH15, before it 29/2018/QH14, Điều 5).
    """

    message = N_(
        "Tệp “{name}” có dấu chỉ độ mật nên không được nhận và không được lưu."
        " Đừng gửi tài liệu mật qua mạng."
        " Hãy giao bản giấy tận tay văn thư của cơ quan."
        " Nếu dấu này đặt nhầm, hãy hỏi nơi lập tài liệu."
    )


class InspectionUnavailable(Unavailable):
    """No inspector is free in time; nothing was stored, a later attempt may succeed."""

    message = N_("Hệ thống đang bận kiểm tra tệp. Hãy gửi lại sau ít phút.")


class ScannerUnavailable(Unavailable):
    """The scanner for viruses does not answer; nothing was stored."""

    message = N_("Chưa kiểm tra được mã độc trong tệp. Hãy gửi lại sau ít phút.")


class FileTooManyPixels(Invalid):
    """The picture would unfold into more pixels than a scan has."""

    message = N_("Ảnh “{name}” quá lớn. Hãy quét lại ở mức 300 dpi trở xuống.")


class FileInfected(Invalid):
    """A scanner named something harmful in the file."""

    message = N_("Tệp “{name}” có chứa mã độc nên không được nhận.")


class StorageUnavailable(Unavailable):
    """The disk is full or fails; nothing was stored, a later attempt may succeed."""

    message = N_("Hệ thống tạm thời chưa lưu được tệp. Hãy gửi lại sau ít phút.")


class StorageAlmostFull(Unavailable):
    """So little space is left that files must wait; the rest goes on."""

    message = N_(
        "Hệ thống sắp hết chỗ lưu nên tạm ngừng nhận tệp. Hồ sơ không có tệp vẫn nộp"
        " được. Hãy gửi tệp lại sau."
    )


class StorageReadOnly(Unavailable):
    """So little space is left that nothing may be written; all can be read."""

    message = N_(
        "Hệ thống đang hết chỗ lưu nên chỉ cho xem, chưa nhận thay đổi. Hãy thử lại"
        " sau ít phút."
    )


class StorageLevel(StrEnum):
    """What the space that is left allows."""

    ALL = "all"
    NO_FILES = "no_files"
    READ_ONLY = "read_only"


class FileDamaged(Conflict):
    """The stored bytes are no longer those that were received."""

    message = N_("Tệp lưu trữ không còn nguyên vẹn. Sự cố đã được ghi nhận.")


class FileNotFound(NotFound):
    """No such file."""


class DocumentIsRecord(Conflict):
    """It was issued, and the law has it kept."""

    message = N_("Văn bản đã phát hành phải được lưu trữ, không xóa được.")


class FileErased(NotFound):
    """The file was erased; its SHA-256 is all that is left of it."""

    message = N_("Tệp này đã được xóa theo quyết định về dữ liệu cá nhân.")


class TemplateNotFound(NotFound):
    """No template of that key, or no such version of it."""


class TemplateDataWrong(Invalid):
    """The data do not fit the template's schema; `fields` says where."""

    message = N_("Dữ liệu chưa đủ hoặc chưa đúng để lập văn bản.")


class TextNotPrintable(Invalid):
    """The data hold characters that the font of documents cannot show."""

    message = N_("Có ký tự không in được trong văn bản (ví dụ biểu tượng cảm xúc).")


class DocumentNotFound(NotFound):
    """No such document, or nobody but its parties may know of it."""


class SignatureOrderWrong(Conflict):
    """The seal comes after the leader's signature (NĐ 30/2020, Điều 12 và 13)."""

    message = N_("Chỉ đóng dấu cơ quan sau khi lãnh đạo đã ký.")


class AlreadySigned(Conflict):
    """This role has signed the document."""

    message = N_("Văn bản này đã được ký.")


class SignatoryIncomplete(Invalid):
    """A personal signature needs the person."""

    message = N_("Chưa rõ người ký văn bản.")


class NoSignaturePlace(Conflict):
    """The template has no place for a signature."""

    message = N_("Mẫu văn bản này không có chỗ ký.")


class DocumentIsRevoked(Conflict):
    """A revoked document can no longer be signed or revoked."""

    message = N_("Văn bản này đã bị thu hồi.")


class DocumentNotIssued(Conflict):
    """Only an issued document can be revoked."""

    message = N_("Văn bản này chưa được phát hành.")


class ReasonMissing(Invalid):
    """A revocation says why."""

    message = N_("Hãy nêu lý do thu hồi văn bản.")
