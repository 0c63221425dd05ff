"""A diagram as SVG: what is set or measured left, stocks in the middle, outputs right.

It has its texts as texts and says the same as a list, for who does not see it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from tinhso.foresight.types.diagrams import Diagram, Link, Loop, Part, Sign, Thing

COLUMNS: Mapping[Part, int] = {
    Part.LEVER: 0,
    Part.INPUT: 0,
    Part.STOCK: 1,
    Part.OUTPUT: 2,
}
WIDE, HIGH, STEP, GAP, TOP, EDGE = 190, 50, 66, 150, 56, 20
LINE, LETTERS, LINES = 14, 25, 3
FILLS: Mapping[Part, str] = {
    Part.LEVER: "#fff4d6",
    Part.INPUT: "#eef1f5",
    Part.STOCK: "#e3eefb",
    Part.OUTPUT: "#e6f4ea",
}
STROKES: Mapping[Sign, tuple[str, str]] = {
    Sign.MORE: ("#1f5fa8", ""),
    Sign.LESS: ("#a8321f", "6 4"),
    Sign.MIXED: ("#5c6570", "2 4"),
}
HEADS: Mapping[str, tuple[str, str, str]] = {
    "vi": ("Đòn bẩy và số đo đầu vào", "Đại lượng tích lũy", "Kết quả"),
    "en": ("Levers and measured inputs", "What accumulates", "Outputs"),
}
SAID: Mapping[str, Mapping[Sign, str]] = {
    "vi": {
        Sign.MORE: "càng nhiều càng tăng",
        Sign.LESS: "càng nhiều càng giảm",
        Sign.MIXED: "có khi tăng, có khi giảm",
    },
    "en": {
        Sign.MORE: "more makes more",
        Sign.LESS: "more makes less",
        Sign.MIXED: "now more, now less",
    },
}
LOOPS: Mapping[str, Mapping[bool | None, str]] = {
    "vi": {True: "Vòng tự đẩy", False: "Vòng tự hãm", None: "Vòng hai chiều"},
    "en": {True: "Reinforcing", False: "Balancing", None: "Either way"},
}


@dataclass(frozen=True, slots=True)
class Box:
    """Where a thing stands: its left, top and column."""

    left: int
    top: int
    column: int

    @property
    def middle(self) -> int:
        """Answer the height of its middle."""
        return self.top + HIGH // 2


def as_lines(diagram: Diagram, language: str = "vi") -> list[str]:
    """Say a diagram as a list: each link, then each loop."""
    titles = _titles(diagram, language)
    said, loops = SAID[language], LOOPS[language]
    lines = [
        f"{titles[one.source]} → {titles[one.into]} ({one.sign}): {said[one.sign]}"
        for one in diagram.links
    ]
    for loop in diagram.loops:
        way = " → ".join(titles[name] for name in (*loop.names, loop.names[0]))
        lines.append(f"{loops[loop.is_reinforcing]}: {way}")
    return lines


def _titles(diagram: Diagram, language: str) -> dict[str, str]:
    return {
        one.name: one.title if language == "vi" else one.title_en
        for one in diagram.things
    }


def as_svg(diagram: Diagram, language: str = "vi") -> str:
    """Draw a diagram, whole in itself; wider than a phone, so to be scrolled there."""
    boxes = _boxes(diagram.things)
    width = 3 * WIDE + 2 * GAP + 2 * EDGE + 40
    height = max(box.top for box in boxes.values()) + STEP
    title = diagram.title if language == "vi" else diagram.title_en
    told = "; ".join(as_lines(diagram, language))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" lang="{language}" '
        'aria-labelledby="name says" font-family="sans-serif" font-size="12">',
        f'<title id="name">{escape(title)}</title>',
        f'<desc id="says">{escape(told)}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_heads(language),
        *(_line(one, boxes) for one in diagram.links),
        *(
            _box(one, boxes[one.name], diagram.loops, language)
            for one in diagram.things
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _boxes(things: Sequence[Thing]) -> dict[str, Box]:
    counts = [0, 0, 0]
    boxes = {}
    for one in things:
        column = COLUMNS[one.part]
        left = EDGE + column * (WIDE + GAP)
        boxes[one.name] = Box(left, TOP + counts[column] * STEP, column)
        counts[column] += 1
    return boxes


def _heads(language: str) -> Iterator[str]:
    for column, head in enumerate(HEADS[language]):
        left = EDGE + column * (WIDE + GAP)
        yield (
            f'<text x="{left}" y="32" font-size="15" font-weight="bold" '
            f'fill="#1d2733">{escape(head)}</text>'
        )


def _box(one: Thing, box: Box, loops: Sequence[Loop], language: str) -> str:
    title = one.title if language == "vi" else one.title_en
    lines = wrap(title, LETTERS)[:LINES]
    first = box.middle - (len(lines) - 1) * LINE // 2 + 4
    texts = "".join(
        f'<text x="{box.left + 8}" y="{first + place * LINE}" fill="#1d2733">'
        f"{escape(line)}</text>"
        for place, line in enumerate(lines)
    )
    bold = 2 if one.part is Part.STOCK else 1
    return (
        f'<g id="{escape(one.name)}"><rect x="{box.left}" y="{box.top}" '
        f'width="{WIDE}" height="{HIGH}" rx="4" fill="{FILLS[one.part]}" '
        f'stroke="#5c6570" stroke-width="{bold}"/>{texts}'
        f"{_own_loop(one, box, loops)}</g>"
    )


def _own_loop(one: Thing, box: Box, loops: Sequence[Loop]) -> str:
    """Mark what drives itself: ↻ and how."""
    own = next((loop for loop in loops if loop.names == (one.name,)), None)
    if own is None:
        return ""
    signs = {True: Sign.MORE, False: Sign.LESS, None: Sign.MIXED}
    sign = signs[own.is_reinforcing]
    return (
        f'<text x="{box.left + WIDE - 6}" y="{box.top + 13}" text-anchor="end" '
        f'font-weight="bold" fill="{STROKES[sign][0]}">↻{sign.value}</text>'
    )


def _line(link: Link, boxes: Mapping[str, Box]) -> str:
    source, into = boxes[link.source], boxes[link.into]
    color, dashes = STROKES[link.sign]
    path, tip = _path(source, into)
    x, y, turn = tip
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.3"{dashed}/>'
        f'<path d="M{x} {y} l{-7 * turn} -4 v8 z" fill="{color}"/>'
        f'<text x="{x - 14 * turn}" y="{y - 5}" text-anchor="middle" '
        f'font-weight="bold" fill="{color}">{link.sign.value}</text>'
    )


def _path(source: Box, into: Box) -> tuple[str, tuple[int, int, int]]:
    """Answer a curve, and its tip: x, y and whether it comes from the left, 1 or -1."""
    start_y, end_y = source.middle, into.middle + (8 if source.top < into.top else -8)
    if source.column < into.column:
        start, end = source.left + WIDE, into.left
        bend = (end - start) // 2
        curve = f"C{start + bend} {start_y} {end - bend} {end_y} {end} {end_y}"
        return f"M{start} {start_y} {curve}", (end, end_y, 1)
    end = into.left + WIDE
    if source.column == into.column:
        # Out and in again on the right, the farther the wider.
        start, out = source.left + WIDE, 24 + abs(start_y - end_y) // 8
    else:
        start, out = source.left, (source.left - end) // 2
        curve = f"C{start - out} {start_y} {end + out} {end_y} {end} {end_y}"
        return f"M{start} {start_y} {curve}", (end, end_y, -1)
    curve = f"C{start + out} {start_y} {end + out} {end_y} {end} {end_y}"
    return f"M{start} {start_y} {curve}", (end, end_y, -1)
