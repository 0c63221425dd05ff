"""What the pages of the Council and of the yearly review say alike."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.people.types import Organization
from tinhso.plans.types import (
    Entry,
    Question,
    RatingScale,
    Review,
    Side,
    Subject,
    SubjectKind,
    SubjectUnknown,
    YearFigures,
)
from tinhso.web.ui.phrases import said
from tinhso.web.ui.writing import moment

KINDS = {
    SubjectKind.TARGET: gettext_lazy("Mục tiêu"),
    SubjectKind.TASK: gettext_lazy("Nhiệm vụ"),
    SubjectKind.INDICATOR: gettext_lazy("Chỉ tiêu"),
}
SIDES = {
    Side.SELF: gettext_lazy("Người đứng đầu tự đánh giá"),
    Side.SUPERIOR: gettext_lazy("Cấp trên xếp loại"),
}
LABELS = {
    "subject": gettext_lazy("Hỏi về"),
    "agency": gettext_lazy("Cơ quan trả lời"),
    "text": gettext_lazy("Nội dung"),
    "answer_by": gettext_lazy("Hạn trả lời"),
    "files": gettext_lazy("Tệp kèm theo"),
    "level": gettext_lazy("Mức xếp loại"),
}


def labels() -> dict[str, str]:
    """Name the fields of the forms."""
    return {name: str(label) for name, label in LABELS.items()}


def question_line(one: Question, on: date) -> dict[str, Any]:
    """Write a question as a line of a list."""
    if one.is_answered:
        state, tone = gettext("Đã trả lời"), "good"
    elif one.is_overdue(on=on):
        state, tone = gettext("Quá hạn trả lời"), "bad"
    else:
        state, tone = gettext("Chờ trả lời"), "warn"
    return {
        "one": one,
        "href": reverse("question", args=[one.id]),
        "kind": str(KINDS[one.subject.kind]),
        "state": state,
        "tone": tone,
    }


def subject_choices(subjects: Iterable[Subject]) -> list[dict[str, str]]:
    """List what may be asked about; the kind stands first."""
    return [
        {"value": "", "label": gettext("Chọn mục tiêu, nhiệm vụ hoặc chỉ tiêu")},
        *(
            {
                "value": f"{one.kind}:{one.key}",
                "label": f"{KINDS[one.kind]}: {one.title[:110]}",
            }
            for one in subjects
        ),
    ]


def read_subject(text: str) -> Subject:
    """Read what a question is about.

    :raises SubjectUnknown: if it is nothing.
    """
    kind, _, key = text.partition(":")
    if kind not in set(SubjectKind):
        raise SubjectUnknown({"subject": [SubjectUnknown.message]})
    return Subject(SubjectKind(kind), key[:120])


def agency_choices(agencies: Iterable[Organization]) -> list[dict[str, str]]:
    """List the agencies that answer."""
    return [
        {"value": "", "label": gettext("Chọn cơ quan")},
        *({"value": str(one.id), "label": one.name} for one in agencies),
    ]


def level_choices(scale: RatingScale | None) -> list[dict[str, str]]:
    """List the levels of a scale, the best first."""
    if scale is None:
        return []
    return [{"value": key, "label": said(t)} for key, t in scale.levels.items()]


def figures(found: YearFigures) -> list[dict[str, str]]:
    """Say the numbers of a year; what nobody knows is said so."""
    unknown = gettext("chưa có số liệu")
    share, dossiers = found.share, found.dossiers_on_time
    return [
        {
            "label": gettext("Nhiệm vụ xong đúng hạn"),
            "value": _percent(share) if share is not None else unknown,
            "note": gettext(
                "{on_time} đúng hạn, {late} trễ, {open} chưa đến hạn"
            ).format(on_time=found.on_time, late=found.late, open=found.open),
        },
        {
            "label": gettext("Mục tiêu đã đạt"),
            "value": f"{found.targets_met}/{found.targets}"
            if found.targets
            else unknown,
            "note": gettext("mục tiêu mà nhiệm vụ của cơ quan phục vụ"),
        },
        {
            "label": gettext("Hồ sơ giải quyết đúng hạn"),
            "value": _percent(dossiers) if dossiers is not None else unknown,
            "note": "",
        },
        {
            "label": gettext("Chỉ đạo quá hạn"),
            "value": str(found.directives_overdue),
            "note": "",
        },
    ]


def _percent(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").removesuffix(",0") + " %"


def sides(review: Review, scale: RatingScale | None) -> list[dict[str, Any]]:
    """Put both sides' versions apart, the newest first."""
    levels = scale.levels if scale else {}
    return [
        {
            "title": str(title),
            "entries": [
                _entry(one, levels) for one in review.entries if one.side is side
            ],
        }
        for side, title in SIDES.items()
    ]


def _entry(one: Entry, levels: Mapping[str, Any]) -> dict[str, Any]:
    title = levels.get(one.level)
    return {
        "number": one.number,
        "level": said(title) if title else one.level,
        "text": one.text,
        "by": one.by,
        "at": moment(one.at),
    }
