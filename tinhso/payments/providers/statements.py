"""Read statements of banks: tables as CSV, SWIFT's MT940, ISO 20022's camt.053.

What each form says is brought to the same lines. A statement that does not add up, or
has a line that makes no sense, is refused as a whole: half of it entered would look
like all of it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import mt940
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tinhso.kernel.text import clean, fold
from tinhso.payments.types import (
    Statement,
    StatementForm,
    StatementLine,
    StatementUnreadable,
)

MOST_BYTES, MOST_LINES = 20 * 2**20, 100_000
# What banks here call their columns, without diacritics (seen in exports; no standard).
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("so tham chieu", "ma giao dich", "so but toan", "so ct", "reference"),
    "booked_on": ("ngay giao dich", "ngay hieu luc", "ngay", "date"),
    "credit": ("ghi co", "so tien ghi co", "phat sinh co", "credit"),
    "debit": ("ghi no", "so tien ghi no", "phat sinh no", "debit"),
    "purpose": ("noi dung", "noi dung giao dich", "dien giai", "description"),
}
# How lines begin that sum others up.
SUMS = re.compile(r"tong|so du|cong|total|balance")
DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")
# Which way money went: a reversal of what came goes, and the other way round.
SIGNS = {"C": 1, "RD": 1, "D": -1, "RC": -1}
NO_KEY = frozenset({"", "NONREF", "NOTPROVIDED"})


def read(content: bytes, form: StatementForm) -> Statement:
    """Read a statement.

    :raises StatementUnreadable: if it is not in this form, of more than one account,
        in another currency, or too large.
    """
    if len(content) > MOST_BYTES:
        raise StatementUnreadable
    try:
        found = READERS[form](content)
    except StatementUnreadable:
        raise
    except (
        ValueError,
        KeyError,
        InvalidOperation,
        ParseError,
        AttributeError,
    ) as error:
        raise StatementUnreadable from error
    except (DefusedXmlException, csv.Error, RuntimeError, TypeError) as error:
        raise StatementUnreadable from error
    if len(found.lines) > MOST_LINES:
        raise StatementUnreadable
    return found


def _csv(content: bytes) -> Statement:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), _dialect(content)))
    heads = (n for n, row in enumerate(rows) if len(_columns(row)) == len(COLUMNS))
    head = next(heads, None)
    if head is None:
        raise StatementUnreadable
    at = _columns(rows[head])
    told = [
        {name: clean(row[place]) for name, place in at.items()}
        for row in rows[head + 1 :]
        if len(row) >= len(rows[head])
    ]
    moved = [
        one
        for one in told
        if (one["credit"] or one["debit"]) and not SUMS.match(fold(one["booked_on"]))
    ]
    return Statement("", tuple(_keyed(_of_table(one) for one in moved)))


def _dialect(content: bytes) -> Any:
    sample = content[:4096].decode("utf-8-sig", errors="ignore")
    return csv.Sniffer().sniff(sample, delimiters=",;\t")


def _columns(row: Sequence[str]) -> dict[str, int]:
    names = [" ".join(fold(cell).split()) for cell in row]
    found = {
        name: next((n for n, told in enumerate(names) if told in known), None)
        for name, known in COLUMNS.items()
    }
    return {name: place for name, place in found.items() if place is not None}


def _of_table(told: Mapping[str, str]) -> StatementLine:
    credit, debit = _amount(told["credit"]), _amount(told["debit"])
    if bool(credit) == bool(debit) or min(credit, debit) < 0:
        raise StatementUnreadable
    day = _day(told["booked_on"].split()[0])
    return StatementLine(told["key"], credit - debit, day, told["purpose"])


def _amount(text: str) -> int:
    """Read `1.234.567`, `1,234,567.00` or `1234567`; nothing is zero."""
    digits = text.replace(" ", "").replace("VND", "")
    whole = re.fullmatch(
        r"(\d{1,3}([.,]?)\d{3}(?:\2\d{3})*|\d{1,3})([.,]0{1,2})?", digits
    )
    if digits and whole is None:
        raise StatementUnreadable
    return int(re.sub(r"\D", "", whole[1])) if whole else 0


def _day(text: str) -> date:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
    raise StatementUnreadable


def _mt940(content: bytes) -> Statement:
    text = content.decode("utf-8").replace("\r\n", "\n")
    parts = [part for part in re.split(r"(?m)^(?=:20:)", text) if ":25:" in part]
    read = [mt940.parse(part) for part in parts]
    accounts = {str(one.data["account_identification"]) for one in read}
    lines = [line for one in read for line in map(_of_swift, one)]
    (account,) = accounts
    first, last = read[0].data, read[-1].data
    return Statement(
        account.rpartition("/")[2],
        tuple(_keyed(lines)),
        _swift_balance(first, "opening"),
        _swift_balance(last, "closing"),
    )


def _of_swift(one: Any) -> StatementLine:
    told = one.data
    if told.get("currency") not in {"VND", None}:
        raise StatementUnreadable
    keys = (told.get("bank_reference"), told.get("customer_reference"))
    key = next((clean(k) for k in keys if clean(k or "") not in NO_KEY), "")
    amount = SIGNS[told["status"]] * abs(_whole(told["amount"].amount))
    purpose = clean(told.get("transaction_details") or told.get("extra_details") or "")
    booked = told["date"]
    return StatementLine(
        key, amount, date(booked.year, booked.month, booked.day), purpose
    )


def _swift_balance(told: Mapping[str, Any], which: str) -> int | None:
    names = (f"final_{which}_balance", f"intermediate_{which}_balance")
    found = next((told[name] for name in names if name in told), None)
    return _whole(found.amount.amount) if found is not None else None


def _camt(content: bytes) -> Statement:
    root = fromstring(content)
    name = root.tag.rpartition("}")[0].lstrip("{")
    space = {"c": name}
    (statement,) = root.findall(".//c:Stmt", space)
    account = statement.find("c:Acct/c:Id//c:Othr/c:Id", space)
    if account is None:
        account = statement.find("c:Acct/c:Id/c:IBAN", space)
    entries = statement.findall("c:Ntry", space)
    booked = [one for one in entries if _status(one, space) == "BOOK"]
    lines = [line for one in booked for line in _of_entry(one, space)]
    return Statement(
        clean(account.text or "") if account is not None else "",
        tuple(_keyed(lines)),
        _camt_balance(statement, space, "OPBD"),
        _camt_balance(statement, space, "CLBD"),
    )


def _status(entry: Element, space: dict[str, str]) -> str:
    # A code of its own since version 8, a plain text before.
    return clean("".join(one for one in _need(entry, "c:Sts", space).itertext()))


def _of_entry(entry: Element, space: dict[str, str]) -> Iterator[StatementLine]:
    sign = 1 if _text(entry, "c:CdtDbtInd", space) == "CRDT" else -1
    day = _need(entry, "c:BookgDt", space)
    booked = date.fromisoformat("".join(day.itertext()).strip()[:10])
    details = entry.findall("c:NtryDtls/c:TxDtls", space)
    # Several payments may be booked as one.
    parts = details if len(details) > 1 else [entry]
    total = 0
    for part in parts:
        amount = _money(_need(part, ".//c:Amt", space))
        total += amount
        keys = [
            *(f".//c:Refs/c:{name}" for name in ("AcctSvcrRef", "TxId", "EndToEndId")),
            *(("c:AcctSvcrRef", "c:NtryRef") if part is entry else ()),
        ]
        told = [clean(part.findtext(path, "", space)) for path in keys]
        key = next((one for one in told if one not in NO_KEY), "")
        words = part.findall(".//c:RmtInf/c:Ustrd", space)
        said = " ".join(clean(one.text or "") for one in words)
        purpose = said or clean(part.findtext("c:AddtlNtryInf", "", space))
        yield StatementLine(key, sign * amount, booked, purpose)
    if total != _money(_need(entry, "c:Amt", space)):
        raise StatementUnreadable


def _camt_balance(statement: Element, space: dict[str, str], code: str) -> int | None:
    for one in statement.findall("c:Bal", space):
        if one.findtext("c:Tp/c:CdOrPrtry/c:Cd", "", space) == code:
            is_credit = _text(one, "c:CdtDbtInd", space) == "CRDT"
            return (1 if is_credit else -1) * _money(_need(one, "c:Amt", space))
    return None


def _money(told: Element) -> int:
    if told.get("Ccy") != "VND":
        raise StatementUnreadable
    return _whole(Decimal(clean(told.text or "")))


def _whole(amount: Decimal) -> int:
    if amount != amount.to_integral_value():
        raise StatementUnreadable
    return int(amount)


def _need(within: Element, path: str, space: dict[str, str]) -> Element:
    found = within.find(path, space)
    if found is None:
        raise StatementUnreadable
    return found


def _text(within: Element, path: str, space: dict[str, str]) -> str:
    return clean(_need(within, path, space).text or "")


def _keyed(lines: Any) -> Iterator[StatementLine]:
    """Give lines without a number a digest of what they say.

    The same line may stand in a day twice, and a day in two statements: they are
    counted through, so that each is the same in both, as long as days are whole.
    """
    seen: Counter[str] = Counter()
    for one in lines:
        if one.key:
            yield one
            continue
        told = f"{one.booked_on}|{one.amount}|{one.purpose}"
        seen[told] += 1
        digest = sha256(f"{told}|{seen[told]}".encode()).hexdigest()[:32]
        yield StatementLine(f"~{digest}", one.amount, one.booked_on, one.purpose)


READERS: Mapping[StatementForm, Callable[[bytes], Statement]] = {
    StatementForm.CSV: _csv,
    StatementForm.MT940: _mt940,
    StatementForm.CAMT053: _camt,
}
