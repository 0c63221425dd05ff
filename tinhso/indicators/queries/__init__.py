"""What other rooms and the doors may ask of indicators and targets."""

from tinhso.indicators.queries.assessments import (
    assessments,
    evidence_file,
    get_assessment,
    league_of,
    periods_of,
    self_sheet,
)
from tinhso.indicators.queries.counting import count
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
    "assessments",
    "count",
    "evidence_file",
    "get_assessment",
    "get_index_set",
    "index_sets",
    "indicators",
    "league_of",
    "periods_of",
    "plans",
    "published_scores",
    "self_sheet",
    "standings",
]
