"""What the pages of open data say, draw and keep in their addresses."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.clock import local
from tinhso.kernel.text import clean, fold, fraction, grouped
from tinhso.lake.types import Kind
from tinhso.opendata.types import TOTAL, Ask, Facet, Listed, Shown, Version
from tinhso.web.ui.phrases import said

ROWS_A_PAGE, DATASETS_A_PAGE, MOST_PLACES = 25, 20, 500
LONGEST = 200
WIDTH, HEIGHT = 640, 260
# Bars that are read at a glance; the engine answers no more than so many.
FEWEST_BARS, MOST_BARS = 2, 40
NUMBERS = (Kind.WHOLE, Kind.REAL)
TIMES = (Kind.DAY, Kind.MOMENT)
THEMES = {
    "AGRI": gettext_lazy("Nông nghiệp, thủy sản, lâm nghiệp"),
    "ECON": gettext_lazy("Kinh tế và tài chính"),
    "EDUC": gettext_lazy("Giáo dục, văn hóa, thể thao"),
    "ENER": gettext_lazy("Năng lượng"),
    "ENVI": gettext_lazy("Môi trường"),
    "GOVE": gettext_lazy("Chính quyền và khu vực công"),
    "HEAL": gettext_lazy("Y tế"),
    "INTR": gettext_lazy("Quốc tế"),
    "JUST": gettext_lazy("Tư pháp, an ninh, trật tự"),
    "REGI": gettext_lazy("Vùng và đô thị"),
    "SOCI": gettext_lazy("Dân số và xã hội"),
    "TECH": gettext_lazy("Khoa học và công nghệ"),
    "TRAN": gettext_lazy("Giao thông"),
}
FREQUENCIES = {
    "DAILY": gettext_lazy("Hằng ngày"),
    "WEEKLY": gettext_lazy("Hằng tuần"),
    "MONTHLY": gettext_lazy("Hằng tháng"),
    "QUARTERLY": gettext_lazy("Hằng quý"),
    "ANNUAL_2": gettext_lazy("Mỗi năm hai lần"),
    "ANNUAL": gettext_lazy("Hằng năm"),
    "IRREG": gettext_lazy("Không theo kỳ"),
}
FACETS = {
    "theme": ("chu-de", gettext_lazy("Chủ đề")),
    "publisher": ("co-quan", gettext_lazy("Cơ quan")),
    "has_map": ("ban-do", gettext_lazy("Dạng dữ liệu")),
    "frequency": ("cap-nhat", gettext_lazy("Cập nhật")),
}


def last(address: str) -> str:
    """Name a term of the EU's lists by the end of its address."""
    return address.rpartition("/")[2]


def named(facet: str, value: str, agencies: Mapping[str, str]) -> str:
    """Say a value of a facet in words."""
    if facet == "publisher":
        return agencies.get(value, value)
    if facet == "has_map":
        return gettext("Có bản đồ") if value == "True" else gettext("Chỉ có bảng")
    names = THEMES if facet == "theme" else FREQUENCIES
    return str(names.get(last(value), last(value)))


