"""Tables of plans."""

from tinhso.plans.models.plans import PlanRow, StepRow, TaskFileRow, TaskRow
from tinhso.plans.models.questions import AnswerRow, QuestionRow
from tinhso.plans.models.reviews import ReviewEntryRow

__all__ = [
    "AnswerRow",
    "PlanRow",
    "QuestionRow",
    "ReviewEntryRow",
    "StepRow",
    "TaskFileRow",
    "TaskRow",
]
