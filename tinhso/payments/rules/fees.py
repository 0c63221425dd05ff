"""What is owed: fees, less the exemptions in force on a day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tinhso.kernel.errors import N_, Phrase
from tinhso.payments.rules.vietqr import MOST
from tinhso.payments.types import (
    Bill,
    BillState,
    Fee,
    FeeWrong,
    GroundUnknown,
    Line,
    Overpaid,
    Reduction,
)

# As the budget's nomenclature numbers them (TT 324/2016/TT-BTC).
CHAPTER = re.compile(r"[0-9]{3}")
# A part of the fee that is settled: paid, or exempt altogether.
SETTLED = (BillState.PAID, BillState.WAIVED)
CHAPTER_WRONG = N_("Chương ngân sách gồm đúng 3 chữ số.")


def lines_of(
    *,
    fees: Sequence[Fee],
    reductions: Sequence[Reduction],
    grounds: Sequence[str],
    on: date,
) -> tuple[Line, ...]:
    """Work out what is owed: of several reductions of one fee the largest counts.

    :raises FeeWrong: if a fee cannot be.
    :raises GroundUnknown: if a ground is in force for none of the fees.
    """
    _refuse_wrong(fees)
    for ground in grounds:
        if not any(_apply(reductions, (ground,), fee, on) for fee in fees):
            raise GroundUnknown(ground=ground)
    return tuple(_line(fee, _apply(reductions, grounds, fee, on)) for fee in fees)


def _refuse_wrong(fees: Sequence[Fee]) -> None:
    wrong = {}
    if not fees:
        wrong[""] = [Phrase(N_("Hãy nêu ít nhất một khoản thu."))]
    for place, fee in enumerate(fees):
        if not CHAPTER.fullmatch(fee.chapter):
            wrong[f"fees.{place}.chapter"] = [Phrase(CHAPTER_WRONG)]
        if not 0 < fee.amount <= MOST:
            said = N_("Mức thu là số nguyên đồng lớn hơn 0.")
            wrong[f"fees.{place}.amount"] = [Phrase(said)]
        if not (fee.fee and fee.title):
            wrong[f"fees.{place}.title"] = [Phrase(N_("Hãy nêu tên khoản thu."))]
    if wrong:
        raise FeeWrong(wrong)


def _apply(
    reductions: Sequence[Reduction], grounds: Sequence[str], fee: Fee, on: date
) -> Reduction | None:
    found = [
        one
        for one in reductions
        if one.ground in grounds and one.holds(fee=fee.fee, on=on)
    ]
    return max(found, key=lambda one: (one.percent, one.ground), default=None)


def _line(fee: Fee, reduction: Reduction | None) -> Line:
    percent = reduction.percent if reduction else 0
    return Line(
        fee=fee.fee,
        title=fee.title,
        chapter=fee.chapter,
        full=fee.amount,
        percent=percent,
        amount=reduced(fee.amount, percent=percent),
        ground=reduction.ground if reduction else "",
        source=reduction.source if reduction else "",
        is_certain=reduction is None or reduction.is_certain,
    )


def reduced(amount: int, *, percent: int) -> int:
    """Take percent off an amount; a part of a đồng goes to whoever pays. VND.

    >>> reduced(8000, percent=50), reduced(15, percent=50), reduced(8000, percent=100)
    (4000, 7, 0)
    """
    return amount * (100 - percent) // 100


def too_much(
    bills: Sequence[Bill], *, fee: int, given: Mapping[str, int]
) -> Iterator[Overpaid]:
    """Tell what was paid of which bill above a fee, before exemptions; VND.

    bills: of one thing, the oldest first; the last one paid is too much first. given:
    what goes back already, by reference.
    """
    left = fee
    for bill in bills:
        if bill.state not in SETTLED:
            continue
        kept = sum(_kept(bill.lines, left))
        left = max(0, left - full_of(bill))
        amount = bill.amount - kept - given.get(bill.reference, 0)
        if bill.state is BillState.PAID and amount > 0:
            yield Overpaid(bill.reference, amount)


def _kept(lines: Sequence[Line], left: int) -> Iterator[int]:
    """Work out what each line would ask for, were there no more fee than is left."""
    for line in lines:
        full = min(line.full, left)
        left -= full
        yield reduced(full, percent=line.percent)


def full_of(bill: Bill) -> int:
    """Add up what a bill asks for before exemptions; VND."""
    return sum(line.full for line in bill.lines)


def read_reductions(body: Mapping[str, Any]) -> tuple[Reduction, ...]:
    """Read the exemptions that a pack declares, one for each time they held."""
    return tuple(
        Reduction(
            ground=rule["ground"],
            title=rule["title"],
            basis=rule["basis"],
            fees=tuple(rule.get("fees", ())),
            percent=value["percent"],
            valid_from=_day(value["valid_from"]),
            valid_to=_day(value["valid_to"]) if "valid_to" in value else None,
            source=value["source"],
            is_certain=value["status"] == "known",
        )
        for rule in body["rules"]
        for value in rule["values"]
    )


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def faults(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what a schema cannot: days in the wrong order, times that overlap."""
    for place, rule in enumerate(body["rules"]):
        last: date | None = date.min
        for number, value in enumerate(rule["values"]):
            field = f"rules.{place}.values.{number}"
            begins = _day(value["valid_from"])
            ends = _day(value["valid_to"]) if "valid_to" in value else None
            if last is None or begins < last:
                yield f"{field}.valid_from", "begins before the one above has ended"
            if ends is not None and ends <= begins:
                yield f"{field}.valid_to", "ends before it begins"
            last = ends
