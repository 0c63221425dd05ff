"""Documents between agencies, as edXML lays them out (QCVN 102:2016/BTTTT).

Names of elements and codes are those of published samples of the VXP SDK; the text of
the regulation was not read. What only others' programs say is marked second-hand.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Agency:
    """Who sends or receives; code: in today's order, `H49.22.01`."""

    code: str
    name: str
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed the paper; competence: `TM.`, `KT.`, ….

    competence is how they sign; no key of theirs is in the envelope.
    """

    full_name: str
    position: str = ""
    competence: str = ""


@dataclass(frozen=True, slots=True)
class OtherInfo:
    """What else the head of a paper says; priority: 0 is none, higher is more urgent.

    That higher is more urgent is second-hand.
    """

    priority: int = 0
    sphere: str = ""
    typist: str = ""
    copies: int = 0
    pages: int = 0
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Another document, as this one or a status names it."""

    code: str
    notation: str
    on: date | None
    document_id: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Who worked on a document at an agency."""

    name: str = ""
    department: str = ""
    mobile: str = ""
    email: str = ""


class DocumentKind(IntEnum):
    """What a document does to those before it (`BussinessDocType`, spelled so)."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACE = 3


@dataclass(frozen=True, slots=True)
class Business:
    """What the document does, to which one, and why; affected: for all but new ones."""

    kind: DocumentKind = DocumentKind.NEW
    reason: str = ""
    affected: str = ""
    staff: Staff = Staff()
    is_on_paper_too: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """Through whose hands it went, and when."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file; content_type is the sender's word, not looked into."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    description: str = ""


@dataclass(frozen=True, slots=True)
class AgencyDocument:
    """A document on its way between agencies.

    steering: whether it directs (`SteeringType`, of meanings not read); due: by when.
    kind_code, kind_detail: `DocumentType`; the codes are the sender's.
    """

    id: str
    sender: Agency
    receivers: tuple[Agency, ...]
    number: str
    notation: str
    place: str
    issued_on: date
    subject: str
    signer: Signer
    business: Business
    trace: tuple[Trace, ...]
    kind_name: str = ""
    kind_code: str = ""
    kind_detail: str = ""
    content: str = ""
    due: date | None = None
    to_places: tuple[str, ...] = ()
    other: OtherInfo = OtherInfo()
    response_for: tuple[Named, ...] = ()
    steering: int = 0
    attachments: tuple[Attachment, ...] = ()


class StatusCode(StrEnum):
    """What became of a document at a receiver (`StatusCode`)."""

    ARRIVED = "01"
    REFUSED = "02"
    RECEIVED = "03"
    ASSIGNED = "04"
    IN_WORK = "05"
    DONE = "06"
    RECALL_ASKED = "13"
    RECALL_GRANTED = "15"
    RECALL_REFUSED = "16"


STATUS_WORDS = {
    StatusCode.ARRIVED: N_("Đã đến"),
    StatusCode.REFUSED: N_("Từ chối tiếp nhận"),
    StatusCode.RECEIVED: N_("Đã tiếp nhận"),
    StatusCode.ASSIGNED: N_("Đã phân công"),
    StatusCode.IN_WORK: N_("Đang xử lý"),
    StatusCode.DONE: N_("Đã hoàn thành"),
    StatusCode.RECALL_ASKED: N_("Yêu cầu lấy lại"),
    StatusCode.RECALL_GRANTED: N_("Đồng ý lấy lại hoặc cập nhật"),
    StatusCode.RECALL_REFUSED: N_("Từ chối lấy lại hoặc cập nhật"),
}
# The other numbers between 01 and 16 were seen nowhere; they are refused. Of these we
# know only what the programs of others say.
SECOND_HAND = frozenset(
    {
        StatusCode.RECALL_ASKED,
        StatusCode.RECALL_GRANTED,
        StatusCode.RECALL_REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """That something became of a document at a receiver."""

    about: Named
    sender: Agency
    code: StatusCode
    at: datetime
    description: str = ""
    staff: Staff = Staff()


@dataclass(frozen=True, slots=True)
class Seal:
    """By which key a document was signed; is_old: with SHA-1."""

    fingerprint: str
    is_old: bool = False


class Direction(StrEnum):
    """Which way a document went."""

    SENT = "sent"
    RECEIVED = "received"


class DocumentState(StrEnum):
    """Whether a document holds."""

    VALID = "valid"
    RECALLED = "recalled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class StatusTold:
    """What a receiver said of a document."""

    code: StatusCode
    words: str
    by: str
    at: datetime
    description: str


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of the outbox or inbox; digest: SHA-256 of its XML, hex.

    reason: why it was recalled or replaced; is_old: signed with SHA-1, imported.
    """

    id: UUID
    direction: Direction
    document_id: str
    kind: DocumentKind
    sender: str
    receivers: tuple[str, ...]
    code: str
    issued_on: date
    subject: str
    state: DocumentState
    reason: str
    digest: str
    is_old: bool
    is_synthetic: bool
    at: datetime
    statuses: tuple[StatusTold, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says, kept nowhere; signed_by: the agency, empty where none holds.

    refused: by what name the signature was refused, if it was.
    """

    said: AgencyDocument | StatusMessage
    signed_by: str
    is_old: bool
    refused: str
