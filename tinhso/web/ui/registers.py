"""Registers as people read them: fields with their meaning, days, what was changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.text import fraction, grouped
from tinhso.places import queries as places
from tinhso.places.types import ShapeKind
from tinhso.registries.types import (
    Change,
    ChangeState,
    Field,
    FieldKind,
    LineKind,
    Openness,
    ProposedLine,
    Record,
    Register,
)
from tinhso.web.ui import maps
from tinhso.web.ui.phrases import language, say
from tinhso.web.ui.questions import read_day

# The columns of a list: what people know a record by, and a few things of it.
SHOWN_FIELDS = 5
NOT_A_DAY = N_("Hãy nhập ngày, ví dụ 27/03/2026.")
OPENNESS = {
    Openness.EVERYBODY: gettext_lazy("ai cũng xem được"),
    Openness.OFFICERS: gettext_lazy("cán bộ xem được"),
    Openness.OWNER: gettext_lazy("chỉ cơ quan quản lý xem được"),
}
STATES = {
    ChangeState.DRAFT: (gettext_lazy("bản nháp"), ""),
    ChangeState.PROPOSED: (gettext_lazy("chờ duyệt"), "warn"),
    ChangeState.APPLIED: (gettext_lazy("đã ghi vào sổ"), "good"),
    ChangeState.REJECTED: (gettext_lazy("không duyệt"), "bad"),
    ChangeState.WITHDRAWN: (gettext_lazy("đã rút"), ""),
}
KINDS = {
    LineKind.ADD: gettext_lazy("thêm"),
    LineKind.CHANGE: gettext_lazy("đổi"),
    LineKind.END: gettext_lazy("kết thúc"),
    LineKind.SAME: gettext_lazy("như cũ"),
}
# What a line says besides its fields.
OF_LINES = {
    "shape": gettext_lazy("Vị trí"),
    "longitude": gettext_lazy("Kinh độ"),
    "latitude": gettext_lazy("Vĩ độ"),
    "valid_from": gettext_lazy("Có hiệu lực từ"),
    "valid_to": gettext_lazy("Hết hiệu lực từ"),
    "ends": gettext_lazy("Không còn nữa"),
}


def day_asked(text: str, *, field: str, today: date) -> date:
    """Read a day that somebody typed; today if they typed none.

    :raises Invalid: naming the field, if it is no day.
    """
    if not text.strip():
        return today
    found = read_day(text)
    if found is None:
        raise Invalid({field: [Phrase(NOT_A_DAY)]})
    return found


def title(register: Register) -> str:
    """Call a register in the reader's language."""
    return register.en if language() == "en" else register.vi


def about(register: Register) -> str:
    """Say what a register holds."""
    return register.about_en if language() == "en" else register.about_vi


def field_title(field: Field) -> str:
    """Call a field, with its unit."""
    name = field.en if language() == "en" else field.vi
    return f"{name} ({field.unit})" if field.unit else name


def shown(field: Field, value: object, units: Mapping[str, str]) -> str:
    """Write a value as people read it; units: names by code."""
    if value is None:
        return ""
    if field.choices:
        return say(field.meaning(value))
    if field.refers_to == "units":
        name = units.get(str(value), "")
        return f"{name} ({value})" if name else str(value)
    return _plain(field.kind, value)


def _plain(kind: FieldKind, value: object) -> str:
    if kind is FieldKind.YES_NO:
        return gettext("có") if value else gettext("không")
    if kind is FieldKind.DAY:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    if kind is FieldKind.MOMENT:
        moment = datetime.fromisoformat(str(value)).astimezone(VIETNAM)
        return f"{moment:%H:%M %d/%m/%Y}"
    if kind is FieldKind.WHOLE:
        return grouped(int(str(value)))
    if kind is FieldKind.REAL:
        return fraction(float(str(value)))
    return str(value)


def typed(register: Register, record: Record) -> dict[str, str]:
    """Write a record as somebody would type it into the form."""
    found = {
        field.name: _as_typed(field, record.values[field.name])
        for field in register.fields
        if field.name in record.values
    }
    if record.shape is not None and register.shape is ShapeKind.POINT:
        longitude, latitude = record.shape["coordinates"][:2]
        found |= {"longitude": _number(longitude), "latitude": _number(latitude)}
    elif record.shape is not None:
        found["shape"] = json.dumps(record.shape)
    return found


def _as_typed(field: Field, value: object) -> str:
    if field.kind is FieldKind.YES_NO:
        return "có" if value else "không"
    if field.kind in (FieldKind.WHOLE, FieldKind.REAL):
        return _number(value)
    return _plain(field.kind, value)


def _number(value: object) -> str:
    """Write a number whole and with a comma, as it can be read again."""
    return str(value).replace(".", ",")


