"""Edit contents part by part, and tell two versions of one apart."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from tinhso.kernel.errors import NotFound
from tinhso.kernel.text import fold
from tinhso.procedures.types.building import Difference, Edit, Path, Put, Shift
from tinhso.procedures.types.forms import EMPTY, Label

Body = Mapping[str, Any]
LONGEST_KEY = 40


def edited(body: Body, edit: Edit) -> dict[str, Any]:
    """Make an edit to a copy of a content.

    :raises NotFound: if the place is not there (any longer).

    >>> edited({"fees": [{"amount": 1}]}, Put(("fees", "0", "amount"), 2))
    {'fees': [{'amount': 2}]}
    """
    copy = deepcopy(dict(body))
    parent = _walk(copy, edit.at[:-1])
    last = edit.at[-1]
    if isinstance(parent, list):
        _edit_list(parent, last, edit)
    elif isinstance(edit, Put) and edit.value is not None:
        parent[last] = edit.value
    else:
        parent.pop(last, None)
    return copy


def found(body: Body, at: Path) -> Any:
    """Find what stands at a place.

    :raises NotFound: if nothing does.
    """
    return _walk(body, at)


def free_key(text: str, taken: set[str]) -> str:
    """Make a name of a label that no other part has.

    >>> free_key("Họ và tên", {"ho_va_ten"})
    'ho_va_ten_2'
    """
    words = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")
    key = words[:LONGEST_KEY].strip("_") or "muc"
    key = key if key[0].isalpha() else f"m_{key}"
    numbered = (f"{key}_{n}" for n in range(2, len(taken) + 3))
    return key if key not in taken else next(k for k in numbered if k not in taken)


def form_differences(old: Body | None, new: Body) -> Iterator[Difference]:
    """Tell which sections, pages and questions a form gains, loses or changes."""
    for what, parts in (
        ("section", _sections),
        ("page", _pages),
        ("question", _fields),
    ):
        yield from _by_key(what, parts(old or {}), parts(new))
    if _order(old or {}) != _order(new) and set(_order(old or {})) == set(_order(new)):
        yield Difference("changed", "order", EMPTY)


def procedure_differences(old: Body | None, new: Body) -> Iterator[Difference]:
    """Tell which parts of a procedure differ, and which papers come and go."""
    before = old or {}
    papers = ({p["key"]: p for p in body.get("papers", ())} for body in (before, new))
    yield from _by_key("paper", *papers)
    for name in sorted({*before, *new} - {"papers", "key"}):
        if before.get(name) != new.get(name):
            how = "changed" if name in before and name in new else "added"
            yield Difference(how if name in new else "removed", name, EMPTY)


def _walk(node: Any, at: Path) -> Any:
    for step in at:
        if isinstance(node, list):
            node = node[_place(node, step)]
        elif isinstance(node, Mapping) and step in node:
            node = node[step]
        else:
            raise NotFound
    return node


def _place(items: list[Any], step: str) -> int:
    for place, item in enumerate(items):
        if isinstance(item, Mapping) and item.get("key") == step:
            return place
    if step.isdecimal() and int(step) < len(items):
        return int(step)
    raise NotFound


def _edit_list(items: list[Any], last: str, edit: Edit) -> None:
    if isinstance(edit, Put) and last == "":
        items.append(edit.value)
        return
    place = _place(items, last)
    if isinstance(edit, Put):
        items[place] = edit.value
        return
    item = items.pop(place)
    if isinstance(edit, Shift):
        items.insert(max(0, place + edit.by), item)


def _by_key(
    what: str, old: Mapping[str, Body], new: Mapping[str, Body]
) -> Iterator[Difference]:
    for key in new:
        if key not in old:
            yield Difference("added", what, _title(new[key]))
        elif _own(old[key]) != _own(new[key]):
            parts = {*old[key], *new[key]} - {"pages", "fields"}
            changed = (p for p in parts if old[key].get(p) != new[key].get(p))
            yield Difference("changed", what, _title(new[key]), tuple(sorted(changed)))
    for key in old:
        if key not in new:
            yield Difference("removed", what, _title(old[key]))


def _own(part: Body) -> dict[str, Any]:
    """Leave out what is told apart by itself."""
    return {name: part[name] for name in part if name not in {"pages", "fields"}}


def _title(part: Body) -> Label:
    text = part.get("label") or part.get("title") or {"vi": "", "en": ""}
    return Label(text["vi"], text["en"])


def _sections(body: Body) -> dict[str, Body]:
    return {section["key"]: section for section in body.get("sections", ())}


def _pages(body: Body) -> dict[str, Body]:
    return {p["key"]: p for s in _sections(body).values() for p in s["pages"]}


def _fields(body: Body) -> dict[str, Body]:
    return {f["key"]: f for page in _pages(body).values() for f in page["fields"]}


def _order(body: Body) -> list[str]:
    return [*_sections(body), *_pages(body), *_fields(body)]
