"""Tables of indicators, for this room only."""

from tinhso.indicators.models.assessments import (
    AssessmentRow,
    EvidenceRow,
    RemarkRow,
    ScoreRow,
)
from tinhso.indicators.models.returns import (
    ReturnEvidenceRow,
    ReturnRemarkRow,
    ReturnReminderRow,
    ReturnRow,
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
    "ReturnEvidenceRow",
    "ReturnRemarkRow",
    "ReturnReminderRow",
    "ReturnRow",
    "RunRow",
    "ScoreRow",
    "SeriesRow",
    "ValueRow",
]
