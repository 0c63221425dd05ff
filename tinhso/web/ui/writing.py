"""Write moments, sizes and time limits as Vietnamese readers expect them."""

from datetime import datetime

from django.utils.translation import ngettext

from tinhso.kernel.clock import local
from tinhso.procedures.types import Limit, LimitUnit


def moment(value: datetime | None) -> str:
    """Write a moment as `17:00 17/06/2026`."""
    return f"{local(value):%H:%M %d/%m/%Y}" if value else ""


def filesize(value: int) -> str:
    """Write a size in bytes as `1,2 MB`."""
    if value < 10**6:
        return f"{max(1, round(value / 1000))} kB"
    return f"{value / 10**6:.1f} MB".replace(".", ",")


def limit(value: Limit | None) -> str:
    """Write a time limit in words: `3 ngày làm việc`."""
    if value is None:
        return ""
    n = value.amount
    texts = {
        LimitUnit.WORKING_DAYS: ngettext("{n} ngày làm việc", "{n} ngày làm việc", n),
        LimitUnit.WORKING_HOURS: ngettext("{n} giờ làm việc", "{n} giờ làm việc", n),
        LimitUnit.DAYS: ngettext("{n} ngày", "{n} ngày", n),
        LimitUnit.HOURS: ngettext("{n} giờ", "{n} giờ", n),
    }
    return texts[value.unit].format(n=n)
