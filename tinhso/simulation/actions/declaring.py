"""Take what packs assume of a province's activity."""

from datetime import datetime

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Kind
from tinhso.simulation.queries import KIND
from tinhso.simulation.rules.declared import faults_of
from tinhso.simulation.types import SCHEMA


def take_activity(content: Content, actor: Actor, at: datetime) -> None:
    """Take assumptions; they are read from the pack when they are used."""


ACTIVITIES = Kind(
    name=KIND,
    pattern="activity/*.yaml",
    schema=SCHEMA,
    apply=take_activity,
    check=lambda content: faults_of(content.body),
)
