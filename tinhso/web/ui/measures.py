"""Say numbers, periods and states of targets; lay boards out."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.indicators import queries
from tinhso.indicators.types import (
    BoardDeclared,
    Bounds,
    Cell,
    Dimension,
    Direction,
    Figure,
    Indicator,
    Period,
    PeriodKind,
    Reading,
    Standing,
    Status,
    Unit,
)
from tinhso.kernel.text import fraction
from tinhso.lake import queries as lake
from tinhso.people.types import Organization, OrganizationLevel
from tinhso.places import queries as places
from tinhso.places.types import Hexagon
from tinhso.web.ui import charts, tiles
from tinhso.web.ui.phrases import language
from tinhso.web.ui.writing import moment

# A number is stale when nothing of its table was read for so long.
STALE_AFTER = timedelta(days=2)
DIMENSIONS = {
    Dimension.AGENCY: gettext_lazy("Cơ quan"),
    Dimension.PLACE: gettext_lazy("Địa bàn"),
    Dimension.PROCEDURE: gettext_lazy("Thủ tục"),
    Dimension.CHANNEL: gettext_lazy("Kênh nộp"),
    Dimension.SECTOR: gettext_lazy("Lĩnh vực"),
}
CHANNELS = {
    "online": gettext_lazy("Trực tuyến"),
    "counter": gettext_lazy("Tại quầy"),
    "post": gettext_lazy("Qua bưu chính"),
}
KINDS = {
    PeriodKind.MONTH: gettext_lazy("Tháng"),
    PeriodKind.QUARTER: gettext_lazy("Quý"),
    PeriodKind.YEAR: gettext_lazy("Năm"),
}
STATUSES = {
    Status.PROVISIONAL: gettext_lazy("tạm tính"),
    Status.FINAL: gettext_lazy("chính thức"),
}
VIEWS = {
    "ban-do": gettext_lazy("Bản đồ"),
    "cot": gettext_lazy("Biểu đồ"),
    "bang": gettext_lazy("Bảng"),
}


def title(indicator: Indicator) -> str:
    """Name an indicator in the reader's language."""
    return indicator.en if language() == "en" else indicator.vi


def number(indicator: Indicator, value: float | None) -> str:
    """Write a value without its unit: two decimals of a share, others as they are."""
    if value is None:
        return "–"
    if indicator.unit is Unit.YES_NO:
        return gettext("Có") if value else gettext("Không")
    return fraction(round(value, 2))


def unit(indicator: Indicator) -> str:
    """Write the unit of a value."""
    return "%" if indicator.unit is Unit.PERCENT else ""


def said(indicator: Indicator, value: float | None) -> str:
    """Write a value with its unit."""
    return f"{number(indicator, value)} {unit(indicator)}".strip()


def period_name(period: Period) -> str:
    """Say a period: `tháng 10/2026`, `quý 3/2026`, `năm 2026`."""
    first, months = period.first, period.last.month - period.first.month + 1
    if months == 1:
        return gettext("tháng {n}/{year}").format(n=first.month, year=first.year)
    if months == 3:
        n = period.last.month // 3
        return gettext("quý {n}/{year}").format(n=n, year=first.year)
    return gettext("năm {year}").format(year=first.year)


def change(reading: Reading) -> dict[str, str]:
    """Say how much a value rose or fell since the period before, and whether well."""
    now, before = reading.figure, reading.before
    if not (now and before) or now.value is None or before.value is None:
        return {}
    by = round(now.value - before.value, 2)
    is_share = reading.indicator.unit is Unit.PERCENT
    told = f"{fraction(abs(by))}{' ' + gettext('điểm %') if is_share else ''}"
    if not by:
        return {"text": gettext("Không đổi so với kỳ trước"), "tone": ""}
    is_good = (by > 0) == (reading.indicator.direction is Direction.UP)
    words = (
        gettext("▲ Tăng {n} so với kỳ trước")
        if by > 0
        else gettext("▼ Giảm {n} so với kỳ trước")
    )
    return {"text": words.format(n=told), "tone": "good" if is_good else "warn"}


def card(reading: Reading, period: Period, at: date) -> dict[str, Any]:
    """Show an indicator at a glance."""
    figure = reading.figure
    return {
        "title": title(reading.indicator),
        "value": number(reading.indicator, figure.value if figure else None),
        "unit": unit(reading.indicator),
        "change": change(reading),
        "spark": charts.spark([one.value for one in reading.series]),
        "href": measure_href(reading.indicator.key, period),
        "method": reading.indicator.method,
        "updated": moment(reading.run.at) if reading.run else "",
        "is_stale": bool(reading.run and reading.run.at.date() < at - STALE_AFTER),
        "lacks": lacks(figure),
        "fault": reading.fault.reason if reading.fault else "",
    }


