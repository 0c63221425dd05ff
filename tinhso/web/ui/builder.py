"""What the builder's pages say alike: names of parts, faults, differences, links."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.errors import Conflict, Invalid, Refused
from tinhso.kernel.packs.types import ContentDraft, ContentFault
from tinhso.procedures.types import Difference, Form, Review, TriedExample
from tinhso.web.ui.builder_asks import About, Ask, Value, questions
from tinhso.web.ui.builder_parts import ROWS
from tinhso.web.ui.phrases import (
    ErrorLine,
    error_summary,
    first_messages,
    money,
    said,
    say_refusal,
)

_ = gettext_lazy
# A name that no part can have: new ones stand here.
NEW = "them-moi"
KIND_NAMES = {"procedures": _("Thủ tục"), "forms": _("Mẫu"), "examples": _("Ví dụ")}
PARTS = {
    "title": _("Tên"),
    "summary": _("Thủ tục này để làm gì"),
    "notice": _("Cần biết trước khi bắt đầu"),
    "field": _("Lĩnh vực"),
    "level": _("Cấp giải quyết"),
    "cases": _("Các trường hợp"),
    "agency": _("Cơ quan giải quyết"),
    "receivers": _("Nơi tiếp nhận"),
    "audience": _("Ai được nộp"),
    "channels": _("Cách nộp"),
    "time_limits": _("Thời hạn"),
    "fees": _("Phí, lệ phí"),
    "papers": _("Giấy tờ phải nộp"),
    "legal_basis": _("Căn cứ pháp lý"),
    "form": _("Mẫu"),
    "workflow": _("Quy trình"),
    "supplement_policy": _("Thời hạn khi bổ sung"),
    "result": _("Kết quả"),
    "search_words": _("Từ để tìm"),
    "source": _("Nguồn pháp lý"),
    "valid_from": _("Áp dụng từ ngày"),
    "valid_to": _("Hết áp dụng từ ngày"),
    "consultations": _("Lấy ý kiến"),
    "sections": _("Các phần của mẫu"),
    "label": _("Câu hỏi"),
    "hint": _("Gợi ý"),
    "kind": _("Loại câu trả lời"),
    "required": _("Bắt buộc"),
    "when": _("Khi nào hỏi"),
    "choices": _("Các câu trả lời"),
    "max_length": _("Số ký tự tối đa"),
    "minimum": _("Số nhỏ nhất"),
    "maximum": _("Số lớn nhất"),
    "accepts": _("Loại tệp"),
    "max_bytes": _("Cỡ tệp"),
    "prefill": _("Điền sẵn"),
    "accepts_results": _("Mã kết quả dùng thay tệp"),
    "accepts_expired": _("Nhận cả giấy hết hiệu lực"),
    "from_results": _("Lấy từ kết quả đã cấp"),
    "validity": _("Thời hạn hiệu lực"),
    "checks": _("Kiểm tra thêm"),
    "computed": _("Cách tính"),
    "intro": _("Lời dẫn"),
    "repeats": _("Số lần khai"),
    "code": _("Mã kết quả"),
    "template": _("Mẫu kết quả"),
    "data": _("Dữ liệu ghi vào kết quả"),
    "series": _("Ký hiệu sổ"),
    "officer_form": _("Mẫu cán bộ điền"),
    "amount": _("Mức"),
    "unit": _("Đơn vị"),
    "copies": _("Số bản"),
    "note": _("Ghi chú"),
    "quantity": _("Số lượng"),
    "times": _("Số lần"),
    "beyond": _("Mức cho số lượng lớn"),
    "key": _("Tên kỹ thuật"),
    "fields": _("Câu hỏi của trang"),
    "pages": _("Trang của phần"),
    "procedures": _("Thủ tục"),
    "forms": _("Mẫu"),
    "section": _("Phần"),
    "page": _("Trang"),
    "question": _("Câu hỏi"),
    "paper": _("Giấy tờ"),
    "order": _("Thứ tự"),
    "number": _("Số, ký hiệu"),
    "answers": _("Câu trả lời"),
}
HOW = {"added": _("Thêm"), "removed": _("Bỏ"), "changed": _("Đổi")}
# What the checks of packs say, in the words of officials; the checks are in English.
SENTENCES = (
    (r"'(?P<x>\w+)' is a required property", _("Chưa có: {x}.")),
    (r"\[\] (should be non-empty|is too short)", _("Cần ít nhất một mục.")),
    (r"\[.*\] is too short", _("Cần ít nhất hai câu trả lời.")),
    (r"'' (should be non-empty|is too short)", _("Chưa nhập.")),
    (r"'(?P<x>.*)' does not match", _("“{x}” chưa đúng dạng quy định.")),
    (r"field '(?P<x>\w+)' stands twice", _("Câu hỏi “{x}” có hai lần.")),
    (r"page '(?P<x>\w+)' stands twice", _("Trang “{x}” có hai lần.")),
    (
        r"field '(?P<x>\w+)' has nothing to choose from",
        _("Câu hỏi chọn “{x}” chưa có câu trả lời nào."),
    ),
    (
        r"field '(?P<x>\w+)' accepts no type of file",
        _("Câu hỏi nhận tệp “{x}” chưa có loại tệp nào."),
    ),
    (
        r"a rule reads '(?P<x>.*)', which no field answers",
        _("Một quy tắc đọc “{x}”, nhưng mẫu không có câu hỏi nào tên như vậy."),
    ),
    (r"a rule uses '(?P<x>.*)', which", _("Một quy tắc dùng phép “{x}” không có.")),
    (r"no pack has a (form|workflow|template) '(?P<x>.*)'", _("Không có “{x}”.")),
    (
        r"the form takes no files in '(?P<x>.*)'",
        _("Mẫu không có câu hỏi nhận tệp “{x}”."),
    ),
    (r"nothing answers '(?P<x>.*)'", _("Mẫu không có câu trả lời “{x}”.")),
    (r"a fee per (?P<x>\w+) needs one", _("Phí tính theo số lượng thì cần số lượng.")),
    (
        r"a fee with `when` says in words",
        _("Phí chỉ thu của một số người thì cần ghi bằng lời."),
    ),
    (
        r"the procedure does not offer '(?P<x>.*)'",
        _("Thủ tục không nhận hồ sơ theo cách nộp này."),
    ),
    (r"each band begins above", _("Các mức phải theo thứ tự tăng dần.")),
    (r"the template requires '(?P<x>.*)'", _("Mẫu kết quả cần dữ liệu “{x}”.")),
    (r"the template does not know it", _("Mẫu kết quả không có dữ liệu này.")),
    (
        r"the template holds from (?P<x>[\d-]+)",
        _("Mẫu kết quả chỉ có hiệu lực từ {x}, sau ngày thủ tục áp dụng."),
    ),
    (
        r"the workflow drafts a result",
        _("Quy trình này soạn kết quả trên hệ thống nên cần chọn mẫu kết quả."),
    ),
    (
        r"version (?P<x>\d+) came out since",
        _("Trong lúc soạn, bản {x} đã được công bố. Hãy xem lại trước khi công bố."),
    ),
)


def part_name(name: str) -> str:
    """Name a part of a content."""
    return str(PARTS.get(name, name))


def sentence(message: str) -> str:
    """Say what a check of packs found, in the reader's language."""
    for pattern, text in SENTENCES:
        found = re.match(pattern, message)
        if found:
            word = found.groupdict().get("x", "")
            named = part_name(word) if "required property" in pattern else word
            return str(text).format(x=named)
    return gettext("Chưa đúng quy định: {message}").format(message=message)


