"""Take what packs declare of indicators and targets."""

from collections.abc import Iterator, Mapping
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
from tinhso.lake.types import Dataset
from tinhso.lake.types import Kind as ColumnKind

# By what others find one indicator, wherever it is declared.
INDICATOR = "indicator"


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
        field = f"indicators.{place}"
        if one.computed:
            wrong = _uncomputable(one.computed, find)
            faults |= {f"{field}.computed{at}": told for at, told in wrong.items()}
    return faults


def indicators_in(content: Content) -> Iterator[tuple[str, str]]:
    """List by what others find the indicators of a content."""
    return ((INDICATOR, one["key"]) for one in content.body["indicators"])


def _uncomputable(computed: Computed, find: Find) -> dict[str, str]:
    """Say where, and why, an indicator cannot be computed; nothing if it can be."""
    try:
        dataset = lake.declared_among(dataset=computed.dataset, find=find)
    except Refused as refusal:
        return {".dataset": str(refusal)}
    return _astray(computed, dataset) or _unanswerable(computed, dataset)


def _astray(computed: Computed, dataset: Dataset) -> dict[str, str]:
    """Say which columns a dataset does not have, or not as a day."""
    kinds = {column.name: column.kind for column in dataset.columns}
    named = {".day": computed.day}
    named |= {f".by.{name.value}": column for name, column in computed.by.items()}
    named |= {f".behind.{at}": column for at, column in enumerate(computed.behind)}
    has = f"{dataset.name} has {', '.join(kinds)}"
    faults = {
        place: f"no column {column!r}; {has}"
        for place, column in named.items()
        if column not in kinds
    }
    if ".day" not in faults and kinds[computed.day] is not ColumnKind.DAY:
        days = ", ".join(name for name, kind in kinds.items() if kind is ColumnKind.DAY)
        faults[".day"] = f"{computed.day!r} is no day; days are {days}"
    return faults


def _unanswerable(computed: Computed, dataset: Dataset) -> dict[str, str]:
    """Say why the questions of an indicator cannot be asked."""
    try:
        has_made_up = any(one.name == questions.MADE_UP for one in dataset.columns)
        asked_of_it = [
            questions.by_month([computed], dimension, (), has_made_up=has_made_up)
            for dimension in (Dimension.WHOLE, *computed.by)
        ]
        lake.require_answerable(
            dataset=dataset, questions=asked_of_it, limits=asked.limits()
        )
    except Refused as refusal:
        return {"": str(refusal)}
    return {}


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
    """Answer which numbers, plans and index sets a board names that no pack has."""
    named = (
        ("numbers", INDICATOR),
        ("targets", TARGETS_KIND),
        ("indexes", INDEX_SETS),
    )
    faults = {
        f"{field}.{place}": f"no {field} {key!r}"
        for field, kind in named
        for place, key in enumerate(content.body.get(field, ()))
        if find(kind, key) is None
    }
    mapped = content.body.get("map", {}).get("indicator")
    if mapped and find(INDICATOR, mapped) is None:
        faults["map.indicator"] = f"no indicator {mapped!r}"
    return faults


INDICATORS = Kind(
    name=INDICATORS_KIND,
    pattern="indicators/*.yaml",
    schema=SCHEMAS / "indicators.json",
    apply=take_content,
    check=lambda content: declared.faults_of_indicators(content.body),
    compare=compare_indicators,
    holds=indicators_in,
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
