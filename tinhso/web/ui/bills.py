"""Say how a bill stands, how it is paid, and what a receipt says."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.payments.types import (
    Bill,
    BillState,
    Method,
    Overpaid,
    Payment,
    Reduction,
    Refund,
    RefundState,
    TakenIn,
    Way,
    Why,
)
from tinhso.web.ui import qr
from tinhso.web.ui.phrases import language, money

STATES = {
    BillState.OPEN: (gettext_lazy("Chờ nộp"), "warn"),
    BillState.PAID: (gettext_lazy("Đã nộp"), "good"),
    BillState.WITHDRAWN: (gettext_lazy("Đã rút"), ""),
    BillState.WAIVED: (gettext_lazy("Được miễn"), "good"),
}
METHODS = {
    Method.CASH: gettext_lazy("Tiền mặt tại quầy"),
    Method.TRANSFER: gettext_lazy("Chuyển khoản"),
    Method.GATEWAY: gettext_lazy("Thẻ hoặc ví điện tử"),
}
REFUNDS = {
    RefundState.PROPOSED: (gettext_lazy("Chờ duyệt"), "warn"),
    RefundState.MADE: (gettext_lazy("Đã hoàn"), "good"),
    RefundState.DROPPED: (gettext_lazy("Không hoàn"), ""),
}
WHY = {
    Why.UNKNOWN: gettext_lazy("không có mã khoản thu"),
    Why.PAID_ALREADY: gettext_lazy("khoản thu đã được nộp"),
    Why.AMOUNT_DIFFERS: gettext_lazy("sai số tiền"),
    Why.EXPIRED: gettext_lazy("khoản thu đã hết hạn"),
    Why.WITHDRAWN: gettext_lazy("khoản thu đã rút"),
    Why.NOTHING_OWED: gettext_lazy("khoản thu được miễn"),
    Why.NO_RECEIPT: gettext_lazy("chưa lập được biên lai"),
}


def line(bill: Bill) -> dict[str, Any]:
    """Say how a bill stands."""
    state, tone = STATES[bill.state]
    return {"it": bill, "state": state, "tone": tone}


def way(one: Way) -> dict[str, Any]:
    """Say how a bill is paid in one way; a code to scan is drawn."""
    return {
        "it": one,
        "title": METHODS[one.method],
        "key": one.method.value,
        "qr": qr.image(one.text) if one.text else "",
    }


def taken(rows: Iterable[TakenIn]) -> list[dict[str, Any]]:
    """Say what came in, by method."""
    return [{"it": row, "title": METHODS[row.method]} for row in rows]


def refund(one: Refund) -> dict[str, Any]:
    """Say how a refund stands."""
    state, tone = REFUNDS[one.state]
    is_open = one.state is RefundState.PROPOSED
    return {"it": one, "state": state, "tone": tone, "is_open": is_open}


def grounds(bill: Bill, known: Iterable[Reduction]) -> list[Mapping[str, str]]:
    """List the exemptions that the fees of a bill have, to choose from."""
    fees = {one.fee for one in bill.lines}
    return [
        {
            "value": one.ground,
            "label": gettext("{title}: giảm {percent} %").format(
                title=_title(one), percent=one.percent
            ),
            "hint": one.basis
            if one.is_certain
            else gettext("{basis} (mức giảm chưa đối chiếu văn bản)").format(
                basis=one.basis
            ),
        }
        for one in known
        if not one.fees or fees & set(one.fees)
    ]


def _title(one: Reduction) -> str:
    return one.title.get(language()) or one.title["vi"]


def waiting(one: Payment) -> dict[str, Any]:
    """Say what money waits, and why it fits no bill."""
    return {
        "it": one,
        "title": METHODS[one.method],
        "why": WHY[one.why] if one.why else "",
    }


def on_dossier(bills: Iterable[Bill], *, address: str) -> list[dict[str, Any]]:
    """List the bills of a dossier that matter: what was taken back is left out."""
    return [
        {
            **line(bill),
            "href": reverse(address, args=[bill.reference]),
            "said": money(bill.amount),
        }
        for bill in bills
        if bill.state is not BillState.WITHDRAWN
    ]


def overpaid(found: Iterable[Overpaid]) -> list[dict[str, str]]:
    """Say what is owed back of which bill, and where that is proposed."""
    return [
        {
            "href": reverse("desk_bill", args=[one.reference]),
            "said": money(one.amount),
        }
        for one in found
    ]