class Search:
    """What is looked for in the catalogue, as its address says."""

    def __init__(self, query: QueryDict) -> None:
        self.text = clean(query.get("q", ""))[:LONGEST]
        self.chosen = {
            facet: query.get(word, "")[:LONGEST]
            for facet, (word, _) in FACETS.items()
            if query.get(word)
        }
        self.page = _number(query.get("trang", ""))
        self.is_newest_first = query.get("sap") == "moi"

    def href(self, **changes: str) -> str:
        """Lead to the same search with something else."""
        told = {FACETS[facet][0]: value for facet, value in self.chosen.items()}
        if self.text:
            told["q"] = self.text
        if self.is_newest_first:
            told["sap"] = "moi"
        told = {k: v for k, v in {**told, **changes}.items() if v}
        return f"?{urlencode(told)}" if told else "?"

    def facets(
        self, found: Mapping[str, Sequence[Facet]], agencies: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Lay the facets out as lists of links."""
        return [
            {
                "title": title,
                "values": [
                    self._value(facet, word, one, agencies)
                    for one in found.get(facet, ())[:12]
                ],
            }
            for facet, (word, title) in FACETS.items()
        ]

    def _value(
        self, facet: str, word: str, one: Facet, agencies: Mapping[str, str]
    ) -> dict[str, Any]:
        is_chosen = self.chosen.get(facet) == one.value
        return {
            "name": named(facet, one.value, agencies),
            "count": one.count,
            "is_chosen": is_chosen,
            "href": self.href(**{word: "" if is_chosen else one.value}),
        }


def _number(text: str) -> int:
    """Read a number of a page, from 1."""
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and text else 1


def listed(one: Listed) -> dict[str, Any]:
    """Show a dataset in the catalogue."""
    return {
        "one": one,
        "theme": named("theme", one.entry.theme, {}),
        "frequency": named("frequency", one.entry.frequency, {}),
    }


class View:
    """What is looked at in a version, as the address of its page says."""

    def __init__(self, query: QueryDict, version: Version) -> None:
        names = {one.name for one in version.columns}
        self.version = version
        self.text = clean(query.get("q", ""))[:LONGEST]
        self.column = query.get("cot", "") if query.get("cot") in names else ""
        self.value = clean(query.get("gia-tri", ""))[:LONGEST]
        sort = query.get("sap", "")
        self.sort = sort if sort.removeprefix("-") in names else ""
        self.page = max(1, _number(query.get("trang", "")))
        self.by = query.get("ve", "")
        if self.by not in {one.name for one in self.drawable()}:
            best = min(self.drawable(), key=_rank, default=None)
            self.by = best.name if best else ""

    @property
    def filters(self) -> dict[str, Sequence[object]]:
        """Name which rows are wanted."""
        if not (self.column and self.value):
            return {}
        [column] = [one for one in self.version.columns if one.name == self.column]
        return {self.column: [_code(column, self.value)]}

    def ask(self) -> Ask:
        """Ask for the rows of the page."""
        return Ask(
            filters=self.filters,
            text=self.text,
            sort=(self.sort,) if self.sort else (),
            limit=ROWS_A_PAGE,
            offset=(self.page - 1) * ROWS_A_PAGE,
        )

    def ask_for_chart(self) -> Ask:
        """Ask for the rows that are drawn, without the totals."""
        totals = {TOTAL: [None]} if self._has(TOTAL) else {}
        return Ask(filters={**self.filters, **totals}, text=self.text)

    def _has(self, name: str) -> bool:
        return any(one.name == name for one in self.version.columns)

    def drawable(self) -> list[Shown]:
        """List the columns by whose values a chart can be drawn."""
        left_out = (Kind.REAL, Kind.SHAPE, Kind.ID)
        numbers = {self.measure()} if self._has(TOTAL) else set()
        return [
            one
            for one in self.version.columns
            if one.kind not in left_out and one.name not in numbers | {TOTAL}
        ]

    def measure(self) -> str:
        """Name the figure that is drawn; "" to count rows."""
        numbers = [one.name for one in self.version.columns if one.kind in NUMBERS]
        return numbers[0] if numbers and self._has(TOTAL) else ""

    def href(self, **changes: str) -> str:
        """Lead to the same page with something else."""
        told = {
            "q": self.text,
            "cot": self.column,
            "gia-tri": self.value,
            "sap": self.sort,
            "ve": self.by,
            **changes,
        }
        return f"?{urlencode({k: v for k, v in told.items() if v})}"

    def heads(self) -> list[dict[str, Any]]:
        """Lay the heads of the table out; each sorts by its column."""
        return [self._head(one) for one in self.version.columns if _is_read(one)]

    def _head(self, one: Shown) -> dict[str, Any]:
        ways = {one.name: "ascending", f"-{one.name}": "descending"}
        wanted = f"-{one.name}" if self.sort == one.name else one.name
        return {
            "label": said(one.title),
            "numeric": one.kind in NUMBERS,
            "sorted": ways.get(self.sort, ""),
            "href": self.href(sap=wanted),
        }


def _code(column: Shown, typed: str) -> str:
    """Find the code of what somebody typed as people say it, or as it stands there."""
    said_so = fold(typed)
    for one in column.labels:
        if said_so in (fold(one.means.vi), fold(one.means.en)):
            return one.value
    return typed


def _rank(one: Shown) -> int:
    """Tell how well a chart by a column is read, 0 best; among equals, the first is.

    Few values that stand for something are best, then few texts, then time.
    """
    if one.distinct is None:
        return 3
    is_few = FEWEST_BARS <= one.distinct <= MOST_BARS
    if one.kind in TIMES:
        return 2 if one.distinct >= FEWEST_BARS else 4
    if is_few and one.labels:
        return 0
    return 1 if is_few and one.kind in (Kind.TEXT, Kind.YES_NO) else 4


def cells(columns: Sequence[Shown], row: Sequence[object]) -> list[dict[str, Any]]:
    """Write a row for reading."""
    return [
        {"text": told(one, value), "numeric": one.kind in NUMBERS}
        for one, value in zip(columns, row, strict=True)
        if _is_read(one)
    ]


def _is_read(one: Shown) -> bool:
    """Tell whether a column is for reading; shapes are on the map below."""
    return one.kind is not Kind.SHAPE


def written(value: object) -> str:
    """Write a value: numbers grouped, days and moments as they are said here."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return gettext("có") if value else gettext("không")
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, float):
        return fraction(value)
    if isinstance(value, datetime):
        return f"{local(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def told(column: Shown, value: object) -> str:
    """Write a value of a column: what it stands for, else the value itself."""
    label = column.label_of(value)
    return said(label) if label else written(value)


