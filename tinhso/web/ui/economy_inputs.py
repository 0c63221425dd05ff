"""Inputs of the digital-economy account as people read and type them."""

import re
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.foresight.types.account import (
    Account,
    InputKind,
    InputVersion,
    Method,
    Quotient,
    Through,
)
from tinhso.foresight.types.account_refusals import WorkbookWrong
from tinhso.kernel.errors import N_, Invalid, Phrase, Refused
from tinhso.kernel.text import fraction, grouped
from tinhso.web.ui.economy import METHODS, place_name
from tinhso.web.ui.phrases import ErrorLine, error_summary, say, say_refusal
from tinhso.web.ui.writing import moment

YEAR = re.compile(r"(19|20)[0-9]{2}")
NO_YEAR = N_("Hãy nhập một năm, ví dụ 2024.")
NO_KIND = N_("Hãy chọn một loại số liệu.")
NO_METHOD = N_("Hãy chọn cách tính.")
KINDS = {
    InputKind.VALUE_ADDED: gettext_lazy("giá trị tăng thêm theo ngành cấp 2"),
    InputKind.COMPONENTS: gettext_lazy("ba phần theo cách tính của Bộ"),
    InputKind.IO_TABLE: gettext_lazy("bảng cân đối liên ngành của cả nước"),
    InputKind.E_INVOICES: gettext_lazy("doanh thu hóa đơn điện tử theo quý"),
    InputKind.FIRMS: gettext_lazy("số doanh nghiệp theo ngành"),
}
USES = {
    InputKind.VALUE_ADDED: gettext_lazy("Để tính theo cách của Cục Thống kê."),
    InputKind.COMPONENTS: gettext_lazy("Để tính theo cách của Bộ."),
    InputKind.IO_TABLE: gettext_lazy("Để biết ngành khác mua bao nhiêu của ngành số."),
    InputKind.E_INVOICES: gettext_lazy("Để chia năm thành quý và tính tiếp quý mới."),
    InputKind.FIRMS: gettext_lazy("Để biết bao nhiêu doanh nghiệp thuộc ngành số."),
}
THROUGH = {
    Through.DIRECT: gettext_lazy("đầu vào mua thẳng từ ngành số"),
    Through.LEONTIEF: gettext_lazy("cả đầu vào qua ngành khác (Leontief)"),
}
QUOTIENTS = {
    Quotient.SIMPLE: gettext_lazy("hệ số định vị đơn"),
    Quotient.CROSS_INDUSTRY: gettext_lazy("hệ số định vị chéo ngành"),
    Quotient.FLEGG: gettext_lazy("hệ số Flegg"),
}


def shown(found: Account, year: int) -> dict[str, Any]:
    """Lay out the kinds, what was taken in of each, and what the forms offer."""
    places = found.declared.places
    return {
        "kinds": [_kind(found, kind, year) for kind in KINDS],
        "kind_options": _options(KINDS),
        "place_options": [
            {"value": key, "label": place_name(found.declared, key)}
            for key in (found.declared.province, *sorted(places.keys() & {"vn"}))
        ],
        "method_options": _options(
            {one: METHODS[one] for one in (Method.STATISTICS_OFFICE, Method.MINISTRY)}
        ),
        "through_options": _options(THROUGH),
        "quotient_options": _options(QUOTIENTS),
    }


def _options(told: Mapping[Any, Any]) -> list[dict[str, str]]:
    return [{"value": one.value, "label": str(name)} for one, name in told.items()]


def _kind(found: Account, kind: InputKind, year: int) -> dict[str, Any]:
    mine = [one for one in found.inputs if one.kind is kind]
    return {
        "title": str(KINDS[kind]),
        "use": str(USES[kind]),
        "href": f"{reverse('economy_template', args=[kind.value])}?nam={year}",
        "versions": [_version(found, one) for one in mine],
    }


def _version(found: Account, one: InputVersion) -> dict[str, Any]:
    return {
        "place": place_name(found.declared, one.place),
        "period": one.period,
        "number": one.version,
        "said": _said(found, one),
        "source": one.source,
        "by": f"{one.taken_by} · {moment(one.taken_at)}",
        "digest": one.digest,
        "made_up": one.made_up,
    }


def _said(found: Account, one: InputVersion) -> str:
    """Say in a line what a workbook holds."""
    if one.kind is InputKind.IO_TABLE:
        return gettext("{n} ngành").format(n=len(one.data["codes"]))
    values = one.data["values"]
    if one.kind is InputKind.FIRMS:
        core = {each.code for each in found.declared.core if each.is_division}
        digital = sum(value for code, value in values.items() if code in core)
        words = gettext("{all} doanh nghiệp, {digital} thuộc ngành số cốt lõi cấp 2")
        return words.format(
            all=grouped(int(sum(values.values()))), digital=grouped(int(digital))
        )
    if one.kind is InputKind.E_INVOICES:
        first, last = min(values), max(values)
        return gettext("từ {first} đến {last}").format(first=first, last=last)
    return gettext("{n} số").format(n=len(values))


def percent(value: float) -> str:
    """Write a share: `3,5 % tổng sản phẩm`."""
    told = fraction(round(value, 2))
    return gettext("{share} % tổng sản phẩm").format(share=told)


def year_typed(text: str) -> int | None:
    """Read a year as people type it; None if it is none."""
    return int(text) if YEAR.fullmatch(text.strip()) else None


def required_year(text: str, field: str) -> int:
    """Read a year.

    :raises Invalid: naming the field, if it is none.
    """
    year = year_typed(text)
    if year is None:
        raise Invalid({field: [Phrase(NO_YEAR)]})
    return year


def kind_typed(text: str) -> InputKind:
    """Read which kind was chosen.

    :raises Invalid: if none was.
    """
    if text not in set(InputKind):
        raise Invalid({"kind": [Phrase(NO_KIND)]})
    return InputKind(text)


def method_typed(text: str) -> Method:
    """Read which method was chosen.

    :raises Invalid: if none was.
    """
    if text not in {Method.STATISTICS_OFFICE, Method.MINISTRY}:
        raise Invalid({"method": [Phrase(NO_METHOD)]})
    return Method(text)


def faults(refusal: Refused | None) -> list[dict[str, str]]:
    """List the cells of a workbook that are wrong."""
    found = refusal.faults if isinstance(refusal, WorkbookWrong) else ()
    return [
        {"cell": one.cell, "told": one.told, "message": say(one.message)}
        for one in found
    ]


def errors(refusal: Refused | None, field: str) -> list[ErrorLine]:
    """List what is wrong with a form; field: where what names none belongs.

    Of a workbook one line, for its cells are listed by themselves.
    """
    if refusal is None:
        return []
    if not isinstance(refusal, Invalid) or isinstance(refusal, WorkbookWrong):
        return [{"field": field, "message": say_refusal(refusal)}]
    lines = error_summary(refusal)
    return [{**line, "field": line["field"] or field} for line in lines]
