"""Tell who has read what a register says of a person."""

from datetime import date

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import queries as audit
from tinhso.registries.models import RecordRow
from tinhso.registries.queries.declared import known_register, sees_personal
from tinhso.registries.types import READ_RECORD, RecordReading
from tinhso.security import queries as security

MOST_READINGS = 200


def readings_of(
    *, key: str, identifier: str, on: date, actor: Actor
) -> tuple[RecordReading, ...]:
    """List who read a record that tells of a person, the newest first.

    on: today. For the officers of its owner; others are answered nothing.

    :raises RegisterUnknown: if there is no such register.
    """
    if not sees_personal(known_register(key=key, on=on), actor):
        return ()
    ids = RecordRow.objects.filter(register=key, identifier=identifier)
    entries = audit.entries_about(
        subject_ids=list(ids.values_list("id", flat=True)),
        deeds=[READ_RECORD],
        most=MOST_READINGS,
    )
    names = security.names_of(account_ids={e.actor_id for e in entries if e.actor_id})
    return tuple(
        RecordReading(one.at, names.get(one.actor_id, "") if one.actor_id else "")
        for one in entries
    )
