"""Dossier codes and degrees of completion (TT 01/2018/TT-VPCP Đ16, Đ19)."""

import re

from tinhso.procedures.types.workflow import Workflow

_CODE = re.compile(r"[A-Z0-9.]{1,35}-\d{6}-\d{4,}")


def looks_like_code(text: str) -> bool:
    """Tell whether a text could be a dossier code."""
    return _CODE.fullmatch(text) is not None


def completion(workflow: Workflow, step_key: str) -> int:
    """Estimate how far a dossier is, in percent of the officers' steps.

    Steps outside the straight way, such as a supplement, count as the step before.
    """
    line = [step for step in workflow.steps if not step.clock_stops]
    keys = [step.key for step in line]
    if workflow.step(step_key).is_end:
        return 100
    stages = [key for key in keys if not workflow.step(key).is_end]
    place = stages.index(step_key) if step_key in stages else 0
    return round(100 * (place + 1) / (len(stages) + 1))
