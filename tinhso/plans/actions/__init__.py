"""What the doors may have plans do."""

from tinhso.plans.actions.asking import answer_question, ask_question
from tinhso.plans.actions.content import PLANS, RATINGS
from tinhso.plans.actions.keeping import add_task, change_task, close_plan
from tinhso.plans.actions.reminding import remind_of_tasks
from tinhso.plans.actions.reporting import (
    accept_task,
    report_progress,
    send_back_task,
)
from tinhso.plans.actions.reviewing import rate_head, review_self

__all__ = [
    "PLANS",
    "RATINGS",
    "accept_task",
    "add_task",
    "answer_question",
    "ask_question",
    "change_task",
    "close_plan",
    "rate_head",
    "remind_of_tasks",
    "report_progress",
    "review_self",
    "send_back_task",
]
