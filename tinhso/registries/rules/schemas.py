"""What the JSON Schema of a register says of its fields, and whether values fit it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from json import dumps, loads
from typing import Any

import fastjsonschema
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from tinhso.kernel.errors import N_, Phrase
from tinhso.places.types import ShapeKind
from tinhso.registries.types import (
    Choice,
    Fault,
    Field,
    FieldKind,
    Openness,
    Register,
    Values,
)

Schema = Mapping[str, Any]

_KINDS = {
    "string": FieldKind.TEXT,
    "integer": FieldKind.WHOLE,
    "number": FieldKind.REAL,
    "boolean": FieldKind.YES_NO,
}
_FORMATS = {"date": FieldKind.DAY, "date-time": FieldKind.MOMENT}

_TYPES = {
    "string": N_("Ô này phải là chữ."),
    "integer": N_("Ô này phải là số nguyên."),
    "number": N_("Ô này phải là số."),
    "boolean": N_("Ô này phải là có hoặc không."),
}
_FORMAT_WORDS = {
    "date": N_("Ô này phải là ngày, như 05/09/2026."),
    "date-time": N_("Ô này phải là ngày và giờ, như 05/09/2026 14:30."),
}
MISSING = N_("Thiếu thông tin bắt buộc.")
UNKNOWN = N_("Sổ này không có trường “{name}”.")
NOT_CHOICE = N_("Giá trị không có trong danh sách được chọn.")
WRONG_FORM = N_("Giá trị không đúng mẫu quy định.")
TOO_SMALL = N_("Giá trị nhỏ nhất là {least}.")
TOO_LARGE = N_("Giá trị lớn nhất là {most}.")
TOO_SHORT = N_("Cần ít nhất {least} ký tự.")
TOO_LONG = N_("Tối đa {most} ký tự.")
_BOUNDS = {
    "minimum": (TOO_SMALL, "least"),
    "exclusiveMinimum": (N_("Giá trị phải lớn hơn {least}."), "least"),
    "maximum": (TOO_LARGE, "most"),
    "exclusiveMaximum": (N_("Giá trị phải nhỏ hơn {most}."), "most"),
    "minLength": (TOO_SHORT, "least"),
    "maxLength": (TOO_LONG, "most"),
}


def register_of(body: Schema, *, names: Sequence[str], version: int) -> Register:
    """Read a declaration that fits its schema; names: of its fields, in order."""
    shape = body.get("shape", {})
    found = fields_of(body["schema"])
    return Register(
        key=body["key"],
        vi=body["title"]["vi"],
        en=body["title"]["en"],
        about_vi=body["about"]["vi"],
        about_en=body["about"]["en"],
        source=body["source"],
        owner=body["owner"],
        owner_name="",
        organization_id=None,
        openness=Openness(body["openness"]),
        needs_approval=body.get("approval", True),
        identifier=body["identifier"],
        label=body["label"],
        place=body.get("place", ""),
        shape=ShapeKind(shape["kind"]) if shape else None,
        is_shape_required=shape.get("required", False),
        fields=tuple(sorted(found, key=lambda one: names.index(one.name))),
        schema=body["schema"],
        version=version,
    )


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Read the fields of a schema, in its order."""
    required = set(schema.get("required", ()))
    return tuple(
        _field(name, about, name in required)
        for name, about in schema["properties"].items()
    )


def _field(name: str, about: Schema, is_required: bool) -> Field:
    return Field(
        name=name,
        kind=_FORMATS.get(about.get("format", ""), _KINDS[about["type"]]),
        vi=about["title"],
        en=about["x-en"],
        is_required=is_required,
        is_personal=about.get("x-personal", False),
        is_retired=about.get("x-retired", False),
        unit=about.get("x-unit", ""),
        refers_to=about.get("x-refers-to", ""),
        choices=tuple(_choices(about)),
    )


def _choices(about: Schema) -> Iterator[Choice]:
    words = about.get("x-choices", {})
    for value in about.get("enum", ()):
        named = words.get(value, {"vi": value, "en": value})
        yield Choice(value, named["vi"], named["en"])


def faults_of(schema: Schema, values: Values) -> tuple[Fault, ...]:
    """Say what is wrong with values, field by field; nothing for most.

    >>> form = {"type": "object", "properties": {"beds": {"type": "integer"}}}
    >>> [(fault.field, str(fault.reason)) for fault in faults_of(form, {"beds": "x"})]
    [('beds', 'Ô này phải là số nguyên.')]
    """
    return checker(schema)(values)


def checker(schema: Schema) -> Callable[[Values], tuple[Fault, ...]]:
    """Make the check of one schema, to be asked for many records."""
    check, validator = _compiled(dumps(schema, sort_keys=True))

    def faults(values: Values) -> tuple[Fault, ...]:
        try:
            check(values)
        except fastjsonschema.JsonSchemaException:
            return tuple(_fault(error) for error in validator.iter_errors(values))
        return ()

    return faults


@lru_cache(maxsize=64)
def _compiled(written: str) -> tuple[Callable[[Values], object], Draft7Validator]:
    """Prepare a schema: a quick check that says yes or no, a slow one that says why.

    The words a register may use (`schema/register.json`) mean the same in all drafts.
    """
    schema = {**loads(written), "additionalProperties": False}
    quick = fastjsonschema.compile(schema, use_default=False)
    return quick, Draft7Validator(schema, format_checker=FormatChecker())


def _fault(error: ValidationError) -> Fault:
    field = str(error.absolute_path[0]) if error.absolute_path else ""
    word = str(error.validator)
    if word == "required":
        # One error for each; only its words say which.
        return Fault(error.message.split("'")[1], Phrase(MISSING))
    if word == "additionalProperties":
        about: Any = error.schema
        values: Any = error.instance
        names = ", ".join(sorted(set(values) - set(about["properties"])))
        return Fault("", Phrase(UNKNOWN, name=names))
    return Fault(field, _reason(word, error.validator_value))


def _reason(word: str, value: Any) -> Phrase:
    if word in _BOUNDS:
        text, name = _BOUNDS[word]
        return Phrase(text, **{name: value})
    simple = {
        "type": _TYPES.get(str(value), WRONG_FORM),
        "format": _FORMAT_WORDS.get(str(value), WRONG_FORM),
        "enum": NOT_CHOICE,
    }
    return Phrase(simple.get(word, WRONG_FORM))
