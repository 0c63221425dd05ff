"""The parameters of CKAN's verbs, read from what people sent."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tinhso.kernel.errors import N_, Invalid
from tinhso.opendata.types import Format

MOST, BODY = 1000, 100_000
ORDERS = {
    "title": "order",
    "title_string": "order",
    "name": "slug",
    "metadata_modified": "changed_at",
    "metadata_created": "published_at",
    "score": "order",
}
# CKAN's names of what we count by, and ours.
FIELDS = {
    "organization": "publisher",
    "owner_org": "publisher",
    "groups": "theme",
    "tags": "tag",
    "res_format": "format",
}
PAIR = re.compile(r'\s*\+?(\w+):(?:"([^"]*)"|([^\s"()]+))(?:\s+AND\b)?\s*')

Given = Mapping[str, Any]


class ParameterWrong(Invalid):
    """A parameter cannot be read."""

    status = 409
    message = N_("Tham số {name} không đúng.")


def given(request: HttpRequest) -> Given:
    """Read what goes along: in the address, or as JSON or a form."""
    sent: dict[str, Any] = dict(request.GET.items())
    is_json = "json" in request.headers.get("Content-Type", "")
    if request.method == "POST" and is_json and request.body[:BODY].strip():
        told = read_json(request.body[:BODY].decode("utf-8", "replace"), "body")
        if not isinstance(told, dict):
            raise ParameterWrong({"body": ["{}"]}, name="body")
        sent |= told
    elif request.method == "POST":
        sent |= dict(request.POST.items())
    return sent


def read_json(text: str, name: str) -> Any:
    """Read JSON.

    :raises ParameterWrong: if it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ParameterWrong({name: [text[:100]]}, name=name) from None


def chosen(query: str) -> dict[str, str]:
    """Read a filter of the form `organization:H49 AND tags:"du lịch"`."""
    picked: dict[str, str] = {}
    place = 0
    while place < len(query):
        found = PAIR.match(query, place)
        if found is None or found[1] not in FIELDS:
            raise ParameterWrong({"fq": [query[:200]]}, name="fq")
        picked |= _one(found[1], found[2] or found[3] or "")
        place = found.end()
    return picked


def _one(field: str, value: str) -> dict[str, str]:
    if field == "groups":
        return {"theme": value.rpartition("/")[2].upper()}
    if field == "res_format":
        return _of_format(value)
    return {FIELDS[field]: value}


def _of_format(value: str) -> dict[str, str]:
    """Read a form; all but one are of every dataset."""
    if value.lower() not in set(Format):
        raise ParameterWrong({"fq": [value[:200]]}, name="fq")
    return {"has_map": "True"} if value.lower() == Format.GEOJSON else {}


def order(words: str) -> str:
    """Read how datasets are sorted: `title asc`, `metadata_modified desc`."""
    name, _, way = words.partition(",")[0].strip().partition(" ")
    if name and name not in ORDERS:
        raise ParameterWrong({"sort": [words[:200]]}, name="sort")
    down = "-" if way.strip().lower() == "desc" and name != "score" else ""
    return down + ORDERS[name or "title"]


def filters(sent: Given) -> dict[str, list[object]]:
    """Read which values of which columns are wanted."""
    told = sent.get("filters") or {}
    told = read_json(told, "filters") if isinstance(told, str) else told
    if not isinstance(told, dict):
        raise ParameterWrong({"filters": ["{}"]}, name="filters")
    return {
        str(name): value if isinstance(value, list) else [value]
        for name, value in told.items()
    }


def text(sent: Given) -> str:
    """Read what rows must contain."""
    told = sent.get("q") or ""
    if not isinstance(told, str):
        raise ParameterWrong({"q": [str(told)[:100]]}, name="q")
    return told


def sort(words: str) -> tuple[str, ...]:
    """Read `column desc, other`; names are checked where they are used."""
    found = []
    for part in filter(None, map(str.strip, words.split(","))):
        name, _, way = part.partition(" ")
        is_down = way.strip().lower().startswith("desc")
        found.append(("-" if is_down else "") + name.strip('"'))
    return tuple(found)


def listed(told: Any, name: str) -> list[str]:
    """Read a list, as JSON or with commas between."""
    if isinstance(told, str):
        told = read_json(told, name) if told.startswith("[") else told.split(",")
    if not isinstance(told, list):
        raise ParameterWrong({name: [str(told)[:100]]}, name=name)
    return [str(one).strip() for one in told]


def whole(sent: Given, name: str, unless_told: int, *, of: str = "") -> int:
    """Read a whole number from 0 on; of rows, no more than are handed out at once."""
    told = str(sent.get(name, unless_told))
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise ParameterWrong({name: [told[:100]]}, name=name)
    return min(int(told), MOST) if of else int(told)


def needed(sent: Given, name: str) -> str:
    """Read a text that must be there."""
    told = sent.get(name)
    if not isinstance(told, str) or not told:
        raise ParameterWrong({name: ["Missing value"]}, name=name)
    return told


def yes(told: Any) -> bool:
    """Read whether something is wanted."""
    return str(told).lower() in {"true", "1", "yes", "on"}
