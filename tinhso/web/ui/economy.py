"""Say how large the digital economy is, by two methods apart, and what targets ask."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.foresight.types.account import (
    Absent,
    Account,
    CoreIndustry,
    Declared,
    Estimate,
    Fact,
    Gaps,
    ManufacturingGap,
    Method,
    Needed,
    Quarterly,
    Share,
    ShareGap,
)
from tinhso.indicators.types import Period
from tinhso.kernel.text import fraction
from tinhso.web.ui import charts
from tinhso.web.ui.measures import period_name
from tinhso.web.ui.phrases import language
from tinhso.web.ui.writing import moment

NATION = "vn"
METHODS = {
    Method.STATISTICS_OFFICE: gettext_lazy("Cách tính của Cục Thống kê"),
    Method.MINISTRY: gettext_lazy("Cách tính của Bộ Thông tin và Truyền thông"),
    Method.UNSTATED: gettext_lazy("Văn bản không nói tính theo cách nào"),
}
WORDS = {
    Method.STATISTICS_OFFICE: gettext_lazy(
        "Cộng các ngành số cốt lõi với phần được số hóa của các ngành khác."
    ),
    Method.MINISTRY: gettext_lazy(
        "Cộng ba phần: công nghệ thông tin và viễn thông, nền tảng số, các ngành."
    ),
}
GROWTHS = {
    "current_prices": gettext_lazy(
        "theo số đã có, giá hiện hành: tổng sản phẩm tăng {rate} % một năm"
    ),
    "with_estimate": gettext_lazy(
        "theo cả số ước tính, giá hiện hành: tổng sản phẩm tăng {rate} % một năm"
    ),
    "constant_prices": gettext_lazy(
        "theo giá so sánh: tổng sản phẩm tăng {rate} % một năm"
    ),
}


def shown(found: Account) -> dict[str, Any]:
    """Lay out all that is known of the digital economy."""
    return {
        "title": found.declared.en if language() == "en" else found.declared.vi,
        "province": place_name(found.declared, found.declared.province),
        "known": [_row(found.declared, one) for one in _unstated(found.declared)],
        "panels": [_panel(found, one) for one in WORDS],
        "gaps": [_gap(found.declared, one) for one in found.gaps.shares],
        "parts": [_part(one) for one in found.gaps.manufacturing],
        "core": [_industry(one) for one in found.declared.core],
        "csv_href": reverse("economy_csv"),
        "inputs_href": reverse("economy_inputs"),
    }


def by_target(gaps: Gaps) -> Mapping[tuple[str, str], dict[str, str]]:
    """Say in a line what each target asks: {(plan, key): words and where more is}."""
    href = reverse("economy") + "#muc-tieu"
    shares = {
        (one.plan, one.target): {"text": _asks(one), "href": href}
        for one in gaps.shares
        if one.needed
    }
    parts = {
        (one.plan, one.target): {"text": _part(one)["of_all"], "href": href}
        for one in gaps.manufacturing
    }
    return {**shares, **parts}


def _asks(one: ShareGap) -> str:
    words = gettext(
        "Muốn vậy, giá trị tăng thêm của kinh tế số phải tăng {rate} % một năm."
    )
    return words.format(rate=round(one.needed[0].rate))


def _unstated(declared: Declared) -> list[Share]:
    """List what is stated of the province by no method."""
    mine = (one for one in declared.shares if one.place == declared.province)
    return [one for one in mine if one.method is Method.UNSTATED]


def _panel(found: Account, method: Method) -> dict[str, Any]:
    """Lay one method out: its line, its table, its provinces; the other is no part."""
    declared = found.declared
    mine = [one for one in declared.shares if one.method is method]
    blank = [one for one in declared.absent if one.method is method]
    told = [one for one in found.estimates if one.method is method]
    others = [one for one in mine if one.place not in (NATION, declared.province)]
    return {
        "key": method.value.replace("_", "-"),
        "title": str(METHODS[method]),
        "chart_label": gettext("Biểu đồ: {title}").format(title=METHODS[method]),
        "table_label": gettext("Bảng: {title}").format(title=METHODS[method]),
        "words": str(WORDS[method]),
        "line": _line(declared, mine, blank),
        "rows": [
            *(_row(declared, one) for one in mine if one.place == NATION),
            *_blanks(declared, (one for one in blank if one.place == NATION)),
            *_blanks(declared, (one for one in blank if one.place != NATION)),
            *(_row(declared, one) for one in others),
        ],
        "estimates": [_estimated(one) for one in told],
        "quarters": [_quarterly(o) for o in found.quarters if o.method is method],
        "bars": charts.bars(
            [_bar(declared, one) for one in others], tones=["plain"] * len(others)
        ),
        "bars_height": len(others) * charts.BAR + 6,
        "bars_title": _bars_title(others),
    }


def _line(
    declared: Declared, shares: Iterable[Share], absent: Iterable[Absent]
) -> charts.Line:
    """Draw the nation's newest release; a year nobody states breaks the line."""
    known: dict[Period, Share | None] = {
        one.period: one for one in shares if one.place == NATION and not one.vintage
    }
    blank = {one.period: None for one in absent if one.place == NATION}
    return charts.line(
        [
            charts.Point(
                label=period.key,
                value=one.value if one else None,
                said=_said(declared, one) if one else "",
            )
            for period, one in sorted({**blank, **known}.items())
        ]
    )


