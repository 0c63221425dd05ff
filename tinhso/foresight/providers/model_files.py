"""Read a model from a file, YAML or XMILE, with the line of whatever is wrong."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import ModelTooLarge, ModelUnreadable

SCHEMA = Path(__file__).parents[1] / "schema" / "model.json"
MOST_BYTES, MOST_NODES = 2_000_000, 100_000
XMILE = {".xmile", ".stmx", ".itmx", ".xml"}


def read_model(path: Path) -> Model:
    """Read a model: XMILE by its ending, YAML otherwise.

    :raises ModelRefused: naming file, line and field.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ModelTooLarge(Origin(path.name), most=MOST_BYTES)
    content = path.read_bytes()
    if path.suffix.lower() in XMILE:
        return read_xmile(content, path.name)
    return read_yaml(content, path.name)


def read_yaml(content: bytes, file: str) -> Model:
    """Read a model as it stands in a pack.

    :raises ModelRefused: naming file, line and field.
    """
    body, line = read_plain(content, file, SCHEMA)
    return model_of(body, file=file, lines=line)


def read_plain(
    content: bytes, file: str, schema: Path
) -> tuple[Any, Callable[[str], int]]:
    """Read YAML as plain maps and lists that fit a schema, and where each field stands.

    :raises ModelRefused: naming file, line and field.
    """
    tree = _tree(content, file)
    body = _Plain(file).of(tree)

    def line(field: str) -> int:
        return _line(tree, field.split("."))

    _require_schema(body, schema, file, line)
    return body, line


def _tree(content: bytes, file: str) -> Any:
    try:
        return YAML().load(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ModelUnreadable(Origin(file), found="UTF-8?") from None
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        there = Origin(file, mark.line + 1 if mark else 1)
        found = str(getattr(error, "problem", None) or "YAML?")
        raise ModelUnreadable(there, found=found) from None


class _Plain:
    """A tree being made plain; aliases that make it grow without end are refused."""

    def __init__(self, file: str) -> None:
        self._file, self._count = file, 0

    def of(self, node: Any) -> Any:
        """Answer the node as plain maps, lists and values."""
        self._count += 1
        if self._count > MOST_NODES:
            raise ModelTooLarge(Origin(self._file), most=MOST_NODES)
        if isinstance(node, Mapping):
            return {str(key): self.of(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self.of(one) for one in node]
        if isinstance(node, bool) or node is None:
            return node
        if isinstance(node, int):
            return int(node)
        return float(node) if isinstance(node, float) else str(node)


def _require_schema(
    body: Any, schema: Path, file: str, line: Callable[[str], int]
) -> None:
    for error in sorted(_validator(schema).iter_errors(body), key=str):
        field = ".".join(map(str, error.absolute_path))
        raise ModelUnreadable(Origin(file, line(field), field), found=error.message)


@cache
def _validator(schema: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.read_text("utf-8")))


def _line(tree: Any, path: list[str]) -> int:
    """Find the line of a field, or of the nearest thing around it."""
    line, node = 1, tree
    for step in path:
        try:
            if isinstance(node, CommentedMap):
                line, node = node.lc.key(step)[0] + 1, node[step]
            elif isinstance(node, CommentedSeq):
                line, node = node.lc.item(int(step))[0] + 1, node[int(step)]
        except (KeyError, IndexError, ValueError):
            break
    return line
