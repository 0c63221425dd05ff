"""The words of papers handed out: forms 01 to 06 of TT 01/2018/TT-VPCP Đ9."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.procedures.types.forms import Label


class PrintedKind(StrEnum):
    """A paper that an applicant gets, and that stays on record."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"


class Correctable(StrEnum):
    """What of a printed receipt can be corrected."""

    APPLICANT_NAME = "applicant_name"
    FEE = "fee"
    DUE_DAY = "due_day"


@dataclass(frozen=True, slots=True)
class ReceiptCorrection:
    """What a clerk corrects; None leaves as it is. fee: VND, no decimals.

    due_day: the due date ends when the unit closes on that day. reasons: one for each
    thing that is corrected.
    """

    applicant_name: str | None = None
    fee: int | None = None
    due_day: date | None = None
    reasons: Mapping[Correctable, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One thing that was corrected: how it stood, how it stands, and why.

    old, new: as printed: a name, VND, or `17:00 17/06/2026`.
    """

    what: Correctable
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it was handed out.

    number: of a receipt, 1 and up, each one replacing the one before; 0 otherwise.
    """

    kind: PrintedKind
    document_id: UUID
    at: datetime
    number: int = 0
    by: str = ""
    corrections: tuple[Corrected, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A paper that was handed in. copies: None where nobody wrote it down."""

    title: Label
    form: str
    copies: int | None


class Punctuality(StrEnum):
    """How a result stands against its time limit (report 06a, forms 05 and 06)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A line of form 05: who had a dossier from when to when.

    due_at: of this step; None where the applicant had it. punctuality: None while it
    is open, and where the applicant had it. note: what it ended with.
    """

    unit: str
    role: str
    person: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    punctuality: Punctuality | None
    note: str
