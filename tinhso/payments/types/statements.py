"""What a bank says has happened on an account."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tinhso.kernel.errors import N_, Invalid


class StatementForm(StrEnum):
    """In which form a bank says it."""

    CSV = "csv"
    MT940 = "mt940"
    CAMT053 = "camt053"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Money that came or went; amount: VND, below zero where it went.

    key: the bank's number of it, or a digest of the line where there is none.
    """

    key: str
    amount: int
    booked_on: date
    purpose: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of one account; account: its number, empty where it is not said.

    opening, closing: VND before and after, None where they are not said.
    """

    account: str
    lines: tuple[StatementLine, ...]
    opening: int | None = None
    closing: int | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of a statement: how many lines, by what became of them.

    paid: settled a bill; queued: wait for a person; repeated: were entered before;
    outgoing: money that went, which is not ours to enter. contradicting: by their
    keys, those that came before with another amount or reference.
    """

    paid: int
    queued: int
    repeated: int
    outgoing: int
    contradicting: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Count all."""
        known = self.paid + self.queued + self.repeated + self.outgoing
        return known + len(self.contradicting)


class StatementUnreadable(Invalid):
    """It is not in the form it is said to be in, or a line of it makes no sense."""

    message = N_("Không đọc được sao kê này. Hãy tải lại tệp từ ngân hàng.")


class StatementOfAnother(Invalid):
    """It is of an account that is not the agency's."""

    message = N_("Sao kê này của tài khoản khác: {account}.")


class StatementIncomplete(Invalid):
    """What came and went does not lead from the opening to the closing balance."""

    message = N_("Sao kê thiếu dòng: số dư cuối kỳ lệch {difference} đồng.")
