"""Fetch rows from elsewhere into a file, which then comes in as any file does.

Pages of JSON over HTTP, or a table of another PostgreSQL that is only read. Where they
are and by which key lies with the other keys, not in the pack.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from django.conf import settings
from psycopg import sql

from tinhso.lake.providers.place import private_lines
from tinhso.lake.types import (
    Column,
    DataSource,
    SourceAnswersOtherwise,
    SourceNotReached,
    SourceNotSetUp,
    SourceTooMuch,
)

SECONDS, ALL_SECONDS = 30.0, 900.0  # for an answer, and for all of them
MOST_BYTES, MOST_PAGES, MOST_ROWS = 512 * 2**20, 10_000, 2_000_000
AT_ONCE = 5_000  # rows
ABSENT = object()

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is; key: what it asks for, "" where it asks for none."""

    address: str
    key: str


def place_of(name: str) -> Place:
    """Read where a source is: its address on the first line, its key on the second.

    :raises SourceNotSetUp: if nobody said so, or everybody on the machine reads it.
    """
    path = Path(settings.TINHSO_HOME) / "keys" / "sources" / name
    lines = private_lines(path)
    if lines is None:
        raise SourceNotSetUp(name=name, file=str(path))
    return Place(lines[0], lines[1] if len(lines) > 1 else "")


def pull(source: DataSource, target: Path, *, since: datetime | None) -> int:
    """Write what a source has into a CSV file; answer how many rows.

    since: the newest version that is known; rows of that very moment come again.

    :raises SourceNotSetUp: if it is not said where it is.
    :raises SourceNotReached: if it does not answer, or not in time.
    :raises SourceAnswersOtherwise: if it answers something else than rows.
    :raises SourceTooMuch: if there is more than fits.
    """
    place = place_of(source.dataset.name)
    pulled = (
        _from_rest(source, place, since)
        if "rest" in source.elsewhere
        else _from_postgresql(source, place, since)
    )
    columns = source.dataset.columns
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([source.headers[column.name] for column in columns])
        for row in pulled:
            count += 1
            if count > MOST_ROWS:
                raise SourceTooMuch(name=source.dataset.name)
            writer.writerow([_cell(source, column, row) for column in columns])
    return count


def _cell(source: DataSource, column: Column, row: Row) -> str:
    """Write a value as the file of a source has it."""
    value = _at(row, _field(source, column))
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", source.decimals)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _field(source: DataSource, column: Column) -> str:
    (about,) = source.elsewhere.values()
    named: str = about.get("fields", {}).get(column.name, column.name)
    return named


def _at(row: Any, path: str) -> Any:
    """Find what lies at `place.name`; ABSENT if nothing does."""
    for step in path.split(".") if path else ():
        if not isinstance(row, Mapping) or step not in row:
            return ABSENT
        row = row[step]
    return row


def _from_rest(
    source: DataSource, place: Place, since: datetime | None
) -> Iterator[Row]:
    about = source.elsewhere["rest"]
    asked = {about["since"]: since.isoformat()} if since and "since" in about else {}
    ends = monotonic() + ALL_SECONDS
    address, taken = place.address, 0
    with httpx.Client(timeout=SECONDS, headers=_headers(place)) as client:
        for _ in range(MOST_PAGES):
            content = _page(client, source, address, asked, most=MOST_BYTES - taken)
            taken += len(content)
            page = _read(source, content)
            yield from _rows(source, page)
            following = _at(page, about["next"]) if "next" in about else None
            if following in (None, "", ABSENT):
                return
            address, asked = _next(source, place, str(following)), {}
            if monotonic() > ends:
                raise SourceNotReached(name=source.dataset.name)
    raise SourceTooMuch(name=source.dataset.name)


def _headers(place: Place) -> dict[str, str]:
    key = {"Authorization": f"Bearer {place.key}"} if place.key else {}
    return {"Accept": "application/json", **key}


def _page(
    client: httpx.Client,
    source: DataSource,
    address: str,
    asked: Mapping[str, str],
    *,
    most: int,
) -> bytes:
    """Fetch an answer, no redirection followed, and no more than fits."""
    name = source.dataset.name
    try:
        with client.stream("GET", address, params=asked or None) as answer:
            if answer.status_code != httpx.codes.OK:
                raise SourceAnswersOtherwise(name=name, reason=str(answer.status_code))
            content = bytearray()
            for part in answer.iter_bytes():
                content += part
                if len(content) > most:
                    raise SourceTooMuch(name=name)
            return bytes(content)
    except httpx.HTTPError as error:
        raise SourceNotReached(name=name) from error


def _read(source: DataSource, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        reason = "no JSON"
        raise SourceAnswersOtherwise(name=source.dataset.name, reason=reason) from None


def _rows(source: DataSource, page: Any) -> Iterator[Row]:
    path = source.elsewhere["rest"].get("items", "")
    found = _at(page, path)
    if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
        reason = f"no list of rows at {path or 'the top'}"
        raise SourceAnswersOtherwise(name=source.dataset.name, reason=reason)
    yield from found


def _next(source: DataSource, place: Place, following: str) -> str:
    """Follow to the next page, which is where the first one was, and nowhere else."""
    address = str(httpx.URL(place.address).join(following))
    if urlsplit(address)[:2] != urlsplit(place.address)[:2]:
        reason = f"leads to {address[:100]}"
        raise SourceAnswersOtherwise(name=source.dataset.name, reason=reason)
    return address


def _from_postgresql(
    source: DataSource, place: Place, since: datetime | None
) -> Iterator[Row]:
    name = source.dataset.name
    names = [column.name for column in source.dataset.columns]
    options = (
        "-c default_transaction_read_only=on"
        f" -c statement_timeout={int(ALL_SECONDS * 1000)}"
    )
    try:
        with (
            closing(
                psycopg.connect(place.address, options=options, connect_timeout=10)
            ) as connection,
            connection.cursor(name="pull") as cursor,
        ):
            cursor.itersize = AT_ONCE
            cursor.execute(_question(source, since), [since] if since else [])
            for row in cursor:
                # Fields are paths elsewhere; here each is a column by its own name.
                yield dict(zip(_fields(source, names), row, strict=True))
    except psycopg.errors.ProgrammingError as error:
        reason = str(error).partition("\n")[0][:100]
        raise SourceAnswersOtherwise(name=name, reason=reason) from None
    except psycopg.Error as error:
        raise SourceNotReached(name=name) from error


def _fields(source: DataSource, names: list[str]) -> list[str]:
    told = source.elsewhere["postgresql"].get("fields", {})
    return [told.get(name, name) for name in names]


def _question(source: DataSource, since: datetime | None) -> sql.Composed:
    about = source.elsewhere["postgresql"]
    names = [column.name for column in source.dataset.columns]
    fields = dict(zip(names, _fields(source, names), strict=True))
    version = sql.Identifier(fields[source.dataset.version])
    newer = sql.SQL("WHERE {} >= %s ").format(version) if since else sql.SQL("")
    return sql.SQL("SELECT {} FROM {} {}ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, fields.values())),
        sql.Identifier(*about["table"].split(".")),
        newer,
        version,
    )
