"""Read index sets, what documents state by them, and who appraises."""

from collections.abc import Mapping

from tinhso.indicators.rules import index_sets as declared
from tinhso.indicators.types import IndexSet, IndexSetUnknown, PublishedScore
from tinhso.kernel.packs import versions

INDEX_SETS, INDEX_SCORES = "index_sets", "index_scores"
INDEX_DUTIES = "index_duties"


def index_sets() -> tuple[IndexSet, ...]:
    """List the index sets in force, the newest first."""
    found = [
        declared.set_of(content.body, version=content.version)
        for content in versions.in_force(kind=INDEX_SETS)
    ]
    return tuple(sorted(found, key=lambda one: one.valid_from, reverse=True))


def get_index_set(*, key: str) -> IndexSet:
    """Read an index set.

    :raises IndexSetUnknown: if no pack declares it.
    """
    content = versions.newest(kind=INDEX_SETS, key=key)
    if content is None:
        raise IndexSetUnknown(key=key)
    return declared.set_of(content.body, version=content.version)


def published_scores(*, key: str) -> tuple[PublishedScore, ...]:
    """List what documents state by an index set, the oldest period first.

    :raises IndexSetUnknown: if no pack declares it.
    """
    index_set = get_index_set(key=key)
    found = [
        score
        for content in versions.in_force(kind=INDEX_SCORES)
        if content.body["set"] == key
        for score in declared.scores_of(content.body, index_set)
    ]
    return tuple(sorted(found, key=lambda one: (one.period, one.unit)))


def appraisers() -> Mapping[str, str]:
    """List who appraises: the key of the organization by the key of the index set."""
    return {
        key: organization
        for content in versions.in_force(kind=INDEX_DUTIES)
        for key, organization in content.body["appraisers"].items()
    }