def fault_line(fault: ContentFault, body: Mapping[str, Any]) -> dict[str, str]:
    """Say a fault: where it is, what it is, the page where it is mended."""
    steps = fault.field.split(".") if fault.field else []
    words = [w for w in (_step_name(steps, n) for n in range(len(steps))) if w]
    return {
        "where": " › ".join([*_title_at(fault, body), *words[-2:]]),
        "what": sentence(fault.message),
        "href": _href(fault, steps, body),
    }


def difference_line(difference: Difference) -> str:
    """Say a difference: `Thêm câu hỏi “Số giấy đã cấp”`."""
    what = part_name(difference.what)
    text = f"{HOW[difference.how]} {what[:1].lower()}{what[1:]}"
    if said(difference.title):
        text = f"{text} “{said(difference.title)}”"
    parts = ", ".join(part_name(part).lower() for part in difference.parts)
    return f"{text}: {parts}" if parts else text


def example_line(tried: TriedExample) -> dict[str, Any]:
    """Show an example: what it expects, and what came of it otherwise."""
    expect = tried.example["expect"]
    return {
        "key": tried.key,
        "place": tried.place,
        "title": tried.example["title"],
        "fee": money(expect["fee"]) if "fee" in expect else "",
        "due_at": _moment(expect.get("due_at", "")),
        "refused": expect.get("faults", ()),
        "differences": [_difference(text) for text in tried.differences],
    }


def seen(review: Review) -> list[str]:
    """Write which revisions were looked at, for a hidden input."""
    return [f"{one.kind}/{one.key}={one.revision}" for one in review.drafts]


def read_seen(given: Iterable[str]) -> dict[str, int]:
    """Read which revisions were looked at."""
    parts = (one.rpartition("=") for one in given)
    return {name: int(text) for name, _, text in parts if text.isdecimal()}


