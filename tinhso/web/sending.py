"""Hand files out: each is kept under its name, and never taken for something else."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from django.http import HttpResponse

from tinhso.kernel.http import content_disposition
from tinhso.web.policy import no_store

CSV = "text/csv; charset=utf-8"
JSON = "application/json"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel takes a text without the mark for one in the letters of its country.
MARK = "\ufeff"
# Spreadsheets run what begins so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sent(content: bytes | str, *, kind: str, name: str) -> HttpResponse:
    """Hand out a file to be kept; kind: its media type."""
    headers = {
        "Content-Disposition": content_disposition(filename=name),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=kind, headers=headers))


def table(rows: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    """Hand out rows as CSV; a text that a spreadsheet would run is one no more."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(map(_harmless, rows))
    return sent(MARK + text.getvalue(), kind=CSV, name=name)


def as_json(told: Mapping[str, object], *, name: str) -> HttpResponse:
    """Hand out a thing as JSON; its numbers to the last digit."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    return sent(text, kind=JSON, name=name)


def _harmless(row: Sequence[object]) -> list[object]:
    return [
        f"'{one}" if isinstance(one, str) and one.startswith(FORMULA) else one
        for one in row
    ]
