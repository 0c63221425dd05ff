"""Tables follow the same floors as imports."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

from django.apps import apps

PLAN = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
][0]["layers"]
FLOOR = {
    room.strip(" ()"): -height
    for height, line in enumerate(PLAN)
    for room in line.split("|")
}


def floor(model):
    return FLOOR[model.__module__.split(".")[1]]


def climbs(models):
    """List the foreign keys that lead to a sibling or to a higher floor."""
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in models
        if model.__module__.startswith("tinhso.")
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model._meta.app_label != model._meta.app_label
        and floor(field.related_model) >= floor(model)
    ]


def table(room, *targets):
    """A table of a room with foreign keys, as far as `climbs` looks at it."""
    fields = [
        SimpleNamespace(
            name="other", is_relation=True, auto_created=False, related_model=target
        )
        for target in targets
    ]
    meta = SimpleNamespace(
        label=f"{room}.Row", app_label=room, get_fields=lambda: fields
    )
    return SimpleNamespace(__module__=f"tinhso.{room}.models", _meta=meta)


def test_foreign_keys_run_down():
    assert climbs(apps.get_models()) == []


def test_a_key_up_a_floor_or_to_a_sibling_is_caught():
    low, high = table("people"), table("procedures")

    assert climbs([table("people", high)]) == ["people.Row.other -> procedures.Row"]
    assert climbs([table("notify", table("documents"))])
    assert climbs([table("procedures", low)]) == []
