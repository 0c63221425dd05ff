"""The questions by which applicants say how it was (TT 01/2018/TT-VPCP Đ13)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tinhso.procedures.types import ASKED, Index
from tinhso.web.ui.reports import SATISFACTION

# Each with the answers for 2, 1 and 0 points. Wording ours; Đ13 names the matter only.
QUESTIONS = {
    Index.AGENCIES: (
        gettext_lazy("Bạn phải đến hoặc gọi mấy cơ quan để xong việc này?"),
        (
            gettext_lazy("Chỉ nơi nộp hồ sơ, hoặc không phải đến đâu"),
            gettext_lazy("Thêm một cơ quan nữa"),
            gettext_lazy("Từ hai cơ quan khác trở lên"),
        ),
    ),
    Index.ORGANIZATION: (
        gettext_lazy("Cán bộ có làm đúng các bước đã công bố không?"),
        (
            gettext_lazy("Đúng tất cả"),
            gettext_lazy("Đúng phần lớn"),
            gettext_lazy("Không đúng, hoặc phải làm thêm việc không công bố"),
        ),
    ),
    Index.PUBLICITY: (
        gettext_lazy("Thông tin về thủ tục có đủ và dễ tìm không?"),
        (
            gettext_lazy("Đủ và dễ tìm"),
            gettext_lazy("Đủ nhưng khó tìm"),
            gettext_lazy("Thiếu hoặc sai"),
        ),
    ),
    Index.ATTITUDE: (
        gettext_lazy("Thái độ của cán bộ thế nào?"),
        (
            gettext_lazy("Đúng mực, tận tình"),
            gettext_lazy("Bình thường"),
            gettext_lazy("Chưa đúng mực"),
        ),
    ),
    Index.COMPLAINTS: (
        gettext_lazy("Nếu bạn có phản ánh hoặc kiến nghị, việc đó được trả lời chưa?"),
        (
            gettext_lazy("Đã trả lời, hoặc tôi không phản ánh gì"),
            gettext_lazy("Trả lời một phần"),
            gettext_lazy("Chưa trả lời"),
        ),
    ),
}


def levels() -> list[dict[str, str]]:
    """List the three levels of satisfaction."""
    return [{"value": level, "label": str(n)} for level, n in SATISFACTION.items()]


def questions(typed: Mapping[str, str], error: Mapping[str, str]) -> list[Any]:
    """List the questions, with what was answered and what is missing."""
    return [_question(index, typed, error) for index in ASKED]


def labels() -> dict[str, str]:
    """Name each question as the page does."""
    named = {f"index_{int(index)}": str(QUESTIONS[index][0]) for index in ASKED}
    return {"satisfaction": gettext("Bạn có hài lòng không?"), **named}


def _question(
    index: Index, typed: Mapping[str, str], error: Mapping[str, str]
) -> dict[str, Any]:
    name, (label, answers) = f"index_{int(index)}", QUESTIONS[index]
    return {
        "name": name,
        "label": str(label),
        "options": [
            {"value": str(2 - place), "label": str(answer)}
            for place, answer in enumerate(answers)
        ],
        "value": typed.get(name, ""),
        "error": error.get(name, ""),
    }
