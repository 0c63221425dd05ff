"""Take what packs assume of a province's activity."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.simulation.queries import KIND
from tinhso.simulation.rules.declared import faults_of
from tinhso.simulation.types import SCHEMA


def take_activity(content: Content, actor: Actor, at: datetime) -> None:
    """Take assumptions; they are read from the pack when they are used."""


def compare_activity(content: Content, find: Find) -> Mapping[str, str]:
    """Answer what is wrong with assumptions beside the contents they speak of.

    A procedure may be of any pack, or of none on some days: then nobody files it.
    """
    faults = {}
    for place, filed in enumerate(content.body["procedures"]):
        examples = find("examples", filed["example"])
        if examples is None or len(examples.body["examples"]) < filed.get("place", 1):
            faults[f"procedures.{place}.example"] = "no such example"
    for place, changed in enumerate(content.body.get("registers", [])):
        register = find("registers", changed["register"])
        known = register.body["schema"]["properties"] if register else {}
        if changed["field"] not in known:
            faults[f"registers.{place}.field"] = "no such field of a register"
    for place, added in enumerate(content.body.get("added", [])):
        register = find("registers", added["register"])
        wrong = set(_named(added)) - _known(register.body if register else None)
        if wrong:
            names = ", ".join(sorted(wrong))
            faults[f"added.{place}"] = f"no such field or choice: {names}"
    return faults


def _named(added: Mapping[str, Any]) -> Iterator[str]:
    """Name the fields new records fill, and the choices they take as `field=value`."""
    answer = added["answer"]
    fields = (added["words"]["field"], answer["rated"]["field"], answer["field"])
    yield from (*fields, added["day"], answer["due"], answer["ended_on"])
    for name, some in added["choices"].items():
        yield from (name, *(f"{name}={value}" for value in some))
    states = (answer["first"], answer["working"], *answer["ended"])
    yield from (f"{answer['field']}={state}" for state in states)


def _known(register: Mapping[str, Any] | None) -> set[str]:
    """List fields and choices of a register that lies on the map and in communes."""
    if register is None or not ({"place", "shape"} <= set(register)):
        return set()
    fields = register["schema"]["properties"]
    return set(fields).union(
        f"{name}={value}" for name in fields for value in fields[name].get("enum", ())
    )


ACTIVITIES = Kind(
    name=KIND,
    pattern="activity/*.yaml",
    schema=SCHEMA,
    apply=take_activity,
    check=lambda content: faults_of(content.body),
    compare=compare_activity,
)