def lacks(figure: Figure | None) -> str:
    """Say what an incomplete number lacks: months, or returns; nothing otherwise."""
    if figure is None or figure.is_complete:
        return ""
    if figure.coverage is None:
        return gettext("Chưa đủ các tháng")
    return gettext("Chưa đủ báo cáo")


def measure_href(key: str, period: Period, **more: str) -> str:
    """Lead to the page of an indicator in a period."""
    return f"{reverse('measure', args=[key])}?{_query(period, more)}"


def lineage_href(cell: Cell) -> str:
    """Lead to what lies behind a number."""
    more = {"theo": cell.dimension.value, "phan": cell.part} if cell.part else {}
    address = reverse("measure_lineage", args=[cell.indicator])
    return f"{address}?{_query(cell.period, more)}"


def _query(period: Period, more: Mapping[str, str]) -> str:
    return urlencode({"ky": period.key, **{k: v for k, v in more.items() if v}})


def map_of(
    hexagons: Sequence[Hexagon],
    parts: Mapping[str, Figure],
    agencies: Mapping[str, Organization],
    reading: Reading,
    bounds: Bounds | None,
) -> dict[str, Any]:
    """Lay the values of the communes' agencies out on the tile map."""
    # A part is a commune itself, or the agency of one.
    by_unit = {
        agencies[code].unit_code if code in agencies else code: figure
        for code, figure in parts.items()
        if code not in agencies or agencies[code].level is OrganizationLevel.COMMUNE
    }
    shown = [
        _tile(one, by_unit.get(one.unit.code), reading, bounds) for one in hexagons
    ]
    return {"view_box": tiles.view_box(hexagons), "tiles": shown}


def _tile(
    tile: Hexagon, figure: Figure | None, reading: Reading, bounds: Bounds | None
) -> dict[str, Any]:
    value = figure.value if figure else None
    short = "–" if value is None else f"{value:.0f}"
    return {
        "points": tiles.points(tile),
        "x": f"{tile.x:.2f}",
        "y": f"{tile.y + 0.1:.2f}",
        "tone": tone(value, bounds),
        "short": short,
        # Whoever speaks to the machine says what is written on the tile.
        "said": f"{tile.unit.name}: {short} ({said(reading.indicator, value)})",
        "href": lineage_href(figure.cell)
        if figure and reading.indicator.computed
        else "",
    }


def tone(value: float | None, bounds: Bounds | None) -> str:
    """Name how good a value is; `none` where it is unknown, `plain` without bounds."""
    if value is None:
        return "none"
    return bounds.tone(value) if bounds else "plain"


def goal_of(standings: Sequence[Standing]) -> float | None:
    """Tell what a value is to reach, by the first target that still runs."""
    return next((one.target.goal.aim for one in standings), None)


def chart(
    indicator: Indicator, series: Sequence[Figure], goal: float | None
) -> charts.Line:
    """Draw an indicator through time."""
    return charts.line(
        [
            charts.Point(
                label=short(one.cell.period),
                value=one.value,
                said=f"{period_name(one.cell.period)}: {said(indicator, one.value)}",
                href=lineage_href(one.cell) if indicator.computed else "",
            )
            for one in series
        ],
        goal=goal,
    )


def short(period: Period) -> str:
    """Write a period below an axis: `10/26`, `Q3/26`, `2026`."""
    year, _, rest = period.key.replace("Q", "-Q").partition("-")
    return f"{rest}/{year[2:]}" if rest else year


def names_of(
    indicator: Indicator,
    dimension: Dimension,
    codes: Sequence[str],
    agencies: Mapping[str, Organization],
    on: date,
) -> dict[str, str]:
    """Name the parts of a breakdown; what nobody names is its code."""
    named = {code: code for code in codes} | _known(indicator, dimension, agencies, on)
    return named | _split(on) if dimension is Dimension.PLACE else named


def _split(on: date) -> dict[str, str]:
    """Name old communes that were split, and those that have a part of them now."""
    words = gettext("{name} (xã cũ, đã chia: {parts})")
    return {
        part: words.format(
            name=one.unit.name, parts=", ".join(unit.name for unit in one.into)
        )
        for part, one in queries.split_places(on=on).items()
    }


def _known(
    indicator: Indicator,
    dimension: Dimension,
    agencies: Mapping[str, Organization],
    on: date,
) -> dict[str, str]:
    if dimension is Dimension.AGENCY:
        return {code: one.short_name for code, one in agencies.items()}
    if dimension is Dimension.PLACE:
        return {one.code: one.name for one in places.units(on=on)}
    named = {code: str(name) for code, name in CHANNELS.items()}
    return (named if dimension is Dimension.CHANNEL else {}) | _labels(
        indicator, dimension
    )


