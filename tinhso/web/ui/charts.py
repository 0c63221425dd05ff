"""Charts of numbers through time and by part, drawn on the server as SVG."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 30
BAR, BAR_LEFT, BAR_WIDE = 26, 210, 340
SMALL_WIDE, SMALL_HIGH = 120, 32
TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a place in a row; label: which one it is; None: there is none."""

    label: str
    value: float | None
    said: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point on paper, with what it says."""

    x: float
    y: float
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through time. pieces: of the line, broken where nothing is known.

    ticks: places and words of the scale; labels: places, words and anchors below it;
    goal: where the goal lies, None without one.
    """

    pieces: tuple[str, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str, str], ...]
    goal: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its words. width: in units of the drawing; tone: how good it is."""

    label: str
    said: str
    href: str
    tone: str
    y: int
    text_y: int
    width: float
    value_x: float


def line(points: Sequence[Point], *, goal: float | None = None) -> Line:
    """Draw a line; the scale holds all values and the goal, and says where it begins.

    It begins at nothing unless all values lie far above: a share from 96 to 99 would be
    a straight line.
    """
    known = [one.value for one in points if one.value is not None]
    low, high = _scale([*known, *([goal] if goal is not None else [])])
    step = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)

    def y(value: float) -> float:
        part = (value - low) / (high - low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)

    places = [round(LEFT + number * step, 1) for number in range(len(points))]
    every = max(1, -(-len(points) // 7))
    return Line(
        pieces=tuple(_pieces(points, places, y)),
        dots=tuple(
            Dot(x, y(one.value), one.said, one.href)
            for x, one in zip(places, points, strict=True)
            if one.value is not None
        ),
        ticks=tuple(
            (y(value), f"{value:g}".replace(".", ","))
            for value in (low + (high - low) * n / TICKS for n in range(TICKS + 1))
        ),
        labels=tuple(
            (x, one.label, "end" if number and x > WIDTH - 2 * RIGHT else "middle")
            for number, (x, one) in enumerate(zip(places, points, strict=True))
            if number % every == 0
        ),
        goal=None if goal is None else y(goal),
    )


def spark(values: Sequence[float | None]) -> str:
    """Write a small line without a scale, as the points of an SVG; "" of too few."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    span, step = (high - low) or 1, SMALL_WIDE / max(len(values) - 1, 1)
    return " ".join(
        f"{n * step:.1f},{SMALL_HIGH - 3 - (v - low) / span * (SMALL_HIGH - 6):.1f}"
        for n, v in known
    )


def bars(points: Sequence[Point], *, tones: Sequence[str]) -> tuple[Bar, ...]:
    """Draw bars in the order given, each from nothing."""
    most = max((one.value or 0 for one in points), default=0) or 1
    return tuple(
        Bar(
            label=one.label,
            said=one.said,
            href=one.href,
            tone=tone,
            y=place * BAR + 3,
            text_y=place * BAR + 17,
            width=round(BAR_WIDE * max(one.value or 0, 0) / most, 1),
            value_x=round(BAR_LEFT + 6 + BAR_WIDE * max(one.value or 0, 0) / most, 1),
        )
        for place, (one, tone) in enumerate(zip(points, tones, strict=True))
    )


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """Choose where the scale begins and ends, in steps people can read."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low >= 0 and (high - low) > high / 3:
        low = 0.0
    step = _step((high - low) / TICKS or abs(high) / TICKS or 0.25)
    first = low // step * step
    last = first + step * TICKS
    while last < high:
        step = _step(step * 1.01)
        first = low // step * step
        last = first + step * TICKS
    return first, last


def _step(least: float) -> float:
    """Find the next number of 1, 2, 2.5 or 5 with zeros.

    >>> _step(0.3), _step(7), _step(20)
    (0.5, 10.0, 20.0)
    """
    size = 1.0
    while size > least:
        size /= 10
    while size * 10 <= least:
        size *= 10
    return next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= least)


def _pieces(
    points: Sequence[Point], places: Sequence[float], y: Callable[[float], float]
) -> Iterator[str]:
    """Write the pieces of a line between which nothing is known."""
    piece: list[str] = []
    for x, one in zip(places, points, strict=True):
        if one.value is None:
            if len(piece) > 1:
                yield " ".join(piece)
            piece = []
        else:
            piece.append(f"{x:g},{y(one.value):g}")
    if len(piece) > 1:
        yield " ".join(piece)
