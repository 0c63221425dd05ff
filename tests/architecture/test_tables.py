"""Tables follow the same floors as imports."""

import tomllib
from pathlib import Path

from django.apps import apps

PLAN = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
][0]["layers"]
FLOOR = {
    room.strip(" ()"): -height
    for height, line in enumerate(PLAN)
    for room in line.split("|")
}


def floor(model):
    return FLOOR[model.__module__.split(".")[1]]


def test_foreign_keys_run_down():
    """A table refers only to its own room or to a room on a lower floor."""
    climbs = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("tinhso.")
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model._meta.app_label != model._meta.app_label
        and floor(field.related_model) >= floor(model)
    ]
    assert not climbs, climbs
