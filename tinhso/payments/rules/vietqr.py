"""What a VietQR code says: EMVCo, merchant-presented, of the network NAPAS 247.

Each field is its number, its length in two digits, and its value; the last one is a
checksum over all before it, its own number and length included.
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator
from types import MappingProxyType

from tinhso.kernel.errors import Invalid
from tinhso.kernel.text import unmarked
from tinhso.payments.types import (
    AccountWrong,
    AmountWrong,
    BankWrong,
    PurposeWrong,
    Transfer,
    TransferTo,
    TransferWrong,
)

NETWORK = "A000000727"
SERVICES = MappingProxyType(
    {TransferTo.ACCOUNT: "QRIBFTTA", TransferTo.CARD: "QRIBFTTC"}
)
BANK = re.compile(r"[0-9]{6}")
ACCOUNTS = MappingProxyType(
    {
        TransferTo.ACCOUNT: re.compile(r"[0-9A-Z]{1,19}"),
        TransferTo.CARD: re.compile(r"[0-9]{16,19}"),
    }
)
# EMVCo QRCPS, merchant-presented: longest value of fields 54 and 62-08.
MOST = 10**13 - 1
LONGEST_PURPOSE = 25
CHECKSUM = "6304"


def payload(transfer: Transfer) -> str:
    """Write a transfer as the text of a QR code; without an amount it is a static one.

    The purpose loses its diacritics, for few banks show them.

    >>> payload(Transfer(bank="970418", account="12345", purpose="Lệ phí"))[-34:]
    '3037045802VN62100806Le phi6304B340'

    :raises BankWrong: AccountWrong, AmountWrong, PurposeWrong likewise: if one cannot
        stand in such a code.
    """
    refuse_impossible(transfer)
    whom = _field("00", transfer.bank) + _field("01", transfer.account)
    network = _field("00", NETWORK) + _field("01", whom)
    purpose = unmarked(transfer.purpose)
    body = "".join(
        (
            _field("00", "01"),
            _field("01", "12" if transfer.amount else "11"),
            _field("38", network + _field("02", SERVICES[transfer.to])),
            _field("53", "704"),
            _field("54", str(transfer.amount or "")),
            _field("58", "VN"),
            _field("62", _field("08", purpose)),
            CHECKSUM,
        )
    )
    return body + checksum(body)


def refuse_impossible(transfer: Transfer) -> None:
    """Refuse by name what no code can say.

    :raises BankWrong: AccountWrong, AmountWrong, PurposeWrong likewise.
    """
    if not BANK.fullmatch(transfer.bank):
        raise BankWrong
    if not ACCOUNTS[transfer.to].fullmatch(transfer.account):
        raise AccountWrong
    if transfer.amount is not None and not 0 < transfer.amount <= MOST:
        raise AmountWrong
    purpose = unmarked(transfer.purpose)
    if len(purpose) > LONGEST_PURPOSE or not (purpose.isascii() and _is_said(purpose)):
        raise PurposeWrong(most=LONGEST_PURPOSE)


def _is_said(purpose: str) -> bool:
    return purpose.isprintable() and purpose == purpose.strip()


def checksum(text: str) -> str:
    """Work out CRC-16/CCITT-FALSE, in four hexadecimal digits.

    >>> checksum("123456789")
    '29B1'
    """
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def read(text: str) -> Transfer:
    """Read a transfer back from the text of a code.

    :raises TransferWrong: if the text is no such code, or was damaged.
    """
    if not text.isascii() or checksum(text[:-4]) != text[-4:]:
        raise TransferWrong
    fields = dict(_fields(text[:-4] + "0000"))
    network = dict(_fields(fields.get("38", "")))
    whom = dict(_fields(network.get("01", "")))
    services = {word: to for to, word in SERVICES.items()}
    try:
        found = Transfer(
            bank=whom["00"],
            account=whom["01"],
            amount=int(fields["54"]) if "54" in fields else None,
            purpose=dict(_fields(fields.get("62", ""))).get("08", ""),
            to=services[network["02"]],
        )
        is_same = payload(found) == text
    except (KeyError, ValueError, Invalid):
        raise TransferWrong from None
    # What cannot be written again to the letter says more than we understand.
    if not is_same:
        raise TransferWrong
    return found


def _field(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}" if value else ""


def _fields(text: str) -> Iterator[tuple[str, str]]:
    while text:
        length = text[2:4]
        if not length.isdecimal() or len(text) < 4 + int(length):
            raise TransferWrong
        end = 4 + int(length)
        yield text[:2], text[4:end]
        text = text[end:]
