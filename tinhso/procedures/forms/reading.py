"""Read what was answered: clean it, and say what is wrong with which field."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean, grouped, nfc
from tinhso.procedures.forms.logic import evaluate, holds, is_rule
from tinhso.procedures.types.forms import (
    Answers,
    Field,
    FieldKind,
    Form,
    FormPage,
    Logic,
)

Faults = dict[str, list[str]]


class UnreadableError(ValueError):
    """An answer that its kind of field cannot take; args[0] says why."""


def open_pages(form: Form, answers: Answers, today: date) -> Iterator[FormPage]:
    """Walk through the pages that these answers lead to."""
    data = with_computed(form, answers, today)
    return (page for page in form.pages() if holds(page.when, data))


def open_fields(page: FormPage, data: Mapping[str, Any]) -> Iterator[Field]:
    """Walk through the fields of a page that these data lead to."""
    return (field for field in page.fields if holds(field.when, data))


def with_computed(form: Form, answers: Answers, today: date) -> dict[str, Any]:
    """Add today and the computed values to the answers."""
    data = {**answers, "today": today.isoformat()}
    compute(form, data)
    return data


def compute(form: Form, data: dict[str, Any]) -> None:
    """Compute the computed values of a form anew, in place."""
    for field in form.computed:
        data[field.key] = evaluate(field.computed, data)


def read_page(
    form: Form, page: FormPage, typed: Answers, answers: Answers, today: date
) -> tuple[dict[str, Any], Faults]:
    """Read the answers typed on one page, in the light of those given before.

    Answers the page's answers and its faults. A faulty field keeps what was typed.
    """
    known = _Known(form, {**answers, "today": today.isoformat()})
    return _read_page(page, typed, known)


def read_form(form: Form, given: Answers, today: date) -> tuple[dict[str, Any], Faults]:
    """Read all answers at once; what no open page asks is left out."""
    known = _Known(form, {"today": today.isoformat()})
    faults: Faults = {}
    for page in form.pages():
        if known.holds(page.when):
            read, wrong = _read_page(page, given, known)
            known.learn(read)
            faults.update(wrong)
    return {key: value for key, value in known.all().items() if key != "today"}, faults


class _Known:
    """What is known halfway through a form; computed anew only when a rule asks."""

    def __init__(self, form: Form, data: dict[str, Any]) -> None:
        self._form, self._data, self._is_stale = form, data, True

    def aside(self) -> "_Known":
        """Copy what is known, for a row of a group, which no other row sees."""
        return _Known(self._form, dict(self._data))

    def learn(self, answers: Mapping[str, Any]) -> None:
        self._data.update(answers)
        self._is_stale = True

    def holds(self, rule: Logic) -> bool:
        return holds(rule, self.all()) if is_rule(rule) else bool(rule)

    def all(self) -> dict[str, Any]:
        if self._is_stale:
            compute(self._form, self._data)
            self._is_stale = False
        return self._data


def _read_page(
    page: FormPage, typed: Answers, known: _Known
) -> tuple[dict[str, Any], Faults]:
    if page.repeats:
        return _read_group(page, typed.get(page.key), known)
    return _read_fields(page, typed, known.aside())


def _read_group(
    page: FormPage, typed: Any, known: _Known
) -> tuple[dict[str, Any], Faults]:
    items = typed if isinstance(typed, list) else []
    rows: list[dict[str, Any]] = []
    faults: Faults = {}
    if len(items) > page.repeats:
        too_many = Phrase(N_("Chỉ khai tối đa {most} mục."), most=page.repeats)
        faults[page.key] = [too_many]
    for place, item in enumerate(items[: page.repeats]):
        fields = item if isinstance(item, Mapping) else {}
        row, wrong = _read_fields(page, fields, known.aside())
        rows.append(row)
        faults.update({f"{page.key}.{place}.{key}": why for key, why in wrong.items()})
    return {page.key: rows}, faults


def _read_fields(
    page: FormPage, typed: Answers, known: _Known
) -> tuple[dict[str, Any], Faults]:
    read: dict[str, Any] = {}
    faults: Faults = {}
    for field in page.fields:
        if field.kind is FieldKind.COMPUTED or not known.holds(field.when):
            continue
        try:
            read[field.key] = _read_field(field, typed.get(field.key), known)
        except UnreadableError as unreadable:
            read[field.key] = typed.get(field.key)
            faults[field.key] = [unreadable.args[0]]
        known.learn({field.key: read[field.key]})
    for field in page.fields:
        if field.key not in faults and read.get(field.key) is not None:
            failed = _failed_checks(field, known)
            faults.update({field.key: failed} if failed else {})
    return read, faults


def _failed_checks(field: Field, known: _Known) -> list[str]:
    return [
        Phrase(check.message.vi, english=check.message.en)
        for check in field.checks
        if not known.holds(check.rule)
    ]


def _read_field(field: Field, value: Any, known: _Known) -> Any:
    if value is None or value == "" or value == []:
        if known.holds(field.required):
            raise UnreadableError(Phrase(_MISSING.get(field.kind, _MISSING_ANY)))
        return None
    return _READERS[field.kind](field, value)


def _line(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError(Phrase(N_("Câu trả lời phải là chữ.")))
    return _within(field, clean(value))


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError(Phrase(N_("Câu trả lời phải là chữ.")))
    lines = nfc(value).replace("\r\n", "\n").split("\n")
    return _within(field, "\n".join(clean(line) for line in lines).strip())


def _within(field: Field, text: str) -> str:
    if len(text) > field.max_length:
        message = N_("Nội dung quá dài; tối đa {most} ký tự.")
        raise UnreadableError(Phrase(message, most=field.max_length))
    if not text:
        raise UnreadableError(Phrase(_MISSING_ANY))
    return text


def _name(field: Field, value: Any) -> str:
    name = _line(field, value)
    if not all(char.isalpha() or char in " '’.-" for char in name):
        message = N_("Họ tên chỉ gồm chữ cái và khoảng trắng.")
        raise UnreadableError(Phrase(message))
    return name


def _date(field: Field, value: Any) -> str:
    text = clean(str(value))
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
        else:
            parts = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text)
            parts = parts or re.fullmatch(r"(\d{2})(\d{2})(\d{4})", text)
            if parts is None:
                raise ValueError
            day = date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        message = N_("Ngày phải viết theo dạng ngày/tháng/năm, ví dụ 27/03/2026.")
        raise UnreadableError(Phrase(message)) from None
    if not 1850 <= day.year <= 2150:
        raise UnreadableError(Phrase(N_("Năm không hợp lý. Hãy kiểm tra lại.")))
    return day.isoformat()


def _choice(field: Field, value: Any) -> str:
    if value not in [choice.value for choice in field.choices]:
        raise UnreadableError(Phrase(N_("Hãy chọn một trong các câu trả lời.")))
    return str(value)


def _yes_no(field: Field, value: Any) -> bool:
    known = {True: True, False: False, "yes": True, "no": False}
    if not isinstance(value, bool | str) or value not in known:
        raise UnreadableError(Phrase(N_("Hãy chọn Có hoặc Không.")))
    return known[value]


def _number(field: Field, value: Any) -> int:
    text = clean(str(value))
    # A point or a space parts thousands; anywhere else it may mean a fraction.
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+|-?[0-9]{1,3}( [0-9]{3})+", text):
        text = re.sub(r"[. ]", "", text)
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise UnreadableError(Phrase(N_("Hãy nhập một số nguyên, chỉ gồm chữ số.")))
    number = int(text)
    if field.minimum is not None and number < field.minimum:
        least = grouped(field.minimum)
        raise UnreadableError(Phrase(N_("Số nhỏ nhất là {least}."), least=least))
    if field.maximum is not None and number > field.maximum:
        most = grouped(field.maximum)
        raise UnreadableError(Phrase(N_("Số lớn nhất là {most}."), most=most))
    return number


def _personal_number(field: Field, value: Any) -> str:
    digits = re.sub(r"[ .\-]", "", clean(str(value)))
    if not re.fullmatch(r"0[0-9]{11}", digits):
        message = N_("Số định danh cá nhân (CCCD) gồm 12 chữ số, bắt đầu bằng số 0.")
        raise UnreadableError(Phrase(message))
    return digits


def _phone(field: Field, value: Any) -> str:
    digits = re.sub(r"[ .\-()]", "", clean(str(value)))
    digits = re.sub(r"^(\+84|0084)", "0", digits)
    if not re.fullmatch(r"0[0-9]{9,10}", digits):
        message = N_("Số điện thoại gồm 10 chữ số, ví dụ 0912 345 678.")
        raise UnreadableError(Phrase(message))
    return digits


def _email(field: Field, value: Any) -> str:
    text = _line(field, value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
        raise UnreadableError(Phrase(N_("Địa chỉ thư điện tử có dạng ten@vidu.vn.")))
    return text


def read_files(field: Field, value: Any) -> list[str]:
    """Read the ids of attached files.

    :raises UnreadableError: if one is no id, or there are too many.
    """
    names = value if isinstance(value, list) else [value]
    try:
        ids = [str(UUID(str(name))) for name in names]
    except ValueError:
        raise UnreadableError(Phrase(N_("Không tìm thấy tệp đã tải lên."))) from None
    if len(ids) > (field.maximum or 5):
        message = N_("Chỉ đính kèm tối đa {most} tệp.")
        raise UnreadableError(Phrase(message, most=field.maximum or 5))
    return ids


_MISSING_ANY = N_("Hãy trả lời câu hỏi này.")
_MISSING = {
    FieldKind.FILES: N_("Hãy đính kèm tệp."),
    FieldKind.CHOICE: N_("Hãy chọn một câu trả lời."),
    FieldKind.YES_NO: N_("Hãy chọn Có hoặc Không."),
    FieldKind.DATE: N_("Hãy nhập ngày, ví dụ 27/03/2026."),
}

_READERS: dict[FieldKind, Callable[[Field, Any], Any]] = {
    FieldKind.TEXT: _line,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NAME: _name,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.NUMBER: _number,
    FieldKind.PERSONAL_NUMBER: _personal_number,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
    FieldKind.FILES: read_files,
}
