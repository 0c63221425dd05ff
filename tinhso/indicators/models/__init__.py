"""The tables of indicators."""

from tinhso.indicators.models.assessments import (
    AssessmentRow,
    EvidenceRow,
    RemarkRow,
    ScoreRow,
)

__all__ = ["AssessmentRow", "EvidenceRow", "RemarkRow", "ScoreRow"]
