"""Reasons officers choose from, as the workflow offers them, or write themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from tinhso.procedures.types import Action, Label
from tinhso.web.ui.phrases import said


def offered(reasons: Sequence[Label]) -> list[dict[str, str]]:
    """List reasons to choose from, the first of them being one's own words.

    What the applicant gets is Vietnamese, whatever language the officer reads.
    """
    if not reasons:
        return []
    own = {"value": "", "label": gettext("Tôi tự viết ở dưới")}
    return [own, *({"value": one.vi, "label": said(one)} for one in reasons)]


def written(typed: Mapping[str, str], name: str) -> str:
    """Join the reason chosen and what was written besides; either may be missing."""
    parts = (typed.get(f"{name}_chosen", ""), typed.get(name, ""))
    return "\n".join(part.strip() for part in parts if part.strip())


def beside_fields(action: Action) -> dict[str, Any]:
    """List what is offered while typing a reason beside a field, or beside a file."""
    return {
        "fields": [one.vi for one in action.reasons],
        "files": [one.vi for one in action.file_reasons],
    }