def editing(
    asks: Iterable[Ask],
    value: Value,
    about: About,
    *,
    draft: ContentDraft | None,
    typed: QueryDict | None = None,
    refusal: Refused | None = None,
) -> dict[str, Any]:
    """Lay out the inputs of a part, with what was typed and what is wrong with it."""
    listed = list(asks)
    wrong = _beside(refusal, listed)
    shown = questions(listed, value, typed, wrong)(about)
    groups: dict[str, list[dict[str, Any]]] = {}
    for question in shown:
        groups.setdefault(question["group"], []).append(question)
    labels = {ask.name: str(ask.label) for ask in listed}
    lines = _lines(refusal, labels, set(wrong))
    return {
        "questions": groups.pop("", []),
        "groups": [
            {"title": title, "questions": rows, "open": _is_open(rows)}
            for title, rows in groups.items()
        ],
        "errors": lines,
        "revision": draft.revision if draft else 0,
        "moved_on": isinstance(refusal, Conflict),
    }


def _is_open(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a group opens by itself: something is wrong, or fits the answer."""
    return any(row["error"] or row["fits"] for row in rows)


def question_kind(form: Form, key: str) -> str:
    """Tell the kind of a field of a form; nothing if it has none of that name."""
    return next((f.kind.value for f in form.fields() if f.key == key), "")


def _beside(refusal: Refused | None, asks: Iterable[Ask]) -> dict[str, str]:
    if not isinstance(refusal, Invalid):
        return {}
    names = {ask.name for ask in asks}
    return {k: m for k, m in first_messages(refusal).items() if k in names}


def _lines(
    refusal: Refused | None, labels: Mapping[str, str], inputs: set[str]
) -> list[ErrorLine]:
    if refusal is None:
        return []
    if not isinstance(refusal, Invalid):
        return [{"field": "", "message": say_refusal(refusal)}]
    lines = error_summary(refusal, labels)
    return [{**x, "field": x["field"] if x["field"] in inputs else ""} for x in lines]


def _difference(text: str) -> str:
    """Say how an example came out: `phí: mong đợi 0, nhưng ra 8000`."""
    name, _, rest = text.partition(": ")
    names = {"fee": gettext("phí"), "due_at": gettext("hẹn trả")}
    rest = rest.replace("expected", gettext("mong đợi"))
    rest = rest.replace(", got", f", {gettext('nhưng ra')}")
    return f"{names.get(name, part_name(name).lower())}: {rest}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%H:%M %d/%m/%Y}" if text else ""


def _title_at(fault: ContentFault, body: Mapping[str, Any]) -> list[str]:
    title = body.get("title")
    name = title["vi"] if isinstance(title, Mapping) else fault.key
    return [f"{KIND_NAMES.get(fault.kind, fault.kind)} {name}"]


def _step_name(steps: list[str], n: int) -> str:
    if steps[n].isdecimal():
        one = {"sections": "section", "pages": "page", "fields": "question"}
        name = part_name(one.get(steps[n - 1], steps[n - 1]))
        return f"{name} {int(steps[n]) + 1}"
    follows = n + 1 < len(steps) and steps[n + 1].isdecimal()
    return "" if follows or steps[n] in {"vi", "en"} else part_name(steps[n])


def _href(fault: ContentFault, steps: list[str], body: Mapping[str, Any]) -> str:
    try:
        if fault.kind == "forms":
            return _form_href(fault.key, steps, body)
        if fault.kind == "procedures":
            return _procedure_href(fault, steps)
    except NoReverseMatch:
        pass
    return ""


def _form_href(key: str, steps: list[str], body: Mapping[str, Any]) -> str:
    """Lead to the innermost part of a form that a fault is about."""
    keys, node = [], body
    for name, place in zip(steps[::2], steps[1::2], strict=False):
        if name not in {"sections", "pages", "fields"} or not place.isdecimal():
            break
        node = node[name][int(place)]
        keys.append(node["key"])
    names = ("builder_form", "builder_section", "builder_page", "builder_field")
    return reverse(names[len(keys)], args=[key, *keys])


def _procedure_href(fault: ContentFault, steps: list[str]) -> str:
    missing = re.match(r"'(\w+)' is a required property", fault.message)
    first = steps[0] if steps else missing[1] if missing else ""
    for address, rows in ROWS.items():
        if rows.name == first and len(steps) > 1:
            return reverse("builder_row", args=[fault.key, address, steps[1]])
        if rows.name == first:
            return reverse("builder_rows", args=[fault.key, address])
    name = "builder_result" if first in {"workflow", "result"} else "builder_facts"
    if first == "form":
        name = "builder_procedure"
    return reverse(name, args=[fault.key])
