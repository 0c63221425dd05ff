"""Dossier codes and degrees of completion (TT 01/2018/TT-VPCP Đ16, Đ19)."""

import re

from tinhso.kernel.text import fold
from tinhso.procedures.types.workflow import Workflow

_CODE = re.compile(r"[A-Z0-9.]{1,35}-\d{6}-\d{4,}")


def looks_like_code(text: str) -> bool:
    """Tell whether a text could be a dossier code."""
    return _CODE.fullmatch(text) is not None


def searched(applicant_name: str, code: str) -> str:
    """Write what a desk searches a dossier by.

    >>> searched("Nguyễn Thị Hoa", "H49.06688-260616-0001")
    'nguyen thi hoa h49.06688-260616-0001'
    """
    return f"{fold(applicant_name)} {code.lower()}"


def completion(workflow: Workflow, step_key: str) -> int:
    """Estimate how far a dossier is, in percent of the officers' steps.

    Steps outside the straight way, such as a supplement, count as the step before.
    """
    if workflow.step(step_key).is_end:
        return 100
    keys = [step.key for step in workflow.steps]
    stages = [key for key in keys if _leads_on(workflow, key, keys)]
    passed = [key for key in stages if keys.index(key) <= keys.index(step_key)]
    return round(100 * max(len(passed), 1) / (len(stages) + 1))


def _leads_on(workflow: Workflow, key: str, keys: list[str]) -> bool:
    """Tell whether an officer goes on from a step, and not only back."""
    return any(
        action.to and keys.index(action.to) > keys.index(key)
        for action in workflow.actions
        if key in action.sources and action.role not in {"citizen", "system"}
    )
