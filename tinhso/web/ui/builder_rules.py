"""Simple conditions of forms and procedures: asked in words, written as JSON Logic."""

from collections.abc import Mapping, Sequence
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
    as_text,
    read_json,
    set_part,
)
from tinhso.web.ui.phrases import said

RULE = "rule"
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