def _labels(indicator: Indicator, dimension: Dimension) -> dict[str, str]:
    """Read what the values of a column stand for, where its dataset says so."""
    if indicator.computed is None or dimension not in indicator.computed.by:
        return {}
    columns = lake.declared(dataset=indicator.computed.dataset).columns
    name, is_english = indicator.computed.by[dimension], language() == "en"
    return {
        code.value: code.en if is_english else code.vi
        for column in columns
        if column.name == name
        for code in column.codes
    }


def part_rows(
    indicator: Indicator,
    parts: Mapping[str, Figure],
    names: Mapping[str, str],
    bounds: Bounds | None,
) -> list[dict[str, Any]]:
    """Lay a breakdown out as rows, the best last where bounds say what is bad."""
    way = 1 if indicator.direction is Direction.UP else -1
    ordered = sorted(
        parts.items(),
        key=lambda one: (one[1].value is None, way * (one[1].value or 0), one[0]),
    )
    return [
        {
            "name": names[code],
            "code": code,
            "value": said(indicator, figure.value),
            "raw": figure.value,
            "counts": counts(figure),
            "tone": tone(figure.value, bounds) if bounds else "",
            "href": lineage_href(figure.cell) if indicator.computed else "",
        }
        for code, figure in ordered
    ]


def counts(figure: Figure) -> str:
    """Write the counts of a share: `14.219 / 14.393`."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    return f"{fraction(figure.numerator)} / {fraction(figure.denominator)}"


def kinds(period: Period, on: date) -> list[dict[str, Any]]:
    """Lead from a period to the month, quarter and year it lies in or holds."""
    day = min(period.last, on)
    return [
        {
            "name": str(name),
            "key": queries.period_on(day=day, kind=kind).key,
            "current": queries.period_on(day=day, kind=kind) == period,
        }
        for kind, name in KINDS.items()
    ]


def steps(period: Period, on: date) -> dict[str, str]:
    """Lead to the period before and after, as far as it has begun."""
    after = queries.period_before(period=period, back=-1)
    return {
        "before": queries.period_before(period=period).key,
        "after": after.key if after.first <= on else "",
    }


def board_title(declared: BoardDeclared) -> str:
    """Name a board in the reader's language."""
    return declared.en if language() == "en" else declared.vi


def legend(bounds: Bounds | None, indicator: Indicator) -> list[dict[str, str]]:
    """Say what the colours of a map mean."""
    nothing = {"tone": "none", "text": gettext("Không có số liệu")}
    if bounds is None:
        return [{"tone": "plain", "text": gettext("Có số liệu")}, nothing]
    good, bad = said(indicator, bounds.good), said(indicator, bounds.bad)
    is_up = bounds.good >= bounds.bad
    words = (
        (gettext("từ {n} trở lên"), gettext("dưới {n}"))
        if is_up
        else (gettext("đến {n}"), gettext("trên {n}"))
    )
    return [
        {"tone": "good", "text": words[0].format(n=good)},
        {"tone": "warn", "text": gettext("ở giữa")},
        {"tone": "bad", "text": words[1].format(n=bad)},
        nothing,
    ]


def series_rows(indicator: Indicator, series: Sequence[Figure]) -> list[dict[str, Any]]:
    """Lay numbers through time out as rows, the newest first."""
    return [
        {
            "name": period_name(one.cell.period),
            "value": said(indicator, one.value),
            "counts": counts(one),
            "status": STATUSES[one.status],
            "is_complete": one.is_complete,
            "href": lineage_href(one.cell) if indicator.computed else "",
        }
        for one in reversed(series)
    ]


def views(chosen: str, *, has_map: bool) -> list[dict[str, Any]]:
    """Lead to chart, map and table of the same numbers; the map first."""
    offered = [one for one in VIEWS if one != "ban-do" or has_map]
    shown = chosen if chosen in offered else offered[0]
    return [
        {"key": key, "name": str(VIEWS[key]), "current": key == shown}
        for key in offered
    ]


def breakdowns(offered: Sequence[Dimension], shown: Dimension) -> list[dict[str, Any]]:
    """Lead to what an indicator is broken down by."""
    return [
        {"key": one.value, "name": str(DIMENSIONS[one]), "current": one is shown}
        for one in offered
    ]


def made_of(indicator: Indicator, period: Period) -> list[dict[str, str]]:
    """Lead from a formula to the indicators it is made of."""
    if indicator.formula is None:
        return []
    found = [queries.get_indicator(key=key) for key in indicator.formula.of]
    return [
        {"title": title(one), "href": measure_href(one.key, period)} for one in found
    ]
