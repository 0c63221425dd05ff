"""Take what packs declare of index sets, their scores, and who appraises."""

from collections.abc import Mapping

from tinhso.indicators.actions.content import take_content
from tinhso.indicators.queries.index_sets import (
    INDEX_DUTIES as DUTIES_KIND,
)
from tinhso.indicators.queries.index_sets import (
    INDEX_SCORES as SCORES_KIND,
)
from tinhso.indicators.queries.index_sets import (
    INDEX_SETS as SETS_KIND,
)
from tinhso.indicators.rules import index_sets as declared
from tinhso.indicators.types import SCHEMAS
from tinhso.kernel.packs.types import Content, Find, Kind


def compare_scores(content: Content, find: Find) -> Mapping[str, str]:
    """Answer what of stated scores does not fit their set or its formulas."""
    found = find(SETS_KIND, content.body["set"])
    if found is None:
        return {"set": f"no index set {content.body['set']!r}"}
    index_set = declared.set_of(found.body, version=found.version)
    return declared.faults_beside_set(content.body, index_set)


def compare_duties(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which index sets are named that no pack declares."""
    return {
        f"appraisers.{key}": "no such index set"
        for key in content.body["appraisers"]
        if find(SETS_KIND, key) is None
    }


INDEX_SETS = Kind(
    name=SETS_KIND,
    pattern="index_sets/*.yaml",
    schema=SCHEMAS / "index_set.json",
    apply=take_content,
    check=lambda content: declared.faults_of_set(content.body),
)
INDEX_SCORES = Kind(
    name=SCORES_KIND,
    pattern="index_scores/*.yaml",
    schema=SCHEMAS / "index_scores.json",
    apply=take_content,
    check=lambda content: declared.faults_of_scores(content.body),
    compare=compare_scores,
)
INDEX_DUTIES = Kind(
    name=DUTIES_KIND,
    pattern="index_duties/*.yaml",
    schema=SCHEMAS / "index_duties.json",
    apply=take_content,
    compare=compare_duties,
)
