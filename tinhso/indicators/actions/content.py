"""Take what packs declare of indicators and targets."""

from collections.abc import Mapping
from datetime import datetime

from tinhso.indicators.queries.declared import INDICATORS as INDICATORS_KIND
from tinhso.indicators.queries.declared import TARGETS as TARGETS_KIND
from tinhso.indicators.rules import declared
from tinhso.indicators.types import SCHEMAS
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Find, Kind


def take_content(content: Content, actor: Actor, at: datetime) -> None:
    """Take a declaration; it is read from the pack when it is asked for."""


def compare_targets(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which targets name an indicator that their content does not hold."""
    measured = find(INDICATORS_KIND, content.body["indicators"])
    if measured is None:
        return {"indicators": f"no indicators {content.body['indicators']!r}"}
    known = {one["key"] for one in measured.body["indicators"]}
    return {
        f"clauses.{place}.targets.{number}.indicator": "no such indicator"
        for place, clause in enumerate(content.body["clauses"])
        for number, told in enumerate(clause["targets"])
        if told["indicator"] not in known
    }


INDICATORS = Kind(
    name=INDICATORS_KIND,
    pattern="indicators/*.yaml",
    schema=SCHEMAS / "indicators.json",
    apply=take_content,
    check=lambda content: declared.faults_of_indicators(content.body),
)
TARGETS = Kind(
    name=TARGETS_KIND,
    pattern="targets/*.yaml",
    schema=SCHEMAS / "targets.json",
    apply=take_content,
    check=lambda content: declared.faults_of_targets(content.body),
    compare=compare_targets,
)
