"""Take what packs declare of models."""

from collections.abc import Mapping
from datetime import datetime

from tinhso.foresight.providers.model_files import SCHEMA
from tinhso.foresight.queries.dynamics import MODELS as MODELS_KIND
from tinhso.foresight.rules.dynamics.declared import faults_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Find, Kind

INDICATORS_KIND = "indicators"


def take_model(content: Content, actor: Actor, at: datetime) -> None:
    """Take a model; it is read from the pack when it is asked for."""


def compare_model(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which measures of a model's inputs no content it names declares."""
    faults, known = {}, set()
    for place, key in enumerate(content.body.get("indicators", ())):
        found = find(INDICATORS_KIND, key)
        if found is None:
            faults[f"indicators.{place}"] = f"no indicators {key!r}"
            continue
        known |= {one["key"] for one in found.body["indicators"]}
    for place, told in enumerate(content.body.get("inputs", ())):
        if told["measure"] not in known:
            faults[f"inputs.{place}.measure"] = "no such indicator in `indicators`"
    return faults


MODELS = Kind(
    name=MODELS_KIND,
    pattern="models/*.yaml",
    schema=SCHEMA,
    apply=take_model,
    check=lambda content: faults_of(content.body),
    compare=compare_model,
)
