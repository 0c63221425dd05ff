"""Take what packs declare of indicators and targets."""

from collections.abc import Mapping
from datetime import datetime

from tinhso.indicators.providers import asked
from tinhso.indicators.queries.boards import BOARDS as BOARDS_KIND
from tinhso.indicators.queries.declared import INDICATORS as INDICATORS_KIND
from tinhso.indicators.queries.declared import TARGETS as TARGETS_KIND
from tinhso.indicators.queries.index_sets import INDEX_SETS
from tinhso.indicators.rules import declared, questions
from tinhso.indicators.types import SCHEMAS, Computed, Dimension
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.lake import queries as lake


def take_content(content: Content, actor: Actor, at: datetime) -> None:
    """Take a declaration; it is read from the pack when it is asked for."""


def compare_indicators(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which indicators cannot be computed from what is declared elsewhere."""
    used = {key: find(INDICATORS_KIND, key) for key in content.body.get("uses", ())}
    known = {one["key"] for of in used.values() if of for one in of.body["indicators"]}
    faults = declared.unknown_of(content.body, known)
    faults |= {
        f"uses.{place}": f"no indicators {key!r}"
        for place, key in enumerate(used)
        if used[key] is None
    }
    for place, one in enumerate(declared.indicators_of(content.body)):
        if one.computed and (fault := _uncomputable(one.computed, find)):
            faults[f"indicators.{place}.computed"] = fault
    return faults


def _uncomputable(computed: Computed, find: Find) -> str:
    """Say why an indicator cannot be computed, "" if its questions can be asked."""
    try:
        dataset = lake.declared_among(dataset=computed.dataset, find=find)
        has_made_up = any(one.name == questions.MADE_UP for one in dataset.columns)
        asked_of_it = [
            questions.by_month([computed], dimension, (), has_made_up=has_made_up)
            for dimension in (Dimension.WHOLE, *computed.by)
        ]
        lake.require_answerable(
            dataset=dataset, questions=asked_of_it, limits=asked.limits()
        )
    except Refused as refusal:
        return str(refusal)
    return ""


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


def compare_board(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which plans and index sets a board names that no pack has."""
    named = (("targets", TARGETS_KIND), ("indexes", INDEX_SETS))
    return {
        f"{field}.{place}": f"no {field} {key!r}"
        for field, kind in named
        for place, key in enumerate(content.body.get(field, ()))
        if find(kind, key) is None
    }


INDICATORS = Kind(
    name=INDICATORS_KIND,
    pattern="indicators/*.yaml",
    schema=SCHEMAS / "indicators.json",
    apply=take_content,
    check=lambda content: declared.faults_of_indicators(content.body),
    compare=compare_indicators,
)
TARGETS = Kind(
    name=TARGETS_KIND,
    pattern="targets/*.yaml",
    schema=SCHEMAS / "targets.json",
    apply=take_content,
    check=lambda content: declared.faults_of_targets(content.body),
    compare=compare_targets,
)
BOARDS = Kind(
    name=BOARDS_KIND,
    pattern="boards/*.yaml",
    schema=SCHEMAS / "board.json",
    apply=take_content,
    compare=compare_board,
)