def _said(declared: Declared, one: Share) -> str:
    row = _row(declared, one)
    return f"{row['place']}, {row['period']}: {row['value']}"


def _bar(declared: Declared, one: Share) -> charts.Point:
    return charts.Point(place_name(declared, one.place), one.value, _percent(one.value))


def _bars_title(shares: list[Share]) -> str:
    if not shares:
        return ""
    words = gettext("Các tỉnh mà tài liệu nêu, {period}")
    return words.format(period=period_name(shares[0].period))


def _row(declared: Declared, one: Share) -> dict[str, str]:
    return {
        "place": place_name(declared, one.place),
        "period": period_name(one.period),
        "value": _percent(one.value),
        "status": gettext("ước tính") if one.is_estimate else "",
        "vintage": gettext("đợt công bố trước") if one.vintage else "",
        "source": one.source,
        "note": one.note,
    }


def _blanks(declared: Declared, absent: Iterable[Absent]) -> Iterator[dict[str, str]]:
    """Say which years are missing, those with one reason together."""
    for (place, why), group in groupby(absent, key=lambda one: (one.place, one.why)):
        years = [one.period for one in group]
        first, last = years[0], years[-1]
        yield {
            "place": place_name(declared, place),
            "period": period_name(first)
            if first == last
            else gettext("năm {first} đến {last}").format(
                first=first.key, last=last.key
            ),
            "value": "",
            "note": why,
        }


def _estimated(one: Estimate) -> dict[str, Any]:
    return {
        "period": gettext("năm {year}").format(year=one.period),
        "value": _percent(one.share),
        "low": _percent(one.range.low) if one.range else "",
        "high": _percent(one.range.high) if one.range else "",
        "made_at": moment(one.made_at),
        "made_up": one.made_up,
        "inputs": one.inputs,
    }


def _quarterly(one: Quarterly) -> dict[str, Any]:
    """Lay quarters out, the newest first; those after the last year are carried on."""
    first, *_, last = one.years
    words = gettext("Chia các năm {first} đến {last} thành quý và tính tiếp quý sau")
    return {
        "title": words.format(first=first[0], last=last[0]),
        "rows": [
            {
                "period": period_name(period),
                "value": fraction(round(value, 1)),
                "is_carried_on": period.last.year > one.known_to,
            }
            for period, value in reversed(one.quarters)
        ],
        "source": one.source,
        "made_up": one.made_up,
        "inputs": one.inputs,
    }


def _gap(declared: Declared, one: ShareGap) -> dict[str, Any]:
    return {
        "start": _percent(one.start.value),
        "since": period_name(one.start.period),
        "goal": _percent(one.goal),
        "due": period_name(one.due),
        "years": one.years,
        "times": fraction(round(one.times, 2)),
        "asks": _asks(one) if one.needed else "",
        "ways": [_way(each) for each in one.needed],
        "sources": _sources([one.start.source, one.source]),
        "note": str(METHODS[one.start.method]) if _is_unstated(one) else "",
    }


def _is_unstated(one: ShareGap) -> bool:
    return one.start.method is Method.UNSTATED


def _way(one: Needed) -> dict[str, Any]:
    words = str(GROWTHS[one.growth.name])
    return {
        "text": words.format(rate=fraction(round(one.growth.rate, 1))),
        "rate": round(one.rate),
        "facts": [_fact(each) for each in one.growth.facts],
        "sources": _sources(each.source for each in one.growth.facts),
    }


def _fact(one: Fact) -> str:
    """Write a fact: `tổng sản phẩm năm 2024: 347.500 tỷ đồng`."""
    name = (
        gettext("tổng sản phẩm") if one.key == "grdp" else gettext("tổng sản phẩm tăng")
    )
    unit = gettext("tỷ đồng") if one.unit == "billion_vnd" else "%"
    about = gettext("khoảng") + " " if one.is_about else ""
    told = f"{name} {period_name(one.period)}: {about}{fraction(one.value)} {unit}"
    return f"{told} ({gettext('ước tính')})" if one.is_estimate else told


def _part(one: ManufacturingGap) -> dict[str, Any]:
    words = gettext(
        "Muốn vậy, {low} đến {high} % giá trị tăng thêm của ngành này phải là kinh tế"
        " số."
    )
    return {
        "low": _number(one.low),
        "high": _number(one.high),
        "goal": _number(one.goal),
        "due": period_name(one.due),
        "low_of_grdp": _number(one.low_of_grdp),
        "high_of_grdp": _number(one.high_of_grdp),
        "of_all": words.format(low=round(one.low_of_all), high=round(one.high_of_all)),
        "manufacturing": _percent(one.fact.value),
        "since": period_name(one.fact.period),
        "sources": _sources([one.source, one.fact.source]),
    }


def _industry(one: CoreIndustry) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.en if language() == "en" else one.vi,
        "is_certain": one.is_certain,
        "is_division": one.is_division,
        "source": one.source,
    }


def _sources(told: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(told))


def place_name(declared: Declared, key: str) -> str:
    """Name a place of the account in the reader's language."""
    return declared.places[key][language() == "en"]


def _number(value: float) -> str:
    return fraction(round(value, 2))


def _percent(value: float) -> str:
    return f"{_number(value)} %"
