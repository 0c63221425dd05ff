"""Who takes part: members, subsystems, services, agreements, keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tinhso.exchange.types.refusals import NameWrong

# X-Road forbids control characters, `:`, `;`, `/`, `\` and `%` in identifiers, and
# parts that are `.` or `..` (PR-REST 4.8).
_FORBIDDEN = frozenset(':;/\\%"<>{}|^`?#')
MOST_OF_PART = 64


def _is_part(text: str) -> bool:
    printable = text.isprintable() and not any(c.isspace() for c in text)
    allowed = printable and not _FORBIDDEN & set(text) and text not in {".", ".."}
    return allowed and 0 < len(text) <= MOST_OF_PART


@dataclass(frozen=True, slots=True, order=True)
class MemberName:
    """A member: `VN-QN/GOV/H49.01`.

    >>> str(MemberName("VN-QN", "GOV", "H49.01"))
    'VN-QN/GOV/H49.01'
    """

    instance: str
    member_class: str
    code: str

    def __str__(self) -> str:
        """Write it as in an address."""
        return f"{self.instance}/{self.member_class}/{self.code}"


@dataclass(frozen=True, slots=True, order=True)
class SubsystemName:
    """A subsystem of a member: `VN-QN/GOV/H49.01/motcua`."""

    member: MemberName
    code: str

    def __str__(self) -> str:
        """Write it as in an address."""
        return f"{self.member}/{self.code}"


@dataclass(frozen=True, slots=True, order=True)
class ServiceName:
    """A service of a subsystem: `VN-QN/GOV/H49.02/dancu/population`."""

    subsystem: SubsystemName
    code: str

    def __str__(self) -> str:
        """Write it as in an address."""
        return f"{self.subsystem}/{self.code}"


def read_member(*, text: str) -> MemberName:
    """Read a member's name.

    :raises NameWrong: if it is none.
    """
    return MemberName(*_parts(text, 3))


def read_subsystem(*, text: str) -> SubsystemName:
    """Read a subsystem's name, as `X-Road-Client` brings it.

    :raises NameWrong: if it is none.
    """
    *member, code = _parts(text, 4)
    return SubsystemName(MemberName(*member), code)


def read_service(*, text: str) -> ServiceName:
    """Read a service's name.

    :raises NameWrong: if it is none.
    """
    *member, subsystem, code = _parts(text, 5)
    return ServiceName(SubsystemName(MemberName(*member), subsystem), code)


def _parts(text: str, count: int) -> list[str]:
    parts = text.split("/")
    if len(parts) != count or not all(map(_is_part, parts)):
        raise NameWrong(name=text[:200])
    return parts


class AgreementState(StrEnum):
    """Where an agreement stands; only an approved one opens anything."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


class Use(StrEnum):
    """What a certificate is for: who is connected, or who signed."""

    TLS = "tls"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Member:
    """An organization that takes part, with its gateway; gateway: `host:port`."""

    id: UUID
    name: MemberName
    title: str
    organization_id: UUID | None
    gateway: str
    is_synthetic: bool
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Subsystem:
    """An information system of a member; key_digest: of its key at its own gateway."""

    id: UUID
    name: SubsystemName
    title: str
    member_id: UUID
    organization_id: UUID | None
    key_digest: str = field(repr=False)
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service offers, as its OpenAPI document says: `getPerson`, GET, a path."""

    id: str
    method: str
    path: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What a subsystem offers to others.

    address: where the gateway asks. openapi: its document. about: `path:number` or
    `query:number`, the parameter that names the person somebody asks about; empty where
    it is about nobody. most_bytes: of an answer. seconds: to wait for it.
    """

    id: UUID
    name: ServiceName
    title: str
    subsystem_id: UUID
    organization_id: UUID | None
    address: str
    openapi: Mapping[str, Any]
    operations: tuple[Operation, ...]
    about: str
    most_bytes: int
    seconds: float
    is_sandbox: bool
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """That a subsystem may use a service, what for, and how much of it.

    operations: ids of the OpenAPI document. fields: paths of JSON answers that leave,
    `name`, `address.street`, `children[].name`; `*` is all. valid_to: the first day it
    holds no more. per_minute, per_day: calls. source: the law or decision behind it.
    """

    id: UUID
    consumer: SubsystemName
    consumer_id: UUID
    consumer_title: str
    consumer_organization_id: UUID | None
    service: ServiceName
    service_id: UUID
    service_title: str
    organization_id: UUID | None
    operations: tuple[str, ...]
    fields: tuple[str, ...]
    purpose: str
    source: str
    valid_from: date
    valid_to: date
    per_minute: int
    per_day: int
    state: AgreementState
    asked_by: UUID | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of a member; pem: the certificate, fingerprint: SHA-256, hex."""

    id: UUID
    member: MemberName
    use: Use
    fingerprint: str
    pem: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None

    def is_good(self, *, at: datetime) -> bool:
        """Tell whether it may be trusted at a moment."""
        return self.revoked_at is None and self.valid_from <= at < self.valid_to


@dataclass(frozen=True, slots=True)
class Directory:
    """All that gateways go by, as it stood at one version of it."""

    version: int
    members: Mapping[MemberName, Member]
    subsystems: Mapping[SubsystemName, Subsystem]
    services: Mapping[ServiceName, Service]
    agreements: Mapping[tuple[SubsystemName, ServiceName], tuple[Agreement, ...]]
    certificates: Mapping[str, Certificate]


@dataclass(frozen=True, slots=True)
class Permit:
    """That a call may go: by which agreement, to which operation.

    about: what the parameter says that names a person; empty where none does.
    """

    agreement: Agreement
    service: Service
    operation: Operation
    about: str
