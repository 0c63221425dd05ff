"""`tinhso reference`: write the reference pages that follow from the sources."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import tinhso
from tinhso.cli.output import answer, json_option
from tinhso.kernel.packs import actions as packs

DOCS = Path(tinhso.__file__).resolve().parents[1] / "docs" / "reference"


@click.command("reference")
@json_option
def command(as_json: bool) -> None:
    """Write docs/reference/packs.md from the schemas of the rooms. JSON: `written`."""
    page = DOCS / "packs.md"
    page.write_text("\n".join(_page()), "utf-8")
    answer({"written": str(page)}, str(page), as_json=as_json)


def _page() -> Iterator[str]:
    yield "# Fields of packs"
    yield ""
    yield "Written by `tinhso reference` from the JSON Schemas of the rooms."
    yield ""
    pack = Path(tinhso.__file__).parent / "kernel/packs/schema/pack.json"
    yield from _table("pack.yaml", pack)
    for kind in packs.kinds():
        yield from _table(kind.pattern, kind.schema)


def _table(title: str, file: Path) -> Iterator[str]:
    schema = json.loads(file.read_text("utf-8"))
    yield f"## {title}"
    yield ""
    yield "| field | takes | meaning |"
    yield "|---|---|---|"
    for name, field in _fields(schema, schema, ""):
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{name}` | {_takes(field)} | {meaning} |"
    yield ""


def _fields(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field
        yield from _fields(field, root, f"{path}{name}.")
    for inner in (schema.get("items"), *schema.get("$defs", {}).values()):
        if isinstance(inner, dict):
            yield from _fields(inner, root, path)


def _takes(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    kinds = field.get("type", "a rule or a value")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
