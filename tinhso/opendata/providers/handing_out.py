"""Other forms of a version: CSV and GeoJSON as they are read, a workbook at once."""

import json
import tempfile
from collections.abc import Iterator
from csv import writer
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

from tinhso.kernel.clock import local
from tinhso.lake.types import Kind, Limits
from tinhso.opendata.providers.reading import batches
from tinhso.opendata.types import Shown, TooManyRowsForSheet, Version

# A worksheet has 1,048,576 rows, one of which names the columns.
MOST_IN_SHEET = 2**20 - 1
# What a spreadsheet takes for a formula when it opens a CSV.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv(version: Version, limits: Limits) -> Iterator[bytes]:
    """Write CSV in UTF-8, some rows at a time; texts are never formulas."""
    yield "\ufeff".encode()
    yield _lines([[one.name for one in version.columns]])
    for rows in _rows(version, limits):
        yield _lines([[_safe(value) for value in row] for row in rows])


def _lines(rows: list[list[object]] | list[list[str]]) -> bytes:
    text = StringIO()
    writer(text).writerows(rows)
    return text.getvalue().encode()


def _safe(value: object) -> object:
    """Keep a text from being read as a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return _plain(value)


def geojson(version: Version, limits: Limits) -> Iterator[bytes]:
    """Write GeoJSON (RFC 7946), a feature a row."""
    head = {"type": "FeatureCollection", "synthetic": version.is_synthetic}
    yield json.dumps(head)[:-1].encode() + b', "features": ['
    comma = b""
    for rows in _rows(version, limits):
        for row in rows:
            yield comma + _feature(version.columns, row)
            comma = b",\n"
    yield b"]}"


def _feature(columns: tuple[Shown, ...], row: tuple[Any, ...]) -> bytes:
    values = {one.name: v for one, v in zip(columns, row, strict=True)}
    shapes = [one.name for one in columns if one.kind is Kind.SHAPE]
    geometry = _geometry(values, shapes)
    told = {
        "type": "Feature",
        "geometry": geometry,
        "properties": {k: _plain(v) for k, v in values.items() if k not in shapes},
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _geometry(values: dict[str, Any], shapes: list[str]) -> object:
    if shapes:
        return json.loads(values[shapes[0]]) if values[shapes[0]] else None
    place = [values.get("lon"), values.get("lat")]
    return None if None in place else {"type": "Point", "coordinates": place}


def xlsx(version: Version, limits: Limits) -> bytes:
    """Write a workbook; texts stay texts.

    :raises TooManyRowsForSheet: if a worksheet holds no more.
    """
    if version.rows > MOST_IN_SHEET:
        raise TooManyRowsForSheet(most=MOST_IN_SHEET)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with tempfile.TemporaryDirectory(prefix="tinhso-open-") as folder:
        path = Path(folder) / "a.xlsx"
        with xlsxwriter.Workbook(path, options) as book:
            sheet = book.add_worksheet("data")
            for place, one in enumerate(version.columns):
                sheet.write_string(0, place, one.name)
            number = 0
            for rows in _rows(version, limits):
                for row in rows:
                    number += 1
                    _write(sheet, number, row)
            _explain(book, version)
        return path.read_bytes()


def _explain(book: xlsxwriter.Workbook, version: Version) -> None:
    """Say on a sheet of its own what codes stand for; the data keep the codes."""
    told = [
        (one.name, label.value, label.means.vi, label.means.en)
        for one in version.columns
        for label in one.labels
    ]
    if told:
        sheet = book.add_worksheet("codes")
        for number, row in enumerate([("column", "value", "vi", "en"), *told]):
            _write(sheet, number, row)


def _write(sheet: Any, number: int, row: tuple[Any, ...]) -> None:
    for place, value in enumerate(row):
        plain = _plain(value)
        if isinstance(plain, str):
            sheet.write_string(number, place, plain[:32_767])
        elif plain is not None:
            sheet.write(number, place, plain)


def _rows(version: Version, limits: Limits) -> Iterator[list[tuple[Any, ...]]]:
    for batch in batches(version, limits):
        columns = [column.to_pylist() for column in batch.columns]
        yield list(zip(*columns, strict=True))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return local(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
