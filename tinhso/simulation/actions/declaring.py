"""Take what packs assume of a province's activity."""

from collections.abc import Mapping
from datetime import datetime

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
    return faults


ACTIVITIES = Kind(
    name=KIND,
    pattern="activity/*.yaml",
    schema=SCHEMA,
    apply=take_activity,
    check=lambda content: faults_of(content.body),
    compare=compare_activity,
)
