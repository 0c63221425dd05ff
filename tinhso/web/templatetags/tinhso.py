"""Filters that write dates, money and labels as Vietnamese readers expect them."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.clock import local
from tinhso.procedures.types import Label
from tinhso.security import queries as security
from tinhso.web.ui import consents, phrases, writing

# The sign-in library labels its fields otherwise than our pages do.
ACCOUNT_FIELDS = {
    "login": gettext_lazy("Tên đăng nhập"),
    "password": gettext_lazy("Mật khẩu"),
    "oldpassword": gettext_lazy("Mật khẩu hiện nay"),
    "password1": gettext_lazy("Mật khẩu mới"),
    "password2": gettext_lazy("Nhập lại mật khẩu mới"),
    "code": gettext_lazy("Mã xác thực"),
    "name": gettext_lazy("Tên khóa"),
}

register = template.Library()
register.filter("moment", writing.moment)
register.filter("filesize", writing.filesize)
register.filter("limit", writing.limit)
register.filter("stated", writing.stated)
register.filter("counted", writing.counted)
register.filter("scopes", consents.said)


@register.filter
def said(label: Label | None) -> str:
    """Read a label in the reader's language."""
    return phrases.said(label) if label else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as `17/06/2026`."""
    if isinstance(value, datetime):
        value = local(value).date()
    return f"{value:%d/%m/%Y}" if value else ""


# The clock by form, not by color alone: what it draws, and what it says to listeners.
_MARKS: dict[str, tuple[str, object]] = {
    "red": ('<path fill="currentColor" d="M1 1h10v10H1z"/>', gettext_lazy("Quá hạn:")),
    "amber": (
        '<path fill="currentColor" d="M6 0l6 11.5H0z"/>',
        gettext_lazy("Sắp đến hạn:"),
    ),
    "green": (
        '<circle fill="currentColor" cx="6" cy="6" r="5.5"/>',
        gettext_lazy("Trong hạn:"),
    ),
}


@register.simple_tag
def national_identity() -> bool:
    """Tell whether people can sign in by the national identity."""
    return security.has_national_identity()


@register.simple_tag
def clock_mark(color: str) -> str:
    """Draw the mark of a clock's color; a stopped clock has none."""
    if color not in _MARKS:
        return ""
    drawn, spoken = _MARKS[color]
    return format_html(
        '<svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>'
        '<span class="hidden">{}</span>',
        mark_safe(drawn),  # noqa: S308 - our own, above
        spoken,
    )


@register.filter
def about(message: object, name: str) -> str:
    """Say which field of the sign-in pages a message is about."""
    return phrases.named(str(ACCOUNT_FIELDS.get(name, "")), str(message))


@register.filter
def fee(value: int) -> str:
    """Write a fee as `15.000 ₫`; none is said in words."""
    return money(value) if value else gettext("Không thu")


@register.filter
def money(value: int | None) -> str:
    """Write an amount as `1.234.567 ₫`."""
    return phrases.money(value) if value is not None else ""
