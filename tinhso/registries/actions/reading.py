"""Let officers read what registers say of people; each read is journaled.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: who processes personal data says so.
"""

from datetime import date, datetime

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.registries.queries.declared import get_register, sees_personal
from tinhso.registries.queries.records import get_record
from tinhso.registries.queries.sheets import as_workbook
from tinhso.registries.types import (
    EXPORT_RECORDS,
    READ_RECORD,
    Record,
    Wanted,
    journal_id,
)


def export_records(*, key: str, wanted: Wanted, actor: Actor, at: datetime) -> bytes:
    """Write the records that are wanted as a workbook; journal it if it names people.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    :raises TooManyRecords: if one workbook cannot hold them.
    """
    content, count = as_workbook(key=key, wanted=wanted, actor=actor)
    if _shows_personal(key, wanted.on, actor):
        audit.write(
            EXPORT_RECORDS,
            subject="registries.Register",
            subject_id=journal_id(key),
            actor=actor,
            at=at,
            details={"register": key, "rows": count},
        )
    return content


def _shows_personal(key: str, on: date, actor: Actor) -> bool:
    register = get_register(key=key, on=on, actor=actor)
    return register.has_personal and sees_personal(register, actor)


def open_record(
    *,
    key: str,
    identifier: str,
    on: date,
    actor: Actor,
    at: datetime,
    known_at: datetime | None = None,
) -> Record:
    """Read a record as `get_record` does; journal it if it shows what is personal.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    :raises RecordUnknown: if it says nothing of such a thing on that day.
    """
    found = get_record(
        key=key, identifier=identifier, on=on, actor=actor, known_at=known_at
    )
    if _shows_personal(key, on, actor):
        audit.write(
            READ_RECORD,
            subject="registries.Record",
            subject_id=found.id,
            actor=actor,
            at=at,
            details={"register": key, "on": on.isoformat()},
        )
    return found
