"""The words of transfers and of the codes that ask for one."""

from dataclasses import dataclass
from enum import StrEnum

from tinhso.kernel.errors import N_, Invalid


class TransferTo(StrEnum):
    """What the money goes to."""

    ACCOUNT = "account"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer to be made; bank: its BIN, six digits. amount: VND, None if open."""

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""
    to: TransferTo = TransferTo.ACCOUNT


class BankWrong(Invalid):
    """A bank is named by its BIN."""

    message = N_("Mã ngân hàng (BIN) gồm đúng 6 chữ số.")


class AccountWrong(Invalid):
    """An account or card that cannot stand in a code."""

    message = N_(
        "Số tài khoản gồm 1 đến 19 chữ số hoặc chữ in hoa. Số thẻ gồm 16 đến 19 chữ số."
    )


class AmountWrong(Invalid):
    """Money comes in whole đồng, and more than none."""

    message = N_("Số tiền là số nguyên đồng, từ 1 đến 9.999.999.999.999.")


class PurposeWrong(Invalid):
    """A purpose is too long, or has signs that banks do not show."""

    message = N_(
        "Nội dung chuyển khoản tối đa {most} ký tự, chỉ gồm chữ, số và dấu câu thường."
    )


class TransferWrong(Invalid):
    """A code was damaged, or is of another kind."""

    message = N_("Không đọc được mã VietQR này.")
