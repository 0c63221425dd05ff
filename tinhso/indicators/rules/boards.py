"""Read boards, and say which agencies are exceptions."""

from collections.abc import Iterable, Mapping
from typing import Any

from tinhso.indicators.types import BoardDeclared, Bounds, Figure


def board_of(body: Mapping[str, Any]) -> BoardDeclared:
    """Read a declaration that fits its schema."""
    mapped = body["map"]
    return BoardDeclared(
        key=body["key"],
        vi=body["title"]["vi"],
        en=body["title"]["en"],
        numbers=tuple(body["numbers"]),
        mapped=mapped["indicator"],
        bounds=Bounds(float(mapped["good"]), float(mapped["bad"])),
        most=mapped.get("most", 5),
        plans=tuple(body["targets"]),
        indexes=tuple(body.get("indexes", ())),
    )


def beyond(
    figures: Iterable[Figure], bounds: Bounds, *, most: int
) -> tuple[Figure, ...]:
    """List the figures that are bad, the worst first; among equals, where more is."""
    way = 1 if bounds.good >= bounds.bad else -1
    bad = [
        (way * one.value, -(one.denominator or 0), one.cell.part, one)
        for one in figures
        if one.value is not None and bounds.tone(one.value) == "bad"
    ]
    return tuple(one for *_, one in sorted(bad, key=lambda line: line[:3])[:most])
