"""Take what packs tell of urban activities."""

from collections.abc import Mapping
from datetime import datetime

from tinhso.foresight.queries.urban import SCHEMA
from tinhso.foresight.queries.urban import URBAN as URBAN_KIND
from tinhso.foresight.rules.urban.declared import activity_of
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Kind


def take_activity(content: Content, actor: Actor, at: datetime) -> None:
    """Take an activity; it is read from the pack when it is asked for."""


def check_activity(content: Content) -> Mapping[str, str]:
    """Answer {field: what is wrong} with names, shifts and roads."""
    try:
        activity_of(content.body)
    except ModelRefused as refusal:
        return {refusal.origin.what: str(refusal)}
    return {}


URBAN = Kind(
    name=URBAN_KIND,
    pattern="urban/*.yaml",
    schema=SCHEMA,
    apply=take_activity,
    check=check_activity,
)
