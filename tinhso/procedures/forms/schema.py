"""Write a form as JSON Schema, for the machines that fill it in."""

from typing import Any

from tinhso.procedures.types.forms import Field, FieldKind, Form, FormPage

_TYPES: dict[FieldKind, dict[str, Any]] = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.LONG_TEXT: {"type": "string"},
    FieldKind.NAME: {"type": "string"},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.CHOICE: {"type": "string"},
    FieldKind.YES_NO: {"type": "boolean"},
    FieldKind.NUMBER: {"type": "integer"},
    FieldKind.PERSONAL_NUMBER: {"type": "string", "pattern": "^0[0-9]{11}$"},
    FieldKind.PHONE: {"type": "string", "pattern": "^0[0-9]{9,10}$"},
    FieldKind.EMAIL: {"type": "string", "format": "email"},
    FieldKind.FILES: {
        "type": "array",
        "items": {"type": "string", "format": "uuid"},
    },
    FieldKind.COMPUTED: {"readOnly": True},
}


def json_schema(form: Form) -> dict[str, Any]:
    """Describe the answers of a form (JSON Schema 2020-12).

    Only what is required without a condition stands under `required`; conditions
    are kept as `x-when` and `x-required`, rules of JSON Logic.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    for page in form.pages():
        if page.repeats:
            properties[page.key] = _group(page)
            continue
        properties.update({field.key: _field(field) for field in page.fields})
        required += _required(page)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:tinhso:form:{form.key}:{form.number}",
        "title": form.title.vi,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _group(page: FormPage) -> dict[str, Any]:
    return {
        "title": page.title.vi,
        "type": "array",
        "maxItems": page.repeats,
        "items": {
            "type": "object",
            "properties": {field.key: _field(field) for field in page.fields},
            "required": [f.key for f in page.fields if _always(f)],
            "additionalProperties": False,
        },
    }


def _required(page: FormPage) -> list[str]:
    if page.when is not True:
        return []
    return [field.key for field in page.fields if _always(field)]


def _always(field: Field) -> bool:
    return (
        field.required is True
        and field.when is True
        and field.kind is not FieldKind.COMPUTED
    )


def _field(field: Field) -> dict[str, Any]:
    schema = {"title": field.label.vi, **_TYPES[field.kind]}
    if field.choices:
        schema["enum"] = [choice.value for choice in field.choices]
    if field.kind in {FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.NAME}:
        schema["maxLength"] = field.max_length
    if field.kind is FieldKind.NUMBER:
        bounds = {"minimum": field.minimum, "maximum": field.maximum}
        schema |= {key: bound for key, bound in bounds.items() if bound is not None}
    if field.when is not True:
        schema["x-when"] = field.when
    if not isinstance(field.required, bool):
        schema["x-required"] = field.required
    return schema