def bars(by: Shown, found: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """Draw bars, the largest first, each with its words and its figure."""
    most = max((float(n or 0) for _, n in found), default=0) or 1
    drawn = [
        {
            "label": told(by, key)[:28],
            "value": written(n),
            "y": place * 24 + 4,
            "text_y": place * 24 + 17,
            "width": round(360 * float(n or 0) / most, 1),
            "value_x": round(206 + 360 * float(n or 0) / most, 1),
        }
        for place, (key, n) in enumerate(found)
    ]
    named = [(told(by, key), n) for key, n in found]
    return {"bars": drawn, "height": len(found) * 24 + 8, "rows": _lines(named)}


def line(found: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """Draw a line through time."""
    known = sorted((key, n) for key, n in found if key is not None and n is not None)
    most = max((float(n) for _, n in known), default=0) or 1
    step = (WIDTH - 80) / max(len(known) - 1, 1)
    points = [
        (round(50 + place * step, 1), round(HEIGHT - 40 - 190 * float(n) / most, 1))
        for place, (_, n) in enumerate(known)
    ]
    ends = [written(known[0][0]), written(known[-1][0])] if known else ["", ""]
    return {
        "points": " ".join(f"{x},{y}" for x, y in points),
        "dots": [{"x": x, "y": y} for x, y in points],
        "first": ends[0],
        "last": ends[1],
        "most": written(most if most % 1 else int(most)),
        "height": HEIGHT,
        "rows": _lines(known),
    }


def _lines(found: Sequence[tuple[Any, Any]]) -> list[dict[str, Any]]:
    return [
        {"cells": [{"text": written(key)}, {"text": written(n), "numeric": True}]}
        for key, n in found
    ]


Point = tuple[float, float]


def drawn_map(
    columns: Sequence[Shown], rows: Iterable[Sequence[Any]]
) -> dict[str, Any]:
    """Draw places on a plain map: dots and outlines, as large as the page."""
    names = [one.name for one in columns]
    shapes = [place for place, one in enumerate(columns) if one.kind is Kind.SHAPE]
    lines: list[list[Point]] = []
    dots: list[Point] = []
    for row in rows:
        if shapes and row[shapes[0]]:
            _gather(json.loads(row[shapes[0]]), lines, dots)
        elif {"lon", "lat"} <= set(names):
            lon, lat = row[names.index("lon")], row[names.index("lat")]
            if None not in (lon, lat):
                dots.append((float(lon), float(lat)))
    return _projected(lines, dots)


def _gather(
    shape: Mapping[str, Any], lines: list[list[Point]], dots: list[Point]
) -> None:
    """Take a GeoJSON geometry apart."""
    kind, held = shape.get("type"), shape.get("coordinates", [])
    if kind == "Point":
        dots.append((held[0], held[1]))
    elif kind == "MultiPoint":
        dots.extend((one[0], one[1]) for one in held)
    else:
        lines.extend(_rings(held))


def _rings(held: Sequence[Any]) -> Iterator[list[Point]]:
    if held and isinstance(held[0][0], int | float):
        yield [(one[0], one[1]) for one in held]
        return
    for part in held:
        yield from _rings(part)


def _projected(lines: list[list[Point]], dots: list[Point]) -> dict[str, Any]:
    """Fit all into the picture; a degree of longitude is shorter here by a tenth."""
    every = [point for ring in lines for point in ring] + dots
    if not every:
        return {}
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    scale = (WIDTH - 20) / max((east - west) * 0.93, north - south, 0.001)

    def at(point: Point) -> str:
        x = 10 + (point[0] - west) * 0.93 * scale
        # Whole units are finer than a screen shows of a picture of this width.
        return f"{x:.0f},{10 + (north - point[1]) * scale:.0f}"

    return {
        "height": round(20 + (north - south) * scale),
        "lines": [" ".join(at(one) for one in ring) for ring in lines],
        # What would lie upon another dot is not drawn.
        "dots": [
            dict(zip("xy", one.split(","), strict=True))
            for one in dict.fromkeys(map(at, dots))
        ],
    }
