"""Change one record as somebody types it into a form."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.registries.actions.changes import draft_change, hand_in_change
from tinhso.registries.queries.checking import Check
from tinhso.registries.queries.declared import get_register
from tinhso.registries.rules import sheets
from tinhso.registries.rules.sheets import Head
from tinhso.registries.types import (
    Change,
    Fault,
    Line,
    RecordWrong,
    Register,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def propose_record(
    *,
    key: str,
    typed: Mapping[str, str],
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> Change:
    """Hand in what somebody typed about one record, to be decided as any change is.

    typed: by the name of the field, as a workbook would have it; `longitude`,
    `latitude`, `shape`, `valid_from`, `valid_to` and `ends`, too.

    :raises RegisterUnknown, NotAllowed: if the actor keeps no such register.
    :raises RecordWrong: naming what is wrong, field by field.
    :raises SourceMissing: if it says nothing of its source.
    :raises ChangeEmpty: if it would change nothing.
    """
    register = get_register(key=key, on=local(at).date(), actor=actor)
    security.require(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)
    line = _line(register, typed)
    with transaction.atomic():
        [checked] = Check(register, on, local(at).date()).lines([line])
        if checked.faults:
            raise _wrong(checked.faults)
        change = draft_change(
            key=key, lines=[line], source=source, on=on, actor=actor, at=at
        )
        return hand_in_change(change_id=change.id, actor=actor, at=at)


def _line(register: Register, typed: Mapping[str, str]) -> Line:
    columns = sheets.columns_of(register)
    head = Head(0, dict(enumerate(columns)))
    row = [typed.get(column.name, "") for column in columns]
    return sheets.line_of(register, head, row, number=1)


def _wrong(faults: tuple[Fault, ...]) -> RecordWrong:
    fields: dict[str, list[Phrase]] = {}
    for fault in faults:
        fields.setdefault(fault.field, []).append(fault.reason)
    return RecordWrong(fields)
