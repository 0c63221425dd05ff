"""What other rooms and the doors may ask of indicators and targets."""

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.queries.index_sets import (
    appraisers,
    get_index_set,
    index_sets,
    published_scores,
)
from tinhso.indicators.queries.targets import standings

__all__ = [
    "appraisers",
    "get_index_set",
    "index_sets",
    "indicators",
    "plans",
    "published_scores",
    "standings",
]
