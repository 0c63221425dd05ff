"""What holds from when to when: what a new statement takes the place of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """What holds from one day until before another; open where there is none."""

    first: date
    until: date | None
    holds: T

    def meets(self, other: "Span[T]") -> bool:
        """Tell whether some day is in both."""
        return _before(self.first, other.until) and _before(other.first, self.until)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a statement does: which spans it replaces, and what holds besides it.

    kept: the parts of replaced spans that lie before or after the new one.
    """

    replaced: tuple[Span[T], ...]
    kept: tuple[Span[T], ...]


def state(spans: Sequence[Span[T]], new: Span[T]) -> Outcome[T]:
    """Put a new statement over what holds, and say what becomes of it.

    >>> from datetime import date
    >>> old = Span(date(2025, 7, 1), None, "30 beds")
    >>> done = state([old], Span(date(2026, 1, 1), None, "40 beds"))
    >>> [(str(one.first), str(one.until)) for one in done.kept]
    [('2025-07-01', '2026-01-01')]
    """
    replaced = tuple(span for span in spans if span.meets(new))
    kept = tuple(part for span in replaced for part in _outside(span, new))
    return Outcome(replaced, kept)


def at(spans: Sequence[Span[T]], day: date) -> Span[T] | None:
    """Find what holds on a day."""
    return next(
        (one for one in spans if one.first <= day and _before(day, one.until)), None
    )


def _outside(span: Span[T], new: Span[T]) -> Iterator[Span[T]]:
    if span.first < new.first:
        yield Span(span.first, new.first, span.holds)
    if new.until is not None and _before(new.until, span.until):
        yield Span(new.until, span.until, span.holds)


def _before(day: date, until: date | None) -> bool:
    return until is None or day < until
