"""Ask payments."""

from tinhso.payments.rules import vietqr
from tinhso.payments.types import Transfer


def vietqr_text(*, transfer: Transfer) -> str:
    """Write a transfer as the text of a VietQR code.

    :raises BankWrong: if the BIN cannot be; AccountWrong, AmountWrong, PurposeWrong
        likewise.
    """
    return vietqr.payload(transfer)


def read_vietqr(*, text: str) -> Transfer:
    """Read the transfer a VietQR code asks for.

    :raises TransferWrong: if it is no such code, or was damaged.
    """
    return vietqr.read(text)
