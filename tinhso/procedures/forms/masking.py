"""Hide the numbers and mail addresses of people from those who only look on."""

from collections.abc import Mapping
from typing import Any

from tinhso.procedures.types import Field, FieldKind, Form

HIDDEN = "•"
# Enough to tell two people apart, too little to reach one or to pose as them.
LEFT_OPEN = 3
MASKED = frozenset({FieldKind.PERSONAL_NUMBER, FieldKind.PHONE, FieldKind.EMAIL})


def masked(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Hide personal numbers, phone numbers and e-mail addresses in answers."""
    found = dict(answers)
    for page in form.pages():
        fields = [field for field in page.fields if field.kind in MASKED]
        if page.repeats and isinstance(found.get(page.key), list):
            found[page.key] = [_hide(fields, part) for part in found[page.key]]
        else:
            found = _hide(fields, found)
    return found


def mask(text: str) -> str:
    """Hide a text but for its last three characters, an address but for its host."""
    name, at, host = text.partition("@")
    if at:
        return HIDDEN * len(name) + at + host
    return HIDDEN * (len(text) - LEFT_OPEN) + text[-LEFT_OPEN:]


def _hide(fields: list[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {f.key: mask(str(answers[f.key])) for f in fields if answers.get(f.key)}
    return {**answers, **hidden}
