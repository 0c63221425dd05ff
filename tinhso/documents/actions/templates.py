"""Take templates from packs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from jsonschema import Draft202012Validator, SchemaError

from tinhso.documents.actions.rendering import printed
from tinhso.documents.models import TemplateVersion
from tinhso.documents.providers.typesetter import TemplateBrokenError
from tinhso.documents.types import TEMPLATE_SCHEMA, TextNotPrintable
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Kind

_ANY_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # the date inside an example's PDF


def publish_template(content: Content, actor: Actor, at: datetime) -> None:
    """Keep a new version of a template; documents made before keep theirs."""
    body = content.body
    with transaction.atomic():
        row = TemplateVersion.objects.create(
            key=content.key,
            number=content.version,
            title=body["title"],
            kind=body["kind"],
            text=content.attachments["source_file"],
            data_schema=body["data_schema"],
            source=body["source"],
            valid_from=date.fromisoformat(body["valid_from"]),
            digest=content.digest,
            published_at=at,
        )
        audit.write(
            "documents.publish_template",
            subject="documents.Template",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"key": row.key, "version": row.number},
        )


def check_template(content: Content) -> dict[str, str]:
    """Try a template with its example; answer {field: what is wrong}."""
    wrong = _schema_faults(content.body["data_schema"], content.body["example"])
    text = content.attachments.get("source_file")
    return wrong or ({} if text is None else _compile_faults(text, content.body))


TEMPLATES = Kind(
    name="templates",
    pattern="templates/*.yaml",
    schema=TEMPLATE_SCHEMA,
    apply=publish_template,
    check=check_template,
)


def _schema_faults(
    schema: Mapping[str, Any], example: Mapping[str, Any]
) -> dict[str, str]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return {"data_schema": error.message}
    errors = Draft202012Validator(schema).iter_errors(example)
    return {
        ".".join(["example", *map(str, error.absolute_path)]): error.message
        for error in errors
    }


def _compile_faults(text: str, body: Mapping[str, Any]) -> dict[str, str]:
    example = {"number": "01/TEST", "title": body["title"]["vi"], "synthetic": True}
    try:
        printed(text=text, data=body["example"], document=example, at=_ANY_DAY)
    except TemplateBrokenError as error:
        return {"source_file": str(error)}
    except TextNotPrintable as error:
        return {"example": str(error)}
    return {}
