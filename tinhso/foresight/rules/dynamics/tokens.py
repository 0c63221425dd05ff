"""Cut an expression into words; nothing is looked at that is not one of these."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tinhso.foresight.rules.dynamics.names import KEYWORDS, canonical
from tinhso.foresight.types.expressions import (
    ExpressionTooLarge,
    ExpressionUnfinished,
    ExpressionWrong,
    Origin,
    Spot,
)

MOST_CHARACTERS = 10_000
_WORD = re.compile(
    r"(?P<blank>[\s\u00a0]+|\{[^{}]*\})"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
    r'|(?P<quoted>"[^"\n]{1,500}")'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><>|<=|>=|[-+*/^(),;\[\]<>=])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its sort is number, name, keyword, sign or end."""

    sort: str
    text: str
    spot: Spot


def tokens_of(text: str, origin: Origin) -> Iterator[Token]:
    """Cut a text into words, the end of it last.

    :raises ExpressionTooLarge: if it is longer than 10,000 characters.
    :raises ExpressionWrong: at the first character that begins no word.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionTooLarge(origin)
    place, line, begun = 0, 1, 0
    while place < len(text):
        spot = Spot(line, place - begun + 1)
        found = _WORD.match(text, place)
        if found is None:
            raise wrong(origin, spot, text[place : place + 12].split("\n")[0])
        if found.lastgroup != "blank":
            yield _token(found, spot)
        if breaks := found.group().count("\n"):
            line, begun = line + breaks, place + found.group().rindex("\n") + 1
        place = found.end()
    yield Token("end", "", Spot(line, place - begun + 1))


def wrong(origin: Origin, spot: Spot, found: str) -> ExpressionWrong:
    """Say where an expression cannot be read; its lines count on from its origin's."""
    there = Origin(origin.file, origin.line + spot.line - 1, origin.what)
    if not found:
        return ExpressionUnfinished(there, column=spot.column)
    return ExpressionWrong(there, column=spot.column, found=found)


def _token(found: re.Match[str], spot: Spot) -> Token:
    sort, text = found.lastgroup or "", found.group()
    if sort == "quoted":
        return Token("name", canonical(text), spot)
    if sort == "name":
        name = canonical(text)
        return Token("keyword" if name in KEYWORDS else "name", name, spot)
    return Token(sort, text, spot)
