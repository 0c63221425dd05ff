"""Write moments, sizes and time limits as Vietnamese readers expect them."""

from datetime import datetime

from django.utils.translation import gettext

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
    units = {
        LimitUnit.WORKING_DAYS: gettext("ngày làm việc"),
        LimitUnit.WORKING_HOURS: gettext("giờ làm việc"),
        LimitUnit.DAYS: gettext("ngày"),
        LimitUnit.HOURS: gettext("giờ"),
    }
    return f"{value.amount} {units[value.unit]}"
