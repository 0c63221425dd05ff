"""Charts of numbers through time and by part, drawn on the server as SVG."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

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
class Reach:
    """What is forecast of a place in a row, between low and high."""

    label: str
    mean: float
    low: float
    high: float
    said: str


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
    goal: where the goal lies, None without one. ahead, band: the line and the outline
    of what is forecast, "" without; ahead_dots: its points.
    """

    pieces: tuple[str, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str, str], ...]
    goal: float | None
    ahead: str = ""
    band: str = ""
    ahead_dots: tuple[Dot, ...] = ()


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


def line(
    points: Sequence[Point],
    *,
    goal: float | None = None,
    ahead: Sequence[Reach] = (),
) -> Line:
    """Draw a line; the scale holds all values and the goal, and says where it begins.

    ahead: what is forecast, drawn on from the last point.

    It begins at nothing unless all values lie far above: a share from 96 to 99 would be
    a straight line.
    """
    known = [one.value for one in points if one.value is not None]
    ends = [end for one in ahead for end in (one.low, one.high)]
    low, high = scale([*known, *ends, *([goal] if goal is not None else [])])
    labels = [*(one.label for one in points), *(one.label for one in ahead)]
    step = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)

    def y(value: float) -> float:
        part = (value - low) / (high - low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)

    places = [round(LEFT + number * step, 1) for number in range(len(labels))]
    here, beyond = places[: len(points)], places[len(points) :]
    every = max(1, -(-len(labels) // 7))
    return Line(
        pieces=tuple(_pieces(points, here, y)),
        dots=tuple(
            Dot(x, y(one.value), one.said, one.href)
            for x, one in zip(here, points, strict=True)
            if one.value is not None
        ),
        ticks=tuple(
            (y(value), f"{value:g}".replace(".", ","))
            for value in (low + (high - low) * n / TICKS for n in range(TICKS + 1))
        ),
        labels=tuple(
            (x, label, "end" if number and x > WIDTH - 2 * RIGHT else "middle")
            for number, (x, label) in enumerate(zip(places, labels, strict=True))
            if number % every == 0
        ),
        goal=None if goal is None else y(goal),
        **_fan(points, here, list(zip(beyond, ahead, strict=True)), y),
    )


class _Fan(TypedDict, total=False):
    ahead: str
    band: str
    ahead_dots: tuple[Dot, ...]


def _fan(
    points: Sequence[Point],
    places: Sequence[float],
    ahead: Sequence[tuple[float, Reach]],
    y: Callable[[float], float],
) -> _Fan:
    """Draw what is forecast, from the last value that is known."""
    known = [(x, p.value) for x, p in zip(places, points, strict=True)]
    held = [(x, value) for x, value in known if value is not None][-1:]
    if not ahead or not held:
        return {}
    middle = [*held, *((x, one.mean) for x, one in ahead)]
    around = [
        *held,
        *((x, one.high) for x, one in ahead),
        *((x, one.low) for x, one in reversed(ahead)),
    ]
    return {
        "ahead": " ".join(f"{x:g},{y(value):g}" for x, value in middle),
        "band": " ".join(f"{x:g},{y(value):g}" for x, value in around),
        "ahead_dots": tuple(Dot(x, y(one.mean), one.said, "") for x, one in ahead),
    }


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


def scale(values: Sequence[float]) -> tuple[float, float]:
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
