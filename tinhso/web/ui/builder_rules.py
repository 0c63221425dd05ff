"""Simple conditions of forms and procedures: asked in words, written as JSON Logic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.errors import N_, Phrase
from tinhso.procedures.types import Field, FieldKind
from tinhso.web.ui.builder_asks import (
    About,
    Ask,
    Option,
    Value,
    Words,
    WrongError,
    as_json,
    as_text,
    read_json,
    set_part,
)
from tinhso.web.ui.phrases import said

RULE = "rule"
# Which days a question takes, beside any: the operator from the day to today.
DAY_BOUNDS: Mapping[str, tuple[str, Words, Value]] = {
    "from_today": (
        ">=",
        gettext_lazy("Từ hôm nay trở đi"),
        {
            "vi": "Ngày này không được ở trước hôm nay.",
            "en": "This day cannot be before today.",
        },
    ),
    "until_today": (
        "<=",
        gettext_lazy("Đến hết hôm nay"),
        {
            "vi": "Ngày này không được ở sau hôm nay.",
            "en": "This day cannot be after today.",
        },
    ),
}
CHECKS_HINT = format_lazy(
    "{words} {example}",
    words=gettext_lazy("Dành cho kỹ sư. Ví dụ"),
    example='[{"rule": {">": [{"var": "n"}, 2]}, "message": {"vi": "…", "en": "…"}}]',
)
NOT_CHOSEN = N_(
    "Muốn dùng quy tắc này, hãy chọn “Theo quy tắc viết dưới đây” ở trên. Muốn bỏ, hãy"
    " xóa ô này."
)
HINT = format_lazy(
    "{words} {example}",
    words=gettext_lazy(
        "Chỉ khi chọn “Theo quy tắc viết dưới đây”. Viết bằng JSON Logic, ví dụ"
    ),
    example='{"==": [{"var": "request"}, "again"]}',
)


def rule(
    name: str,
    label: Words,
    usual: Words,
    *,
    rule_label: Words,
    constants: Mapping[str, Words] | None = None,
) -> tuple[Ask, Ask]:
    """Ask when something holds: always, if one answer is given, or by a rule.

    usual: what it means that nothing is said; constants: other answers, such as never.
    """
    fixed = constants or {}

    def options(about: About) -> Sequence[Option]:
        return _options(about, usual, fixed)

    def show(value: Value, about: About) -> str:
        return condition_of(value.get(name, True), about, fixed)

    def take(value: Value, typed: str, about: About) -> None:
        if typed not in {option["value"] for option in options(about)}:
            raise WrongError(Phrase(N_("Hãy chọn một mục trong danh sách.")))
        chosen = RULE if typed == RULE else _logic(typed, about) if typed else None
        set_part(value, name, chosen)

    choice = Ask(name, label, show, take, "select", options=options)
    return choice, _written(name, rule_label, choice)


def _written(name: str, label: Words, choice: Ask) -> Ask:
    """Ask for the rule itself, which counts where the choice says so."""

    def show(value: Value, about: About) -> str:
        return as_text(value[name]) if choice.show(value, about) == RULE else ""

    def take(value: Value, typed: str, about: About) -> None:
        if value.get(name) == RULE:
            value[name] = read_json(typed, dict)
        elif typed.strip():
            raise WrongError(Phrase(NOT_CHOSEN))

    group = gettext_lazy("Quy tắc riêng")
    rule_name = f"{name}_rule"
    return Ask(rule_name, label, show, take, "textarea", HINT, True, group=group)


def day_bound(name: str, label: Words, **more: Any) -> Ask:
    """Ask whether a day may be before or after today; kept as one of the checks."""

    def options(_about: About) -> Sequence[Option]:
        named = [(key, words) for key, (_, words, _) in DAY_BOUNDS.items()]
        every = [("", gettext("Ngày nào cũng được")), *named]
        return [{"value": key, "label": str(words)} for key, words in every]

    def show(value: Value, _about: About) -> str:
        held = value.get(name, ())
        return next((key for key in DAY_BOUNDS if _check(key, value) in held), "")

    def take(value: Value, typed: str, _about: About) -> None:
        if not typed:
            return
        if typed not in DAY_BOUNDS or value.get("kind") != "date":
            raise WrongError(Phrase(N_("Chỉ chọn mục này cho câu hỏi loại Ngày.")))
        if _check(typed, value) not in value.get(name, ()):
            value[name] = [*value.get(name, ()), _check(typed, value)]

    return Ask("day_bound", label, show, take, "select", options=options, **more)


def other_checks(name: str, label: Words, **more: Any) -> Ask:
    """Ask for the checks that are no bound of a day, as JSON."""
    plain = as_json(name, label, list, hint=CHECKS_HINT, **more)

    def show(value: Value, about: About) -> str:
        bounds = [_check(key, value) for key in DAY_BOUNDS]
        others = [check for check in value.get(name, ()) if check not in bounds]
        return plain.show({name: others} if others else {}, about)  # type: ignore[return-value]

    return replace(plain, show=show)


def _check(bound: str, field: Value) -> Value:
    operator, _, message = DAY_BOUNDS[bound]
    day, today = {"var": field.get("key", "")}, {"var": "today"}
    return {"rule": {operator: [day, today]}, "message": message}


def _options(
    about: About, usual: Words, constants: Mapping[str, Words]
) -> Sequence[Option]:
    fixed = [{"value": key, "label": str(text)} for key, text in constants.items()]
    own = {"value": RULE, "label": gettext("Theo quy tắc viết dưới đây")}
    return [{"value": "", "label": str(usual)}, *fixed, *conditions(about), own]


def conditions(about: About) -> list[Option]:
    """List what a simple condition can say: each question with each of its answers."""
    if about.form is None:
        return []
    return [
        {"value": f"{f.key}={value}", "label": f"{said(f.label)}: {label}"}
        for f in about.form.fields()
        for value, label in _answers(f)
    ]


def condition_of(rule: Any, about: About, constants: Mapping[str, Words]) -> str:
    """Read a rule back as a simple condition: `status=single`; else `rule`."""
    if rule is True:
        return ""
    if rule is False and "no" in constants:
        return "no"
    known = {o["value"] for o in conditions(about)}
    match rule:
        case {"var": str(path)}:
            simple = f"{path.removeprefix(about.prefix)}=yes"
        case {"==": [{"var": str(path)}, bool(answer)]}:
            word = "yes" if answer else "no"
            simple = f"{path.removeprefix(about.prefix)}={word}"
        case {"==": [{"var": str(path)}, answer]}:
            simple = f"{path.removeprefix(about.prefix)}={answer}"
        case _:
            return RULE
    return simple if simple in known else RULE


def _logic(condition: str, about: About) -> Any:
    key, equals, answer = condition.partition("=")
    if not equals:
        return condition != "no"
    var = {"var": f"{about.prefix}{key}"}
    fields = {f.key: f for f in about.form.fields()} if about.form else {}
    if fields[key].kind is FieldKind.YES_NO:
        return var if answer == "yes" else {"==": [var, False]}
    return {"==": [var, answer]}


def _answers(field: Field) -> list[tuple[str, str]]:
    if field.kind is FieldKind.YES_NO:
        return [("yes", gettext("Có")), ("no", gettext("Không"))]
    return [(choice.value, said(choice.label)) for choice in field.choices]
