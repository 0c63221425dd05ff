"""Load files that operators have: tables of text, workbooks, features of a map."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.registries.actions.changes import load_records
from tinhso.registries.actions.sheets import grid_of
from tinhso.registries.queries.declared import known_register
from tinhso.registries.rules import sheets
from tinhso.registries.rules.sheets import HEAD_WITHIN, Grid
from tinhso.registries.types import (
    Change,
    Line,
    Register,
    SheetUnreadable,
)

SEPARATORS = ",;\t"


def load_file(
    *,
    key: str,
    path: Path,
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
    is_synthetic: bool = False,
) -> Change:
    """Write what a file says into a register, as `load_records` does.

    path: `.csv` (UTF-8, with a head), `.xlsx` or `.geojson` (features with properties
    named as the fields). Tables of text are read row by row, however long.

    :raises SheetUnreadable: if it is none of these.
    :raises SheetHeadMissing, SheetColumnUnknown: if its columns are others.
    """
    register = known_register(key=key, on=local(at).date())
    try:
        return load_records(
            key=key,
            lines=_lines(register, path),
            source=source,
            on=on,
            actor=actor,
            at=at,
            is_synthetic=is_synthetic,
        )
    except UnicodeDecodeError as error:
        raise _unreadable() from error


def _lines(register: Register, path: Path) -> Iterator[Line]:
    ending = path.suffix.lower()
    if ending == ".csv":
        return _of_table(register, path)
    if ending == ".xlsx":
        return _of_workbook(register, path)
    if ending in (".geojson", ".json"):
        return _of_features(path)
    raise _unreadable()


def _of_table(register: Register, path: Path) -> Iterator[Line]:
    """Read a table of text, without ever holding all of it."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        head = text.readline()
        separator = max(SEPARATORS, key=head.count)
        rows = csv.reader(chain([head], text), delimiter=separator)
        first: list[Sequence[Any]] = list(islice(rows, HEAD_WITHIN))
        found = sheets.head_of(register, Grid(first, (0, 0), {}))
        below = chain(first[found.row + 1 :], rows)
        for number, row in enumerate(below, start=found.row + 2):
            if any(row):
                yield sheets.line_of(register, found, row, number=number)


def _of_workbook(register: Register, path: Path) -> Iterator[Line]:
    grid = grid_of(path.read_bytes(), path.name)
    return sheets.lines_of(register, grid, sheets.head_of(register, grid))


def _of_features(path: Path) -> Iterator[Line]:
    try:
        found = json.loads(path.read_text("utf-8-sig"))
        features = found["features"]
        for number, feature in enumerate(features, start=1):
            values = {
                name: value
                for name, value in feature["properties"].items()
                if value is not None
            }
            yield Line(number, values, feature.get("geometry"))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def _unreadable() -> SheetUnreadable:
    return SheetUnreadable({sheets.SHEET: [Phrase(SheetUnreadable.message)]})
