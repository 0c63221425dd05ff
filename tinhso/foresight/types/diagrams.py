"""The words of causal-loop diagrams: what drives what, which way, in which loops."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """Which way a link works; mixed: one way here, the other way there."""

    MORE = "+"
    LESS = "−"
    MIXED = "±"


class Part(StrEnum):
    """What a thing of a diagram is in its model."""

    LEVER = "lever"
    INPUT = "input"
    STOCK = "stock"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Thing:
    """A lever, measured input, stock or output."""

    name: str
    title: str
    title_en: str
    part: Part


@dataclass(frozen=True, slots=True)
class Link:
    """What drives what: more of the source makes more of the other, or less."""

    source: str
    into: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class Loop:
    """Things that drive each other in a circle, the first of them not repeated.

    is_reinforcing: None where a link is mixed.
    """

    names: tuple[str, ...]
    is_reinforcing: bool | None


@dataclass(frozen=True, slots=True)
class Diagram:
    """A model as what drives what; what lies between is left out of the drawing."""

    model: str
    title: str
    title_en: str
    things: tuple[Thing, ...]
    links: tuple[Link, ...]
    loops: tuple[Loop, ...]
