"""The contracts see every room that is open."""

import tomllib
from pathlib import Path

import tinhso

DOORS = {"web", "api", "cli", "jobs", "project", "kernel"}
CONTRACTS = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]


def test_every_room_keeps_its_inner_order():
    rooms = {
        folder.name
        for folder in Path(tinhso.__file__).parent.iterdir()
        if (folder / "__init__.py").is_file()
    }
    ordered = next(c for c in CONTRACTS if c["name"].startswith("Inside a room"))

    assert {name.split(".")[1] for name in ordered["containers"]} == rooms - DOORS
