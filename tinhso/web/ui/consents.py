"""What a client wants to know of somebody, in words for them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from tinhso.security.types import Grant, HandedOver, Scope

SAID = {
    Scope.PROFILE: gettext_lazy("Họ tên, ngày sinh, giới tính"),
    Scope.PERSONAL_NUMBER: gettext_lazy("Số định danh cá nhân"),
    Scope.PHONE: gettext_lazy("Số điện thoại"),
    Scope.EMAIL: gettext_lazy("Thư điện tử"),
    Scope.POSTS: gettext_lazy("Chức vụ và cơ quan đang làm việc"),
}


def said(scopes: Iterable[str]) -> list[str]:
    """Say what is told, without that it is always the same person."""
    return [str(SAID[Scope(one)]) for one in scopes if one in SAID]


def asked(about: Mapping[Scope, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Show what would be told, each with its words and the very values."""
    return [
        {"scope": scope.value, "said": str(SAID[scope]), "values": _values(told)}
        for scope, told in about.items()
        if scope in SAID
    ]


def _values(told: Mapping[str, Any]) -> str:
    shown = [_value(name, value) for name, value in told.items()]
    return ", ".join(shown) or gettext("hệ thống chưa biết")


def _value(name: str, value: Any) -> str:
    if name == "posts":
        agencies = dict.fromkeys(post["organization_name"] for post in value)
        return "; ".join(agencies)
    if name == "birthdate":
        return date_format(date.fromisoformat(value), "d/m/Y")
    if name == "gender":
        return gettext("nam") if value == "male" else gettext("nữ")
    return str(value)


def grant(one: Grant) -> dict[str, Any]:
    """Show what somebody lets a client know."""
    return {"one": one, "said": said(one.scopes)}


def told(one: HandedOver) -> dict[str, Any]:
    """Show that a client was told something."""
    return {"one": one, "said": said(one.scopes)}


def host(address: str) -> str:
    """Name where an address leads, in the few signs people can check."""
    parts = urlsplit(address)
    return parts.netloc or parts.scheme
