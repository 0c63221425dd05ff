"""What the doors may ask of plans, reviews and questions."""

from tinhso.plans.queries.plans import (
    agency_tasks,
    children,
    evidence_file,
    get_plan,
    get_task,
    may_read_evidence,
    overdue,
    plans,
    steps,
    tasks,
)
from tinhso.plans.queries.questions import (
    answer_file,
    answers_for,
    asked_agencies,
    get_question,
    questions,
    subjects,
)
from tinhso.plans.queries.reviews import (
    get_review,
    reviewed_agencies,
    scale_on,
)

__all__ = [
    "agency_tasks",
    "answer_file",
    "answers_for",
    "asked_agencies",
    "children",
    "evidence_file",
    "get_plan",
    "get_question",
    "get_review",
    "get_task",
    "may_read_evidence",
    "overdue",
    "plans",
    "questions",
    "reviewed_agencies",
    "scale_on",
    "steps",
    "subjects",
    "tasks",
]
