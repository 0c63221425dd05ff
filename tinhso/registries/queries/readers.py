"""Tell who has read what a register says of a person."""

from datetime import date

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import queries as audit
from tinhso.registries.models import VersionRow
from tinhso.registries.queries.declared import known_register, sees_personal
from tinhso.registries.types import (
    EXPORT_RECORDS,
    READ_RECORD,
    RecordReading,
    journal_id,
)
from tinhso.security import queries as security

MOST_READINGS = 200


def readings_of(
    *, key: str, identifier: str, on: date, actor: Actor
) -> tuple[RecordReading, ...]:
    """List who read a record that tells of a person, the newest first.

    Lists that left count, too, since the record was there. on: today. For the officers
    of its owner; others are answered nothing.

    :raises RegisterUnknown: if there is no such register.
    """
    if not sees_personal(known_register(key=key, on=on), actor):
        return ()
    first = VersionRow.objects.filter(
        record__register=key, record__identifier=identifier
    ).order_by("recorded_at")
    known = first.values_list("record_id", "recorded_at").first()
    if known is None:
        return ()
    record_id, since = known
    entries = audit.entries_about(
        subject_ids=[record_id, journal_id(key)],
        deeds=[READ_RECORD, EXPORT_RECORDS],
        most=MOST_READINGS,
    )
    names = security.names_of(account_ids={e.actor_id for e in entries if e.actor_id})
    return tuple(
        RecordReading(
            one.at,
            names.get(one.actor_id, "") if one.actor_id else "",
            one.deed == EXPORT_RECORDS,
        )
        for one in entries
        if one.at >= since
    )
