"""Numbers of old communes, as numbers of today's.

A code belongs to the commune that had it in the month of the number, and its number to
the commune into which that one passed. A commune that was split keeps a line of its own
under its old code and `~`: nothing says how to divide its numbers, and no share is made
up. Units change on the first day of a month, so a month is never of two of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tinhso.places.types import Passage

SPLIT = "~"


@dataclass(frozen=True, slots=True)
class Span:
    """A code while it meant one unit: from `first`, before `until`; None is open."""

    code: str
    first: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the code meant the unit on a day."""
        begun = self.first is None or self.first <= day
        return begun and (self.until is None or day < self.until)


class Restating:
    """What the codes of a breakdown are today; of nothing, each is itself."""

    def __init__(self, passages: Sequence[Passage] = ()) -> None:
        self._of_code: dict[str, list[tuple[Span, str]]] = {}
        for one in passages:
            known = self._of_code.setdefault(one.unit.code, [])
            known.append((_span(one), part_of(one)))

    def part(self, code: str, month: date) -> str:
        """Tell to which part the number of a code belongs; an unknown code stays."""
        known = self._of_code.get(code, ())
        return next((part for span, part in known if span.holds(month)), code)

    def spans(self, part: str) -> tuple[Span, ...]:
        """List which codes of which times make up a part."""
        known = (one for group in self._of_code.values() for one in group)
        return tuple(span for span, of in known if of == part) or (Span(part),)


def part_of(passage: Passage) -> str:
    """Tell to which part the numbers of a code in its time belong."""
    if len(passage.into) == 1:
        return passage.into[0].code
    return passage.unit.code + SPLIT


def _span(passage: Passage) -> Span:
    return Span(passage.unit.code, passage.first, passage.until)
