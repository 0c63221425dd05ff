"""The words of bills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class BillState(StrEnum):
    """Where a bill stands; WAIVED: all of it is exempt, so nobody pays."""

    OPEN = "open"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays; person_id: None where the platform does not know them."""

    person_id: UUID | None
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What is asked for: fee: the code of its procedure; chapter: of the budget.

    amount: VND, before any exemption.
    """

    fee: str
    title: str
    chapter: str
    amount: int


@dataclass(frozen=True, slots=True)
class Reduction:
    """An exemption on one day: percent of the fee that is not paid, and why.

    fees: to which it applies, none means all. is_certain: the number was read in the
    source itself.
    """

    ground: str
    title: Mapping[str, str]
    basis: str
    fees: tuple[str, ...]
    percent: int
    valid_from: date
    valid_to: date | None
    source: str
    is_certain: bool

    def holds(self, *, fee: str, on: date) -> bool:
        """Tell whether it reduces a fee on a day."""
        ended = self.valid_to is not None and self.valid_to <= on
        return self.valid_from <= on and not ended and fee in (self.fees or (fee,))


@dataclass(frozen=True, slots=True)
class Line:
    """A fee on a bill: full before, amount after the reduction; VND.

    ground, source: of the reduction, empty without one; is_certain: as there.
    """

    fee: str
    title: str
    chapter: str
    full: int
    percent: int
    amount: int
    ground: str
    source: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Bill:
    """What somebody owes an agency, and for what.

    reference: what a transfer names, `TS7K3M…`. subject, subject_id: the thing it is
    for, `procedures.Dossier`. amount: VND. owner_id: the payer, if known.
    """

    id: UUID
    reference: str
    organization_id: UUID | None
    owner_id: UUID | None
    payer: Payer
    subject: str
    subject_id: UUID
    lines: tuple[Line, ...]
    amount: int
    state: BillState
    issued_at: datetime
    due_at: datetime
    is_synthetic: bool

    def is_expired(self, *, at: datetime) -> bool:
        """Tell whether it can no longer be paid."""
        return self.state is BillState.OPEN and self.due_at < at


@dataclass(frozen=True, slots=True)
class Overpaid:
    """What was paid too much of a bill, and not yet proposed to go back; VND."""

    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Collector:
    """An agency that collects fees, and how: where money goes, how receipts are headed.

    form, symbol: ký hiệu mẫu and ký hiệu of its e-receipts. chapter: of the budget (TT
    324/2016/TT-BTC), that of the agency.
    """

    organization_id: UUID | None
    name: str
    tax_code: str
    bank: str
    account: str
    form: str
    symbol: str
    chapter: str
    owner_id: UUID | None = None
