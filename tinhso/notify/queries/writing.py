"""Read at once what a message is written from; reactions write many, hence by hand."""

import json
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.notify.models import ChannelSettingsRow, MessageTemplateRow
from tinhso.notify.queries.messages import template_from
from tinhso.notify.queries.settings import settings_from, usual
from tinhso.notify.types import (
    ChannelSettings,
    MessageTemplate,
    MessageTemplateNotFound,
)

TEMPLATE = [field.attname for field in MessageTemplateRow._meta.concrete_fields]
SETTINGS = [field.attname for field in ChannelSettingsRow._meta.concrete_fields]
JSON = frozenset(
    field.attname
    for model in (MessageTemplateRow, ChannelSettingsRow)
    for field in model._meta.concrete_fields
    if field.get_internal_type() == "JSONField"
)
READ = f"""
SELECT {", ".join(f'wording."{name}"' for name in TEMPLATE)},
    {", ".join(f'chosen."{name}"' for name in SETTINGS)}
FROM {MessageTemplateRow._meta.db_table} wording
LEFT JOIN {ChannelSettingsRow._meta.db_table} chosen ON chosen.person_id = %(person)s
WHERE wording.key = %(key)s ORDER BY wording.number DESC LIMIT 1
"""  # noqa: S608 - the names are our own


def to_write(*, key: str, person_id: UUID) -> tuple[MessageTemplate, ChannelSettings]:
    """Find the newest version of a wording, and how a person wants to be reached.

    :raises MessageTemplateNotFound: if there is no such wording.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ, {"key": key, "person": person_id})
        found = cursor.fetchone()
    if found is None:
        raise MessageTemplateNotFound(key=key)
    wording = _row(TEMPLATE, found[: len(TEMPLATE)])
    chosen = _row(SETTINGS, found[len(TEMPLATE) :])
    template = template_from(MessageTemplateRow(**wording))
    if chosen["person_id"] is None:
        return template, usual(person_id)
    return template, settings_from(ChannelSettingsRow(**chosen))


def _row(names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in JSON and isinstance(value, str) else value
        for name, value in zip(names, values, strict=True)
    }
