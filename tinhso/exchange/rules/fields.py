"""Let only the agreed fields of a JSON answer leave.

>>> kept({"name": "An", "phone": "09", "children": [{"name": "B", "id": 1}]},
...      ["name", "children[].name"])
{'name': 'An', 'children': [{'name': 'B'}]}
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

Tree = dict[str, "Tree"]
_FIELD = re.compile(
    r"\*|(\[\]\.)?[^.\[\]\s*]{1,64}(\[\])?(\.[^.\[\]\s*]{1,64}(\[\])?)*"
)


def is_field(text: str) -> bool:
    """Tell whether a text names fields: `name`, `a.b`, `list[].c`, `[].c`, `*`.

    >>> is_field("children[].name"), is_field("a..b"), is_field("")
    (True, False, False)
    """
    return _FIELD.fullmatch(text) is not None


def kept(value: dict[str, Any] | list[Any], fields: Sequence[str]) -> Any:
    """Keep what was agreed of an answer; where nothing was, nothing is kept."""
    if "*" in fields:
        return value
    agreed = _tree(fields)
    if not agreed:
        return {} if isinstance(value, dict) else []
    return _kept(value, agreed)


def _tree(fields: Iterable[str]) -> Tree:
    """Lay fields out as a tree; below a leaf of it all is agreed to."""
    root: Tree = {}
    whole: set[int] = set()
    for field in fields:
        here = root
        for part in field.split("."):
            name, listed, _ = part.partition("[]")
            for step in ([name] if name else []) + (["[]"] if listed else []):
                here = here.setdefault(step, {})
        whole.add(id(here))
    return _opened(root, whole)


def _opened(here: Tree, whole: set[int]) -> Tree:
    """Drop what is agreed below a field that is agreed as a whole."""
    if id(here) in whole:
        return {}
    return {name: _opened(below, whole) for name, below in here.items()}


def _kept(value: dict[str, Any] | list[Any], agreed: Tree) -> Any:
    if isinstance(value, list):
        return _of_list(value, agreed.get("[]"))
    return {
        name: _below(one, agreed[name])
        for name, one in value.items()
        if name in agreed and name != "[]" and _fits(one, agreed[name])
    }


def _of_list(value: list[Any], below: Tree | None) -> list[Any]:
    if below is None:
        return []
    return [_below(one, below) for one in value if _fits(one, below)]


def _fits(value: Any, below: Tree) -> bool:
    # A value where an object or a list was agreed is not what was agreed.
    return not below or isinstance(value, dict | list)


def _below(value: Any, below: Tree) -> Any:
    return _kept(value, below) if below else value
