"""Fans: what an ensemble comes to through time, drawn on the server as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinhso.web.ui.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TICKS,
    TOP,
    WIDTH,
    Dot,
    scale,
)


@dataclass(frozen=True, slots=True)
class Spread:
    """What an output is at a time; quantiles: at 10, 25, 50, 75 and 90 percent."""

    label: str
    quantiles: tuple[float, float, float, float, float]
    said: str


@dataclass(frozen=True, slots=True)
class Fan:
    """One ensemble on paper: outlines of the bands, the middle line and its points."""

    outer: str
    inner: str
    middle: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fan beside the baseline's. ticks, labels: places and words; goal: its place."""

    current: Fan
    baseline: Fan
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str, str], ...]
    goal: float | None


def draw(
    current: Sequence[Spread], baseline: Sequence[Spread], *, goal: float | None = None
) -> Drawn:
    """Draw both on one scale, which holds all of them and the goal."""
    told = [n for one in (*current, *baseline) for n in one.quantiles]
    low, high = scale([*told, *([goal] if goal is not None else [])])
    step = (WIDTH - LEFT - RIGHT) / max(len(current) - 1, 1)
    places = [round(LEFT + number * step, 1) for number in range(len(current))]

    def y(value: float) -> float:
        part = (value - low) / (high - low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)

    return Drawn(
        current=_fan(current, places, y),
        baseline=_fan(baseline, places, y),
        ticks=tuple(
            (y(value), f"{value:g}".replace(".", ","))
            for value in (low + (high - low) * n / TICKS for n in range(TICKS + 1))
        ),
        labels=tuple(
            (x, one.label, "end" if number and x > WIDTH - 2 * RIGHT else "middle")
            for number, (x, one) in enumerate(zip(places, current, strict=True))
            if number % max(1, -(-len(current) // 10)) == 0
        ),
        goal=None if goal is None else y(goal),
    )


def _fan(
    told: Sequence[Spread], places: Sequence[float], y: Callable[[float], float]
) -> Fan:
    def band(low: int, high: int) -> str:
        up = [(x, one.quantiles[high]) for x, one in zip(places, told, strict=True)]
        down = [(x, one.quantiles[low]) for x, one in zip(places, told, strict=True)]
        return " ".join(f"{x:g},{y(value):g}" for x, value in [*up, *reversed(down)])

    middle = [(x, one.quantiles[2]) for x, one in zip(places, told, strict=True)]
    return Fan(
        outer=band(0, 4),
        inner=band(1, 3),
        middle=" ".join(f"{x:g},{y(value):g}" for x, value in middle),
        dots=tuple(
            Dot(x, y(one.quantiles[2]), one.said, "")
            for x, one in zip(places, told, strict=True)
        ),
    )
