"""Write moments, sizes and time limits as Vietnamese readers expect them."""

import math
from datetime import date, datetime

from django.utils.translation import gettext, gettext_lazy, ngettext

from tinhso.kernel.clock import local
from tinhso.procedures.types import (
    Counting,
    Limit,
    LimitUnit,
    StatedFee,
    StatedLimit,
    StatedUnit,
)


def moment(value: datetime | None) -> str:
    """Write a moment as `17:00 17/06/2026`."""
    return f"{local(value):%H:%M %d/%m/%Y}" if value else ""


def filesize(value: int) -> str:
    """Write a size in bytes as `1,2 MB`."""
    if value < 10**6:
        return f"{max(1, round(value / 1000))} kB"
    return f"{value / 10**6:.1f} MB".replace(".", ",")


WEEKDAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)


def counted(value: Counting | None) -> str:
    """Explain a due date in a line; nothing to say where counting is plain."""
    if value is None or value.is_plain:
        return ""
    first = gettext("Thời hạn {limit}, tính từ {day}.")
    parts = [first.format(limit=limit(value.limit), day=_weekday(value.first_on))]
    if value.asked_on != value.received_on:
        text = gettext("Gửi ngoài giờ làm việc nên tính là nhận {day}.")
        parts.append(text.format(day=_weekday(value.received_on)))
    if value.days_off:
        off = ", ".join(f"{day.day}/{day.month}" for day in value.days_off)
        parts.append(gettext("Ngày nghỉ không tính: {days}.").format(days=off))
    return " ".join(parts)


def _weekday(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day}/{day.month}"


def limit(value: Limit | None) -> str:
    """Write a time limit in words: `3 ngày làm việc`."""
    if value is None:
        return ""
    n = value.amount
    if value.unit is LimitUnit.SAME_DAY:
        return same_day(n)
    texts = {
        LimitUnit.WORKING_DAYS: ngettext("{n} ngày làm việc", "{n} ngày làm việc", n),
        LimitUnit.WORKING_HOURS: ngettext("{n} giờ làm việc", "{n} giờ làm việc", n),
        LimitUnit.DAYS: ngettext("{n} ngày", "{n} ngày", n),
        LimitUnit.HOURS: ngettext("{n} giờ", "{n} giờ", n),
        LimitUnit.MONTHS: ngettext("{n} tháng", "{n} tháng", n),
    }
    return texts[value.unit].format(n=n)


def same_day(hour: int) -> str:
    """Say that something is due on the day it is received, until an hour."""
    text = gettext("trong ngày; nhận sau {hour} giờ thì trong ngày làm việc tiếp theo")
    return text.format(hour=hour)


def stated(value: StatedLimit | StatedFee) -> str:
    """Write what the national catalogue states: `1,5 ngày làm việc`, `7.000 ₫`."""
    if isinstance(value, StatedFee):
        number = f"{value.amount:,}".replace(",", ".")
        return f"{number} ₫" if value.currency == "VND" else f"{number} USD"
    texts = {
        StatedUnit.WORKING_DAYS: gettext("{n} ngày làm việc"),
        StatedUnit.DAYS: gettext("{n} ngày"),
        StatedUnit.HOURS: gettext("{n} giờ"),
        StatedUnit.MONTHS: ngettext("{n} tháng", "{n} tháng", math.ceil(value.amount)),
    }
    return texts[StatedUnit(value.unit)].format(n=f"{value.amount:g}".replace(".", ","))
