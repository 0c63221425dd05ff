"""The docs tell what there is: faces, settings, pack fields, commands, links."""

import importlib
import inspect
import json
import re
from pathlib import Path

import click
import pytest

import tinhso
from tinhso.cli.main import main

ROOT = Path(tinhso.__file__).resolve().parents[1]
ROOMS = (
    "places",
    "people",
    "security",
    "documents",
    "payments",
    "notify",
    "exchange",
    "lake",
    "registries",
    "procedures",
    "counters",
    "opendata",
    "simulation",
    "indicators",
    "operations",
    "plans",
    "foresight",
)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SCHEMAS = sorted(ROOT.glob("tinhso/**/schema/*.json"))


def faces():
    for room in ROOMS:
        for face in ("actions", "queries"):
            module = importlib.import_module(f"tinhso.{room}.{face}")
            names = getattr(module, "__all__", None) or [
                name for name in vars(module) if not name.startswith("_")
            ]
            for name in names:
                thing = getattr(module, name)
                ours = getattr(thing, "__module__", "").startswith(module.__name__)
                if inspect.isfunction(thing) and ours:
                    yield pytest.param(thing, id=f"{room}.{face}.{name}")


FACES = list(faces())


@pytest.mark.parametrize("face", FACES)
def test_every_face_says_what_it_does(face):
    assert face.__doc__
    assert face.__doc__.split("\n")[0].endswith(".")


@pytest.mark.parametrize("face", FACES)
def test_every_face_is_asked_by_keyword(face):
    parameters = list(inspect.signature(face).parameters.values())
    names = [parameter.name for parameter in parameters]
    if names[:1] in (["content"], ["row"], ["actor"]):
        return  # applies and checks of packs; what a room hands to itself
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters), names


def fields(schema, path=""):
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field
        yield from fields(field, f"{path}{name}.")
    for inner in (schema.get("items"), *schema.get("$defs", {}).values()):
        if isinstance(inner, dict):
            yield from fields(inner, path)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_every_field_of_a_pack_is_described(file):
    schema = json.loads(file.read_text("utf-8"))
    text = (ROOT / "docs/reference/packs.md").read_text("utf-8")

    missing = [name for name, _ in fields(schema) if f"`{name}`" not in text]

    assert not missing, "run `tinhso reference`"


def commands(group, path):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_command_is_documented_and_answers_in_json():
    text = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    listed = list(commands(main, "tinhso"))

    assert [path for path, _ in listed if f"`{path}" not in text] == []
    silent = [
        path
        for path, command in listed
        if not any("--json" in parameter.opts for parameter in command.params)
    ]
    assert silent == ["tinhso run"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_docs_leads_somewhere(page):
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)#\s]+)|<img src=\"([^\"]+)", text)
    links = [link or picture for link, picture in links]

    dead = [
        link
        for link in links
        if not link.startswith(("http", "mailto:"))
        and not (page.parent / link).exists()
    ]

    assert not dead


def test_the_first_hour_names_functions_that_are_there():
    text = (ROOT / "docs/start/first-hour.md").read_text("utf-8")
    stations = re.findall(r"\| `(tinhso/[^`]+)` \| `([^`]+)`", text)

    lost = [
        (file, name)
        for file, name in stations
        if not re.search(rf"(def |^){name}\b", (ROOT / file).read_text("utf-8"), re.M)
    ]

    assert len(stations) > 20
    assert lost == []


def keys_in(text):
    """Find the names under which sources keep keys."""
    return set(re.findall(r'"keys" / "([a-z_.]+)"', text))


def test_every_key_the_platform_keeps_stands_in_the_inventory():
    page = (ROOT / "docs/reference/keys.md").read_text("utf-8")
    sources = [path.read_text("utf-8") for path in ROOT.glob("tinhso/**/*.py")]

    assert keys_in('home / "keys" / "new_one.pem"') == {"new_one.pem"}
    kept = set().union(*map(keys_in, sources))
    assert len(kept) >= 6
    assert {name for name in kept if f"`{name}`" not in page} == set()
