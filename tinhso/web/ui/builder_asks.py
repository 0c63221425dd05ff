"""What the builder asks about a part of a content, and how what was typed is read."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.text import clean, nfc
from tinhso.procedures.types import Form
from tinhso.web.ui.questions import read_day

MEGABYTE = 2**20
Words = str | Promise
Option = dict[str, str]
# A part of a content as it is edited: a mapping of the pack's own names.
Value = dict[str, Any]


class WrongError(ValueError):
    """What was typed cannot be read; args[0] says why."""


@dataclass(frozen=True, slots=True)
class About:
    """What stands around the part: its form, what to choose from, the names taken.

    prefix: of the names that rules read, `answers.` in a procedure.
    """

    form: Form | None = None
    prefix: str = ""
    lists: Mapping[str, Sequence[Option]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """One input: how it shows a value, and how it takes what was typed into it.

    fits: the kinds of answer it belongs to, where it does not belong to all.
    """

    name: str
    label: Words
    show: Callable[[Value, About], str | list[str]]
    take: Callable[[Value, Any, About], None]
    kind: str = "text"
    hint: Words = ""
    optional: bool = False
    options: Callable[[About], Sequence[Option]] = lambda about: ()
    group: Words = ""
    fits: tuple[str, ...] = ()


def questions(
    asks: Sequence[Ask], value: Value, typed: QueryDict | None, wrong: Mapping[str, str]
) -> Callable[[About], list[dict[str, Any]]]:
    """Show inputs with a value, or with what was typed, and what is wrong with it."""

    def shown(ask: Ask, about: About) -> str | list[str]:
        if typed is None or ask.name not in {*typed, *_unticked(ask)}:
            return ask.show(value, about)
        if ask.kind == "checkbox":
            return [str(one) for one in typed.getlist(ask.name)]
        return typed.get(ask.name, "")

    return lambda about: [
        {
            "name": ask.name,
            "kind": ask.kind,
            "label": str(ask.label),
            "hint": str(ask.hint),
            "error": wrong.get(ask.name, ""),
            "value": shown(ask, about),
            "options": list(ask.options(about)),
            "optional": ask.optional,
            "group": str(ask.group),
            "fits": " ".join(ask.fits),
        }
        for ask in asks
    ]


def read(
    asks: Sequence[Ask], value: Mapping[str, Any], typed: QueryDict, about: About
) -> Value:
    """Read what was typed into a copy of a value; parts nobody asked about stay.

    :raises Invalid: with the message of each input that cannot be read.
    """
    copy = json.loads(json.dumps(value))
    faults: dict[str, list[str]] = {}
    for ask in asks:
        many = ask.kind == "checkbox"
        given = typed.getlist(ask.name) if many else typed.get(ask.name, "")
        try:
            ask.take(copy, given, about)
        except WrongError as wrong:
            faults[ask.name] = [wrong.args[0]]
    if faults:
        raise Invalid(faults)
    return dict(copy)


def text(
    name: str, label: Words, *, kind: str = "text", hint: Words = "", **more: Any
) -> Ask:
    """Ask for a text; it must be given unless `optional`."""
    optional = more.get("optional", False)

    def take(value: Value, typed: str, _about: About) -> None:
        written = clean(typed) if kind == "text" else nfc(typed).strip()
        set_part(value, name, written, needed=not optional)

    return Ask(name, label, lambda v, _: str(v.get(name, "")), take, kind, hint, **more)


def both(name: str, label: Words, *, hint: Words = "", **more: Any) -> tuple[Ask, Ask]:
    """Ask for a text in both languages; without English the Vietnamese stands."""
    optional, group = more.get("optional", False), more.get("group", "")
    kind = more.get("kind", "text")

    def take_vi(value: Value, typed: str, _about: About) -> None:
        written = clean(typed)
        known = value.get(name) or {"vi": "", "en": ""}
        same = known["en"] == known["vi"]
        set_part(value, name, written, needed=not optional)
        if written:
            value[name] = {"vi": written, "en": written if same else known["en"]}

    def take_en(value: Value, typed: str, _about: About) -> None:
        if name in value and isinstance(value[name], dict):
            value[name]["en"] = clean(typed) or value[name]["vi"]

    def show_en(value: Value, _about: About) -> str:
        known = value.get(name) or {"vi": "", "en": ""}
        return "" if known["en"] == known["vi"] else str(known["en"])

    english = format_lazy(gettext_lazy("{label} bằng tiếng Anh"), label=label)
    return (
        Ask(
            f"{name}_vi",
            label,
            lambda v, _: str((v.get(name) or {}).get("vi", "")),
            take_vi,
            kind,
            hint,
            optional,
            group=group,
        ),
        Ask(f"{name}_en", english, show_en, take_en, kind, "", True, group=group),
    )


def number(name: str, label: Words, *, least: int = 0, **more: Any) -> Ask:
    """Ask for a whole number; thousands may be parted."""
    optional = more.get("optional", False)

    def take(value: Value, typed: str, _about: About) -> None:
        digits = re.sub(r"[ .]", "", clean(typed))
        if not digits and optional:
            value.pop(name, None)
            return
        if not re.fullmatch(r"[0-9]{1,12}", digits):
            raise WrongError(Phrase(N_("Hãy nhập một số nguyên.")))
        if int(digits) < least:
            raise WrongError(Phrase(N_("Số nhỏ nhất là {least}."), least=least))
        value[name] = int(digits)

    return Ask(name, label, lambda v, _: str(v.get(name, "")), take, "number", **more)


def megabytes(name: str, label: Words, **more: Any) -> Ask:
    """Ask for a size in MB, kept in bytes; one that is no whole number stays so."""

    def take(value: Value, typed: str, about: About) -> None:
        written = clean(typed).replace(",", ".")
        if not written:
            value.pop(name, None)
            return
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", written) or not float(
            written
        ):
            raise WrongError(Phrase(N_("Hãy nhập số MB, ví dụ 10 hoặc 2,5.")))
        if written != show(value, about).replace(",", "."):
            value[name] = round(float(written) * MEGABYTE)

    def show(value: Value, _about: About) -> str:
        known = value.get(name)
        return f"{round(known / MEGABYTE, 2):g}".replace(".", ",") if known else ""

    return Ask(name, label, show, take, "number", optional=True, **more)


def day(name: str, label: Words, **more: Any) -> Ask:
    """Ask for a day, as `1/7/2026`."""
    optional = more.get("optional", False)

    def show(value: Value, _about: About) -> str:
        known = read_day(str(value.get(name, "")))
        return f"{known:%d/%m/%Y}" if known else ""

    def take(value: Value, typed: str, _about: About) -> None:
        read_one = read_day(typed)
        if not typed.strip() and optional:
            value.pop(name, None)
            return
        if read_one is None:
            raise WrongError(Phrase(N_("Hãy nhập ngày, ví dụ 1/7/2026.")))
        value[name] = read_one.isoformat()

    return Ask(name, label, show, take, "date", **more)


def one_of(
    name: str,
    label: Words,
    options: Callable[[About], Sequence[Option]],
    **more: Any,
) -> Ask:
    """Ask to choose one from a list."""
    optional = more.get("optional", False)

    def listed(about: About) -> Sequence[Option]:
        return [{"value": "", "label": gettext("Hãy chọn")}, *options(about)]

    def take(value: Value, typed: str, about: About) -> None:
        if typed and typed not in {o["value"] for o in options(about)}:
            raise WrongError(Phrase(N_("Hãy chọn một mục trong danh sách.")))
        set_part(value, name, typed, needed=not optional)

    def show(value: Value, _about: About) -> str:
        return str(value.get(name, ""))

    return Ask(name, label, show, take, "select", options=listed, **more)


def many_of(
    name: str, label: Words, options: Callable[[About], Sequence[Option]], **more: Any
) -> Ask:
    """Ask to tick any of a list."""
    optional = more.get("optional", False)

    def take(value: Value, typed: list[str], about: About) -> None:
        ticked = [o["value"] for o in options(about) if o["value"] in typed]
        if not ticked and not optional:
            raise WrongError(Phrase(N_("Hãy chọn ít nhất một mục.")))
        value[name] = ticked
        if not ticked:
            del value[name]

    def show(value: Value, _about: About) -> list[str]:
        return list(value.get(name, ()))

    return Ask(name, label, show, take, "checkbox", options=options, **more)


def flag(name: str, label: Words, option: Words, **more: Any) -> Ask:
    """Ask to tick one thing."""

    def take(value: Value, typed: list[str], _about: About) -> None:
        value[name] = True
        if not typed:
            del value[name]

    return Ask(
        name,
        label,
        lambda v, _: ["1"] if v.get(name) else [],
        take,
        "checkbox",
        options=lambda _: [{"value": "1", "label": str(option)}],
        optional=True,
        **more,
    )


def lines(name: str, label: Words, **more: Any) -> Ask:
    """Ask for texts, one a line."""

    def take(value: Value, typed: str, _about: About) -> None:
        value[name] = [clean(line) for line in typed.splitlines() if clean(line)]
        if not value[name]:
            del value[name]

    def show(value: Value, _about: About) -> str:
        return "\n".join(value.get(name, ()))

    return Ask(name, label, show, take, "textarea", optional=True, **more)


def as_json(name: str, label: Words, sort: type, **more: Any) -> Ask:
    """Ask for JSON that only few need; sort: what it must be, a list or a mapping."""

    def take(value: Value, typed: str, _about: About) -> None:
        set_part(value, name, read_json(typed, sort) if typed.strip() else None)

    def show(value: Value, _about: About) -> str:
        return as_text(value[name]) if name in value else ""

    return Ask(name, label, show, take, "textarea", optional=True, **more)


def read_json(typed: str, sort: type) -> Any:
    """Read JSON as it was typed.

    :raises WrongError: if it is none, or of another sort.
    """
    try:
        found = json.loads(typed)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        message = N_(
            "Không đọc được JSON, dòng {line}. Hãy xem lại dấu ngoặc, dấu phẩy."
        )
        raise WrongError(Phrase(message, line=line)) from None
    if not isinstance(found, sort):
        raise WrongError(Phrase(N_("JSON này không đúng loại cần ở đây.")))
    return found


def _unticked(ask: Ask) -> set[str]:
    """Name an input that browsers leave out where nothing is ticked."""
    return {ask.name} if ask.kind == "checkbox" else set()


def as_text(value: Any) -> str:
    """Write JSON for people to edit."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def set_part(value: Value, name: str, new: Any, *, needed: bool = False) -> None:
    """Set a part, or take it away for nothing.

    :raises WrongError: if it is needed and nothing was typed.
    """
    if needed and not new:
        raise WrongError(Phrase(N_("Hãy nhập mục này.")))
    if new is None or new == "":
        value.pop(name, None)
    else:
        value[name] = new
