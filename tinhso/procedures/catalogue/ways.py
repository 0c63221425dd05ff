"""Read how to hand in, until when, for how much: one text with everything run together.

`Trực tuyến3 Ngày làm việc7,000 Việt Nam Đồng(…)Nộp hồ sơ…Trực tiếp3 Ngày làm việc…`
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tinhso.procedures.types.catalogue import Channel
from tinhso.procedures.types.national import (
    NotUnderstoodReason,
    StatedFee,
    StatedLimit,
    StatedUnit,
    Way,
)

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
NOTHING = "Không có thông tin"
CHANNELS = {
    "Trực tuyến": Channel.ONLINE,
    "Dịch vụ bưu chính": Channel.POST,
    "Trực tiếp": Channel.COUNTER,
}
UNITS = {
    "ngày làm việc": StatedUnit.WORKING_DAYS,
    "ngày": StatedUnit.DAYS,
    "giờ": StatedUnit.HOURS,
    "tháng": StatedUnit.MONTHS,
}
# No fee in Vietnam is below: what looks like one has lost its zeros, or is in USD.
LEAST_FEE = 1_000

_WAY = re.compile(rf"({'|'.join(CHANNELS)})(?=\d|Không)")
_LIMIT = re.compile(r"(\d+(?:[.,]\d+)?) (Ngày làm việc|Ngày|Giờ|Tháng)")
_FEE = re.compile(
    rf"(?P<none>{NOTHING})|(?P<free>Miễn phí)"
    r"|(?P<amount>\d[\d,]*) (?P<currency>Việt Nam Đồng|VNĐ|USD)"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})*|[1-9]\d*")
_IN_WORDS = re.compile(r"(\d[\d.]*)\s*(đồng|vnđ|đ|VNĐ|Đ|USD)\b", re.IGNORECASE)
_WITHIN_THE_DAY = re.compile(r"ngay trong ngày|trong ngày làm việc", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WayRead:
    """A way, and what of it was not understood: (field, reason, text)."""

    way: Way
    states_limit: bool
    states_fee: bool
    faults: tuple[tuple[str, NotUnderstoodReason, str], ...]


def read_ways(text: str, *, context: str) -> Iterator[WayRead]:
    """Read the ways one by one; context: the procedure's text, which may name units."""
    parts = _WAY.split(text.removeprefix(HEADER))
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        yield _read_way(CHANNELS[name], rest.strip(), f"{context} {rest}")


def _read_way(channel: Channel, text: str, context: str) -> WayRead:
    limit_text, rest = _limit_text(text)
    found = _FEE.match(rest)
    note = rest[found.end() :] if found else rest
    fee_text = found[0] if found else rest[:60]
    if not limit_text and found and found["amount"]:
        # `120 VNĐ`: the digits of time limit and fee run together.
        limit_text, fee_text = _parted(found, note)
    limit, limit_fault = _limit(limit_text, context)
    fee, fee_fault = _fee(fee_text, note)
    if limit_fault is NotUnderstoodReason.NUMBERS_RUN_TOGETHER:
        fee, fee_fault = None, limit_fault  # where the fee begins, nobody knows
    faults = [
        (field, reason, text[:200])
        for field, reason in (("limit", limit_fault), ("fee", fee_fault))
        if reason is not None
    ]
    way = Way(
        channel=channel,
        limit=limit,
        limit_text=_said(limit_text),
        fee=fee,
        fee_text=_said(fee_text),
        note=note.strip(),
    )
    unitless = limit_fault is NotUnderstoodReason.NUMBER_WITHOUT_UNIT
    return WayRead(
        way=way,
        states_limit=limit is not None or (limit_fault is not None and not unitless),
        states_fee=bool(way.fee_text),
        faults=tuple(faults),
    )


def _limit_text(text: str) -> tuple[str, str]:
    """Cut the time limit off the front; empty if it cannot be told from the fee."""
    found = _LIMIT.match(text)
    if found:
        return found[0], text[found.end() :]
    if text.startswith(NOTHING):
        return NOTHING, text.removeprefix(NOTHING).lstrip()
    number = re.match(r"\d+(?=Miễn phí|Không)", text)
    if number:
        return number[0], text[number.end() :]
    if text[:1].isdigit():
        return "", text
    fee = _FEE.search(text)
    return (text[: fee.start()], text[fee.start() :]) if fee else (text[:200], "")


def _parted(found: re.Match[str], note: str) -> tuple[str, str]:
    """Part the digits where only one way makes sense, or its note confirms one."""
    digits, currency = found["amount"], found["currency"]
    splits = [
        (digits[:at], digits[at:])
        for at in range(1, len(digits))
        if digits[:at].isdigit() and _GROUPED.fullmatch(digits[at:])
    ]
    said = {amount for amount, _ in _amounts(note)}
    fees = {split: _number(split[1]) for split in splits}
    confirmed = [split for split in splits if {fees[split], fees[split] * 1000} & said]
    likely = [split for split in splits if fees[split] >= LEAST_FEE]
    for choice in (confirmed, likely):
        if len(choice) == 1:
            return choice[0][0], f"{choice[0][1]} {currency}"
    return "", found[0]


def _limit(
    text: str, context: str
) -> tuple[StatedLimit | None, NotUnderstoodReason | None]:
    found = _LIMIT.fullmatch(text)
    if found:
        amount = float(found[1].replace(",", "."))
        return StatedLimit(amount, UNITS[found[2].lower()]), None
    if text.startswith("Không"):
        return None, None
    if not text:
        return None, NotUnderstoodReason.NUMBERS_RUN_TOGETHER
    if not text.isdigit():
        return None, NotUnderstoodReason.LIMIT_IN_WORDS
    unit = _unit_in(context, text)
    if unit is None:
        return None, NotUnderstoodReason.NUMBER_WITHOUT_UNIT
    return StatedLimit(float(text), unit), None


def _unit_in(context: str, number: str) -> StatedUnit | None:
    """Find the unit of a number in the procedure's own text, if there is but one."""
    named = re.findall(
        rf"(?<![\d.,/])0?{number}\s*(?:\([^)]{{1,20}}\)\s*)?"
        r"(ngày làm việc|ngày|giờ|tháng)\b",
        context,
        re.IGNORECASE,
    )
    units = {UNITS[name.lower()] for name in named}
    if number == "1" and _WITHIN_THE_DAY.search(context):
        units.add(StatedUnit.WORKING_DAYS)
    return units.pop() if len(units) == 1 and number != "0" else None


def _fee(text: str, note: str) -> tuple[StatedFee | None, NotUnderstoodReason | None]:
    found = _FEE.fullmatch(text)
    if found is None:
        return None, NotUnderstoodReason.FEE_IN_WORDS if text else None
    if found["none"]:
        return None, None
    if found["free"]:
        return StatedFee(0, "VND"), None
    amount = _number(found["amount"])
    if found["currency"] == "USD":
        return StatedFee(amount, "USD"), None
    if amount >= LEAST_FEE:
        return StatedFee(amount, "VND"), None
    said = _amounts(note)
    if (amount * 1000, "VND") in said:
        return StatedFee(amount * 1000, "VND"), None
    if (amount, "USD") in said:
        return StatedFee(amount, "USD"), None
    return None, NotUnderstoodReason.FEE_TOO_SMALL


def _amounts(note: str) -> set[tuple[int, str]]:
    """List the amounts a note names in words."""
    return {
        (int(digits.replace(".", "")), "USD" if unit.upper() == "USD" else "VND")
        for digits, unit in _IN_WORDS.findall(note)
    }


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def _said(text: str) -> str:
    return "" if text == NOTHING else text.strip()
