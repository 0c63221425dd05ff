"""Say what a procedure costs, and how a fee comes about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext, ngettext

from tinhso.procedures.types import Channel, Charge, Fee
from tinhso.web.ui.phrases import money, said


def channel_name(channel: Channel) -> str:
    """Name a channel, within a sentence."""
    return {
        Channel.ONLINE: gettext("trực tuyến"),
        Channel.COUNTER: gettext("tại quầy một cửa"),
        Channel.POST: gettext("qua bưu chính công ích"),
        Channel.INTERNAL: gettext("giữa các cơ quan"),
    }[channel]


def lines(fees: Iterable[Fee]) -> list[dict[str, Any]]:
    """Write each fee as an amount and the case it is for."""
    return [{"fee": fee, "text": _amount(fee), "case": _case(fee)} for fee in fees]


def sums(charges: Iterable[Charge]) -> list[str]:
    """Write how a fee comes about where units are counted: `2 bản × 8.000 ₫`."""
    return [_sum(charge) for charge in charges if _is_counted(charge.fee)]


def _amount(fee: Fee) -> str:
    if not fee.amount:
        return gettext("Không thu")
    said_first = f"{money(fee.amount)} / {_unit(fee.unit)}"
    later = [
        gettext("từ {unit} thứ {first}: {amount}").format(
            unit=_unit(fee.unit), first=band.above + 1, amount=money(band.amount)
        )
        for band in fee.beyond
    ]
    return "; ".join([said_first, *later, *_most(fee)])


def _most(fee: Fee) -> list[str]:
    if fee.ceiling is None:
        return []
    if fee.times == 1:
        return [gettext("tối đa {amount}").format(amount=money(fee.ceiling))]
    return [gettext("tối đa {amount} một bản").format(amount=money(fee.ceiling))]


def _case(fee: Fee) -> str:
    """Say for whom and where a fee is; nothing if for all alike."""
    channels = ", ".join(channel_name(channel) for channel in fee.channels)
    parts = [said(fee.title) if fee.title.vi else "", channels]
    text = " – ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def _is_counted(fee: Fee) -> bool:
    return (fee.quantity, fee.times) != (1, 1)


def _sum(charge: Charge) -> str:
    units = _counted(charge.fee.unit, charge.quantity)
    if charge.fee.times == 1:
        return f"{units} × {money(charge.fee.amount)} = {money(charge.amount)}"
    each = money(charge.fee.price(charge.quantity))
    copies = _counted("copy", charge.times)
    return f"{units}: {each}; {copies} × {each} = {money(charge.amount)}"


def _unit(unit: str) -> str:
    return {
        "dossier": gettext("hồ sơ"),
        "copy": gettext("bản"),
        "page": gettext("trang"),
        "person": gettext("người"),
    }[unit]


def _counted(unit: str, n: int) -> str:
    return {
        "dossier": ngettext("{n} hồ sơ", "{n} hồ sơ", n),
        "copy": ngettext("{n} bản", "{n} bản", n),
        "page": ngettext("{n} trang", "{n} trang", n),
        "person": ngettext("{n} người", "{n} người", n),
    }[unit].format(n=n)
