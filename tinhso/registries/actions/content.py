"""Take registers from packs: what a schema cannot say of them, and what may change."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.registries.models import RegisterRow
from tinhso.registries.rules import schemas
from tinhso.registries.types import OWN_NAMES, RegisterRetyped

SCHEMAS = Path(__file__).parent.parent / "schema"
TARGETS = ("units", "organizations")
Body = Mapping[str, Any]


def load_register(content: Content, actor: Actor, at: datetime) -> None:
    """Put a register in force, or its next version; records stay as they are.

    :raises RegisterRetyped: if it lacks a field of before, or has it otherwise.
    """
    with transaction.atomic():
        held = RegisterRow.objects.select_for_update().filter(key=content.key).first()
        if held is not None:
            _refuse_retyped(held, content)
        RegisterRow.objects.update_or_create(
            key=content.key,
            defaults={
                "body": dict(content.body),
                "field_names": list(content.body["schema"]["properties"]),
                "digest": content.digest,
                "version": content.version,
            },
        )
        audit.write(
            "registries.load_register",
            subject="registries.Register",
            subject_id=None,
            actor=actor,
            at=at,
            details={"register": content.key, "version": content.version},
        )


def check_register(content: Content) -> dict[str, str]:
    """Say what a schema cannot: fields that are named and are not there."""
    return dict(_faults(content.body))


def compare_register(content: Content, find: Find) -> Mapping[str, str]:
    """Say which registers a register refers to that no pack has."""
    faults = {}
    for name, about in content.body["schema"]["properties"].items():
        to = about.get("x-refers-to", "")
        if to and to not in TARGETS and find("registers", to) is None:
            faults[f"schema.properties.{name}.x-refers-to"] = f"no register {to!r}"
    return faults


REGISTERS = Kind(
    name="registers",
    pattern="registers/*.yaml",
    schema=SCHEMAS / "register.json",
    apply=load_register,
    check=check_register,
    compare=compare_register,
)


def _refuse_retyped(held: RegisterRow, content: Content) -> None:
    """Keep the fields: what was said by them stays, here and in the lake."""
    now = {one.name: one.kind for one in schemas.fields_of(content.body["schema"])}
    for field in schemas.fields_of(held.body["schema"]):
        if now.get(field.name) != field.kind:
            raise RegisterRetyped(field=field.name, key=content.key)


def _faults(body: Body) -> Iterator[tuple[str, str]]:
    fields, required = body["schema"]["properties"], body["schema"]["required"]
    for name in required:
        if name not in fields:
            yield "schema.required", f"no field {name!r}"
    yield from _named_faults(body, fields, required)
    for name in OWN_NAMES & fields.keys():
        yield f"schema.properties.{name}", "is what the platform itself says"
    for name, about in fields.items():
        yield from _field_faults(f"schema.properties.{name}", about)


def _named_faults(
    body: Body, fields: Body, required: Collection[str]
) -> Iterator[tuple[str, str]]:
    for role in ("identifier", "label"):
        if body[role] not in required:
            yield role, "must be a required field"
        elif body[role] in fields and fields[body[role]]["type"] != "string":
            yield role, "must be a text"
    if "place" in body and body["place"] not in fields:
        yield "place", f"no field {body['place']!r}"


def _field_faults(where: str, about: Body) -> Iterator[tuple[str, str]]:
    is_text = about["type"] == "string"
    for word in ("format", "enum", "pattern", "minLength", "maxLength", "x-refers-to"):
        if word in about and not is_text:
            yield f"{where}.{word}", "only of a text"
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if word in about and about["type"] not in ("integer", "number"):
            yield f"{where}.{word}", "only of a number"
    for value in about.get("x-choices", {}):
        if value not in about.get("enum", ()):
            yield f"{where}.x-choices.{value}", "no value of enum"
