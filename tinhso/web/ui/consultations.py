"""What pages say of questions to other agencies."""

from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.procedures import queries
from tinhso.procedures.types import (
    Consultation,
    Dossier,
    LimitUnit,
    Opinion,
    UsuallyAsked,
)
from tinhso.web.ui.phrases import said

ROWS = 3


def opinions() -> list[dict[str, str]]:
    """List what an agency can say."""
    return [{"value": key.value, "label": label} for key, label in _names().items()]


def _names() -> dict[Opinion, str]:
    return {
        Opinion.AGREES: gettext("Đồng ý"),
        Opinion.CONDITIONS: gettext("Đồng ý kèm điều kiện"),
        Opinion.DISAGREES: gettext("Không đồng ý"),
        Opinion.NOT_COMPETENT: gettext("Không thuộc thẩm quyền"),
    }


def labels() -> dict[str, str]:
    """Name the inputs of an answer."""
    return {
        "opinion": gettext("Ý kiến"),
        "answer": gettext("Nội dung ý kiến"),
        "files": gettext("Văn bản kèm theo"),
    }


def line(one: Consultation, at: datetime) -> dict[str, Any]:
    """Show a question with how it stands."""
    state, tone = _state(one, at)
    return {
        "one": one,
        "href": reverse("consultation", args=[one.id]),
        "title": said(one.procedure_title),
        "state": state,
        "tone": tone,
        "opinion": _names()[one.opinion] if one.opinion else "",
        "files": [
            {
                "name": file.name,
                "href": reverse("consultation_file", args=[one.id, file.file_id]),
            }
            for file in one.files
        ],
    }


def _state(one: Consultation, at: datetime) -> tuple[str, str]:
    if one.answered_at and one.is_late(at):
        return gettext("Đã trả lời, trễ hạn"), "warn"
    if one.answered_at:
        return gettext("Đã trả lời"), "good"
    if one.ended_at:
        return gettext("Không trả lời"), "bad"
    if one.opened_at is None:
        return gettext("Chờ đến lượt"), "info"
    if one.is_late(at):
        return gettext("Quá hạn trả lời"), "bad"
    return gettext("Đang chờ trả lời"), "info"


def asked(dossier: Dossier, typed: QueryDict, *, on: date) -> dict[str, Any]:
    """Lay out the form by which an officer asks: the usual agencies come first."""
    rows = [_typed(typed, place) for place in range(ROWS)]
    if not typed:
        usual = queries.usual_consultations(dossier=dossier, on=on)
        rows = [_filled(usual[n]) if n < len(usual) else _blank() for n in range(ROWS)]
    return {
        "question_rows": list(enumerate(rows)),
        "agencies": _agencies(dossier, on),
        "units": _units(),
        "in_order": typed.get("in_order", ""),
    }


def read(typed: QueryDict) -> dict[str, Any]:
    """Read the questions typed; a row without agency and question asks nothing."""
    rows = (_typed(typed, place) for place in range(ROWS))
    asking = [row for row in rows if row["organization_id"] or row["question"].strip()]
    return {"questions": asking, "in_order": typed.get("in_order", "")}


def question_labels() -> dict[str, str]:
    """Name the inputs of the questions."""
    names = {
        "organization_id": gettext("Cơ quan"),
        "question": gettext("Nội dung cần cho ý kiến"),
        "amount": gettext("Thời hạn trả lời"),
    }
    return {
        f"questions.{place}.{key}": f"{gettext('Mục {n}').format(n=place + 1)}, {label}"
        for place in range(ROWS)
        for key, label in names.items()
    }


def _typed(typed: QueryDict, place: int) -> dict[str, Any]:
    keys = ("organization_id", "question", "amount", "unit")
    return {key: typed.get(f"questions.{place}.{key}", "") for key in keys}


def _filled(usual: UsuallyAsked) -> dict[str, Any]:
    return {
        "organization_id": str(usual.organization_id),
        "question": said(usual.question),
        "amount": usual.limit.amount,
        "unit": usual.limit.unit.value,
    }


def _blank() -> dict[str, Any]:
    unit = LimitUnit.WORKING_DAYS.value
    return {"organization_id": "", "question": "", "amount": "", "unit": unit}


def _agencies(dossier: Dossier, on: date) -> list[dict[str, str]]:
    found = [
        one for one in people.organizations(on=on) if one.id != dossier.organization_id
    ]
    found.sort(key=lambda one: (one.level.value != "province", fold(one.name)))
    first = {"value": "", "label": gettext("Hãy chọn")}
    return [first, *({"value": str(one.id), "label": one.name} for one in found)]


def _units() -> list[dict[str, str]]:
    names = {
        LimitUnit.WORKING_DAYS: gettext("ngày làm việc"),
        LimitUnit.WORKING_HOURS: gettext("giờ làm việc"),
        LimitUnit.DAYS: gettext("ngày"),
    }
    return [{"value": unit.value, "label": name} for unit, name in names.items()]