def questions(
    register: Register, typed: Mapping[str, str], errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Ask for each field of a register, with what was typed and what is wrong."""
    asked = [
        _question(field, typed, errors)
        for field in register.fields
        if not field.is_retired
    ]
    names = []
    if register.shape is ShapeKind.POINT:
        names = ["longitude", "latitude"]
    elif register.shape is not None:
        names = ["shape"]
    for name in (*names, "valid_from", "ends"):
        asked.append(_own_question(name, typed, errors))
    return asked


def _question(
    field: Field, typed: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    options = [{"value": "", "label": "–"}]
    if field.kind is FieldKind.YES_NO:
        options += [{"value": "có", "label": gettext("có")}]
        options += [{"value": "không", "label": gettext("không")}]
    options += [
        {"value": one.value, "label": say(Phrase(one.vi, english=one.en))}
        for one in field.choices
    ]
    kinds = {FieldKind.DAY: "date", FieldKind.WHOLE: "number"}
    return {
        "name": field.name,
        "label": field_title(field),
        "kind": "select" if len(options) > 1 else kinds.get(field.kind, "text"),
        "options": options,
        "value": typed.get(field.name, ""),
        "error": errors.get(field.name, ""),
        "optional": not field.is_required,
    }


def _own_question(
    name: str, typed: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    choices = [{"value": "", "label": "–"}, {"value": "có", "label": gettext("có")}]
    kinds = {"valid_from": "date", "ends": "select", "shape": "textarea"}
    stands_for = {"longitude": "shape"}
    return {
        "name": name,
        "label": str(OF_LINES[name]),
        "kind": kinds.get(name, "text"),
        "options": choices,
        "value": typed.get(name, ""),
        # What is wrong with a place stands beside the first of its parts.
        "error": errors.get(name) or errors.get(stands_for.get(name, ""), ""),
        "optional": name != "valid_from",
    }


def columns(register: Register, hidden: set[str]) -> list[Field]:
    """Choose the fields that a list shows, the first ones that all may see."""
    names = (register.identifier, register.label)
    rest = [
        field
        for field in register.fields
        if field.name not in (*names, *hidden) and not field.is_retired
    ]
    return rest[: SHOWN_FIELDS - 2]


def rows(
    register: Register,
    records: Sequence[Record],
    fields: Sequence[Field],
    units: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Write records as the rows of a list; made-up ones are told from others there."""
    is_mixed = len({record.is_synthetic for record in records}) > 1
    return [
        {
            "href": href(record),
            "label": record.label or record.identifier,
            "identifier": record.identifier,
            "cells": [
                {
                    "text": shown(field, record.values.get(field.name), units),
                    "numeric": field.kind in (FieldKind.WHOLE, FieldKind.REAL),
                }
                for field in fields
            ],
            "is_synthetic": record.is_synthetic and is_mixed,
        }
        for record in records
    ]


def facts(
    register: Register, record: Record, units: Mapping[str, str]
) -> list[dict[str, str]]:
    """Write the fields of a record, those it says nothing of left out."""
    return [
        {
            "label": field_title(field),
            "value": shown(field, record.values[field.name], units),
        }
        for field in register.fields
        if field.name in record.values
    ]


def changes_between(
    register: Register,
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any],
    units: Mapping[str, str],
) -> list[dict[str, str]]:
    """Say which fields differ, what they said and what they say."""
    old = before or {}
    return [
        {
            "field": field_title(field),
            "before": shown(field, old.get(field.name), units),
            "now": shown(field, now.get(field.name), units),
        }
        for field in register.fields
        if old.get(field.name) != now.get(field.name)
    ]


def href(record: Record) -> str:
    """Lead to the page of a record."""
    return reverse("record", args=[record.register, record.identifier])


def unit_names(on: date) -> dict[str, str]:
    """Name the communes of a day by code."""
    return {unit.code: unit.name for unit in places.units(on=on)}


def map_of(
    records: Sequence[Record],
    *,
    on: date,
    names: Mapping[str, str],
    is_close: bool = False,
) -> maps.Drawn | None:
    """Draw records upon the communes of a day; None if none has a place."""
    things = [
        maps.Thing(
            record.shape,
            record.label or record.identifier,
            href(record),
            record.is_synthetic,
        )
        for record in records
        if record.shape is not None
    ]
    behind = places.small_outlines(on=on)
    # One thing alone, with nothing around it, is no map.
    if not things or (is_close and not behind):
        return None
    around = [record.unit_code for record in records] if is_close else []
    return maps.draw(things, behind=behind, names=names, around=around)


def state(change: Change) -> dict[str, str]:
    """Say how far a change has come."""
    text, tone = STATES[change.state]
    return {"text": str(text), "tone": tone}


def lines(
    register: Register, found: Sequence[ProposedLine], units: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Write lines of a change: what they do, and what is wrong with them."""
    return [
        {
            "number": line.number,
            "identifier": line.identifier,
            "label": line.values.get(register.label, ""),
            "kind": str(KINDS[line.kind]),
            "changes": changes_between(register, line.before, line.values, units),
            "from": line.valid_from,
            "faults": [
                {"field": _named(register, one.field), "reason": say(one.reason)}
                for one in line.faults
            ],
        }
        for line in found
    ]


def _named(register: Register, name: str) -> str:
    if name in OF_LINES:
        return str(OF_LINES[name])
    known = [one for one in register.fields if one.name == name]
    return field_title(known[0]) if known else ""
