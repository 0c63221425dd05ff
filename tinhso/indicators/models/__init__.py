"""Tables of indicators, for this room only."""

from tinhso.indicators.models.assessments import (
    AssessmentRow,
    EvidenceRow,
    RemarkRow,
    ScoreRow,
)
from tinhso.indicators.models.values import (
    FaultRow,
    RunRow,
    SeriesRow,
    ValueRow,
)

__all__ = [
    "AssessmentRow",
    "EvidenceRow",
    "FaultRow",
    "RemarkRow",
    "RunRow",
    "ScoreRow",
    "SeriesRow",
    "ValueRow",
]
