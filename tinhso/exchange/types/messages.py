"""What goes between gateways, and what the log keeps of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.exchange.types.directory import MemberName, ServiceName, SubsystemName


class Side(StrEnum):
    """On which side of a call a gateway stands."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


class Kind(StrEnum):
    """What an entry of the log is about."""

    REQUEST = "request"
    RESPONSE = "response"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came to a gateway, its names read.

    rest: the path within the service, with its slash; query: without `?`, as it came.
    headers: those that go on, by their names in small letters.
    """

    method: str
    target: str
    client: SubsystemName
    service: ServiceName
    rest: str
    query: str
    id: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def sent(self) -> dict[str, str]:
        """Give the headers by name."""
        return dict(self.headers)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, and by which key; base: the text of RFC 9421, 2.5."""

    base: str
    signature: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a gateway wants logged; `once` refuses the same a second time.

    about: the person it tells of, by number; milliseconds: since the call came.
    """

    side: Side
    kind: Kind
    message_id: str
    client: str
    service: str
    signed: Signed | None
    agreement_id: UUID | None = None
    refused: str = ""
    once: UUID | None = None
    milliseconds: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of drafts: the version of the directory, and which came before.

    replayed: the places among the drafts of those that were let through before.
    end: where the log ends now.
    """

    version: int
    replayed: frozenset[int]
    end: "LogEnd"


@dataclass(frozen=True, slots=True)
class LogEnd:
    """Where a gateway's log ends: the next position, and the chain up to it."""

    position: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to whoever called; headers: besides those of the transport."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of a gateway's log; text: as it was hashed."""

    gateway: MemberName
    position: int
    at: datetime
    text: str
    chain: bytes


@dataclass(frozen=True, slots=True)
class LogState:
    """Where a log stands: entries, how many of them stamped, the oldest that is not."""

    entries: int
    stamped: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """How an agreement was used in some time; percentiles in milliseconds."""

    agreement_id: UUID
    calls: int
    refused: int
    p50: int | None
    p95: int | None
    p99: int | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Read:
    """That a system of others read about somebody, and what for."""

    at: datetime
    system: str
    organization: str
    service: str
    purpose: str
