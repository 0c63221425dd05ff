"""The words of the national portal: dossiers in, statuses and results out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PortalFile:
    """A file as the portal sends it. sha256: hexadecimal, of its content."""

    field: str
    name: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PortalApplicant:
    """Who applies, as the national e-identity says."""

    personal_number: str
    full_name: str
    birth_date: date | None
    phone: str
    email: str
    residence: str


@dataclass(frozen=True, slots=True)
class PortalDossier:
    """A dossier on its way from the portal.

    national_code: the portal's own; agency_code: of the unit that shall receive it;
    files_announced: how many files the portal says belong to it.
    """

    national_code: str
    procedure_code: str
    case: str
    agency_code: str
    applicant: PortalApplicant
    answers: Mapping[str, Any]
    files: tuple[PortalFile, ...]
    files_announced: int


@dataclass(frozen=True, slots=True)
class PortalReceipt:
    """What the portal is told: stored under this code, due then.

    is_repeated: the same dossier had come before, and nothing was stored twice.
    status: one of the ten shared with the portal.
    """

    national_code: str
    code: str
    dossier_id: UUID
    status: int
    due_at: datetime
    fee: int
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class PortalBacklog:
    """What waits to be told to the portal. stuck: tried in vain for a day."""

    waiting: int
    stuck: int
    last_error: str
