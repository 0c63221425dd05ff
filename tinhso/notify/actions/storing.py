"""Put a message down in one statement: inbox, ways out, and the journal's entry.

Reactions write many of them, and each step of its own would cost a round trip.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.ids import new_id
from tinhso.notify.models import DeliveryRow, MessageRow
from tinhso.notify.rules.wording import Written
from tinhso.notify.types import DeliveryState, MessageTemplate

# A key that is there already leaves all three parts empty.
STORE = f"""
WITH message AS (
    INSERT INTO {MessageRow._meta.db_table} (id, person_id, template_id, subject, body,
        short, zalo, ways, subject_id, dedupe_key, created_at)
    VALUES (%(id)s, %(person_id)s, %(template_id)s, %(subject)s, %(body)s, %(short)s,
        %(zalo)s, %(ways)s, %(subject_id)s, %(dedupe_key)s, %(at)s)
    ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING id
), delivery AS (
    INSERT INTO {DeliveryRow._meta.db_table} (id, message_id, channel, state, attempts,
        last_error, next_attempt_at, since)
    SELECT one.id, message.id, one.channel, one.state, 0, '', %(at)s,
        CASE WHEN one.state = '{DeliveryState.QUEUED}' THEN %(at)s::timestamptz END
    FROM message, jsonb_to_recordset(%(deliveries)s::jsonb)
        AS one (id uuid, channel text, state text)
), ENTRY
SELECT id FROM message
"""  # noqa: S608 - the names are our own


@dataclass(frozen=True, slots=True)
class Queued:
    """A way out, as it begins."""

    id: UUID
    channel: str
    state: DeliveryState


def store(
    *,
    person_id: UUID,
    template: MessageTemplate,
    text: Written,
    ways: Sequence[str],
    queued: Sequence[Queued],
    subject_id: UUID | None,
    dedupe_key: str,
    actor: Actor,
    at: datetime,
) -> UUID | None:
    """Store a message; None if one of that key is there."""
    message_id = new_id()
    entry, noted = audit.writing(
        "entry",
        "notify.send_message",
        subject="notify.Message",
        subject_id=message_id,
        actor=actor,
        at=at,
        details={"template": template.key, "version": template.version},
        added="FROM message",
    )
    values = {
        **noted,
        "id": message_id,
        "person_id": person_id,
        "template_id": template.id,
        "subject": json.dumps(text.subject),
        "body": json.dumps(text.body),
        "short": json.dumps(text.short),
        "zalo": json.dumps(text.zalo) if text.zalo else None,
        "ways": json.dumps(list(ways)),
        "deliveries": json.dumps(
            [
                {"id": str(one.id), "channel": one.channel, "state": one.state}
                for one in queued
            ]
        ),
        "subject_id": subject_id,
        "dedupe_key": dedupe_key,
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE.replace("ENTRY", entry), values)
        return message_id if cursor.fetchone() else None
