"""Change registers: lines are checked, handed in, decided by another, then written."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.registries.actions.writing import Writing
from tinhso.registries.models import ChangeRow, LineRow, RegisterRow, VersionRow
from tinhso.registries.providers.copying import Aside, aside
from tinhso.registries.queries.changes import (
    change_of,
    waiting_lines,
    written_faults,
)
from tinhso.registries.queries.checking import BATCH, Check, CheckedLine
from tinhso.registries.queries.declared import known_register
from tinhso.registries.types import (
    Change,
    ChangeEmpty,
    ChangeHasFaults,
    ChangeMovedOn,
    ChangeState,
    ChangeUnknown,
    Line,
    LineKind,
    OwnChange,
    ReasonMissing,
    RecordMovedOn,
    RecordsChanged,
    Register,
    SourceMissing,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

COLUMNS = (
    *("change_id", "number", "identifier", "kind", "values", "shape"),
    *("valid_from", "valid_to", "faults", "cells", "based_on"),
)
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
NEW_LINES = f"COPY {LineRow._meta.db_table} ({QUOTED}) FROM STDIN"
# Cells of a line as a workbook had them, by the number of the line.
Cells = dict[int, list[object]]


def draft_change(
    *,
    key: str,
    lines: Iterable[Line],
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
    file_name: str = "",
    sha256: str = "",
    columns: Sequence[str] = (),
    cells: Cells | None = None,
) -> Change:
    """Check lines for a register and keep them, the wrong ones with their reasons.

    source: where they come from, in words. on: from when lines hold that do not say.
    columns, cells: of the workbook they came in, so that it can go back.

    :raises RegisterUnknown: if there is no such register.
    :raises NotAllowed: if the actor does not keep it.
    :raises SourceMissing: if it says nothing of its source.
    """
    with transaction.atomic():
        register = _kept_by(key, actor, at)
        row = _new_change(register, source, actor, at)
        row.file_name, row.sha256 = clean(file_name)[:255], sha256
        row.columns = list(columns)
        row.save()
        check = Check(register, on, local(at).date())
        with aside() as copying:
            for checked in _checked(check, _batches(lines), copying):
                _count(row, checked)
                _keep(row, checked, cells or {}, copying)
        row.save()
        _audit("draft_change", row, actor, at)
    return change_of(row)


def hand_in_change(
    *, change_id: UUID, actor: Actor, at: datetime, without_wrong: bool = False
) -> Change:
    """Hand a change in to be decided; where nobody need decide, it is written at once.

    without_wrong: the wrong lines stay behind on purpose, and are kept.

    :raises ChangeUnknown, NotAllowed: if there is none that the actor drafted.
    :raises ChangeMovedOn: if it was handed in or withdrawn before.
    :raises ChangeHasFaults: if lines are wrong, unless they shall stay behind.
    :raises ChangeEmpty: if it would change nothing.
    """
    with _changing(change_id, at, ChangeState.DRAFT) as (row, register):
        _require_keeper(register, actor)
        if row.faults and not without_wrong:
            raise ChangeHasFaults(faults=row.faults)
        if not row.count_added + row.count_changed + row.count_ended:
            raise ChangeEmpty
        row.state, row.proposed_at = ChangeState.PROPOSED, at
        _audit("hand_in_change", row, actor, at)
        if not register.needs_approval:
            _write(row, register, actor, at)
        row.save()
    return change_of(row)


def approve_change(*, change_id: UUID, actor: Actor, at: datetime) -> Change:
    """Write the sound lines of a change into its register, all or none.

    :raises ChangeUnknown, NotAllowed: if there is none that the actor may decide.
    :raises ChangeMovedOn: if it does not wait to be decided.
    :raises OwnChange: if the actor proposed it.
    :raises RecordMovedOn: if a record was changed since; `identifier` says which.
    :raises ChangeHasFaults: if lines became wrong meanwhile.
    """
    with _changing(change_id, at, ChangeState.PROPOSED) as (row, register):
        _require_decider(row, register, actor)
        row.decider_id, row.decided_by = actor.id, actor.name
        _write(row, register, actor, at)
        row.save()
    return change_of(row)


def reject_change(
    *, change_id: UUID, reason: str, actor: Actor, at: datetime
) -> Change:
    """Send a change back with a reason; the register stays as it is.

    :raises ChangeUnknown, NotAllowed: if there is none that the actor may decide.
    :raises ChangeMovedOn: if it does not wait to be decided.
    :raises OwnChange: if the actor proposed it.
    :raises ReasonMissing: if it gives none.
    """
    with _changing(change_id, at, ChangeState.PROPOSED) as (row, register):
        _require_decider(row, register, actor)
        if not clean(reason):
            raise ReasonMissing({"reason": [ReasonMissing.message]})
        row.state, row.reason = ChangeState.REJECTED, clean(reason)[:500]
        row.decider_id, row.decided_by, row.decided_at = actor.id, actor.name, at
        row.save()
        _audit("reject_change", row, actor, at)
    return change_of(row)


def withdraw_change(*, change_id: UUID, actor: Actor, at: datetime) -> Change:
    """Take a change back that was not decided yet.

    :raises ChangeUnknown, NotAllowed: if there is none that the actor may take back.
    :raises ChangeMovedOn: if it was decided.
    """
    open_states = (ChangeState.DRAFT, ChangeState.PROPOSED)
    with _changing(change_id, at, *open_states) as (row, register):
        _require_keeper(register, actor)
        row.state, row.decided_at = ChangeState.WITHDRAWN, at
        row.save()
        _audit("withdraw_change", row, actor, at)
    return change_of(row)


def load_records(
    *,
    key: str,
    lines: Iterable[Line],
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
    is_synthetic: bool = False,
) -> Change:
    """Write the sound lines of a large source at once, and keep the wrong ones.

    For operators: nobody else has to approve.

    :raises RegisterUnknown: if there is no such register.
    :raises NotAllowed: if the actor is not the platform's operator.
    :raises SourceMissing: if it says nothing of its source.
    """
    with transaction.atomic():
        register = _kept_by(key, actor, at)
        security.require(actor=actor, deed=Deed.APPROVE_RECORDS, thing=register)
        _lock(key)
        row = _new_change(register, source, actor, at)
        row.is_synthetic = row.is_synthetic or is_synthetic
        row.state, row.decided_at = ChangeState.APPLIED, at
        row.save()
        is_first = not VersionRow.objects.filter(register=key).exists()
        check = Check(register, on, local(at).date(), is_first=is_first)
        with aside() as copying:
            writing = Writing(register, row, at, copying)
            for checked in _checked(check, _batches(lines), copying):
                _count(row, checked)
                writing.write([line for line in checked if not line.faults])
                _keep(row, [line for line in checked if line.faults], {}, copying)
        row.save()
        _tell(row, actor, at)
    return change_of(row)


def _kept_by(key: str, actor: Actor, at: datetime) -> Register:
    register = known_register(key=key, on=local(at).date())
    _require_keeper(register, actor)
    return register


def _require_keeper(register: Register, actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)


def _require_decider(row: ChangeRow, register: Register, actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.APPROVE_RECORDS, thing=register)
    if actor.kind is not ActorKind.SYSTEM and actor.id == row.proposer_id:
        raise OwnChange


def _new_change(
    register: Register, source: str, actor: Actor, at: datetime
) -> ChangeRow:
    if not clean(source):
        raise SourceMissing({"source": [SourceMissing.message]})
    return ChangeRow(
        register_id=register.key,
        register_version=register.version,
        state=ChangeState.DRAFT,
        source=clean(source)[:300],
        proposer_id=actor.id,
        proposed_by=actor.name,
        proposed_at=at,
        is_synthetic=actor.is_synthetic,
    )


@contextmanager
def _changing(
    change_id: UUID, at: datetime, *states: ChangeState
) -> Iterator[tuple[ChangeRow, Register]]:
    """Lock a change that is in one of some states, in a transaction."""
    with transaction.atomic():
        row = ChangeRow.objects.select_for_update().filter(pk=change_id).first()
        if row is None:
            raise ChangeUnknown
        if row.state not in states:
            raise ChangeMovedOn
        yield row, known_register(key=row.register_id, on=local(at).date())


def _write(row: ChangeRow, register: Register, actor: Actor, at: datetime) -> None:
    """Write the lines that wait, if each still stands on what it was compared with."""
    _lock(register.key)
    today = local(at).date()
    # As when they were drafted, lines do not look at what others of them wrote.
    check = Check(register, today, today, besides=row.pk)
    stand_on: dict[int, UUID | None] = {}
    with aside() as copying:
        writing = Writing(register, row, at, copying)
        for checked in _checked(check, _waiting(row.pk, stand_on), copying):
            _refuse_moved(checked, stand_on)
            writing.write(checked)
    row.state, row.decided_at = ChangeState.APPLIED, at
    # What is written stands in the register; what was wrong stays until it is mended.
    LineRow.objects.filter(change=row, faults=[]).delete()
    _tell(row, actor, at)


def _waiting(
    change_id: UUID, stand_on: dict[int, UUID | None]
) -> Iterator[Sequence[Line]]:
    """Walk through the lines that wait, and keep on what each stands."""
    for some in waiting_lines(change_id):
        stand_on.update({line.number: version for line, version in some})
        yield [line for line, _ in some]


def _refuse_moved(
    lines: Sequence[CheckedLine], stand_on: dict[int, UUID | None]
) -> None:
    for line in lines:
        if line.based_on != stand_on.pop(line.number):
            raise RecordMovedOn(identifier=line.identifier)
    wrong = sum(1 for line in lines if line.faults)
    if wrong:
        raise ChangeHasFaults(faults=wrong)


def _lock(key: str) -> None:
    """Let one at a time write into a register."""
    RegisterRow.objects.select_for_update().get(pk=key)


def _tell(row: ChangeRow, actor: Actor, at: datetime) -> None:
    _audit("apply_change", row, actor, at)
    event = RecordsChanged(
        subject_id=row.pk,
        register=row.register_id,
        added=row.count_added,
        changed=row.count_changed,
        ended=row.count_ended,
    )
    events.record(event, actor=actor, at=at)


def _audit(deed: str, row: ChangeRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"registries.{deed}",
        subject="registries.Change",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={
            "register": row.register_id,
            "version": row.register_version,
            "added": row.count_added,
            "changed": row.count_changed,
            "ended": row.count_ended,
            "faults": row.faults,
            "sha256": row.sha256,
        },
    )


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while some := list(islice(source, BATCH)):
        yield some


def _count(row: ChangeRow, lines: Sequence[CheckedLine]) -> None:
    counts = Counter(line.kind for line in lines if not line.faults)
    row.count_added += counts[LineKind.ADD]
    row.count_changed += counts[LineKind.CHANGE]
    row.count_ended += counts[LineKind.END]
    row.count_same += counts[LineKind.SAME]
    row.faults += len(lines) - counts.total()


def _checked(
    check: Check, batches: Iterable[Sequence[Line]], copying: Aside
) -> Iterator[list[CheckedLine]]:
    """Check lines some thousand at a time, while those before go into the database."""
    for some in batches:
        if check.meets_last(some):
            copying.settle()
        asked = check.ask(some)
        copying.go()
        yield check.judge(some, asked)


def _keep(
    row: ChangeRow, lines: Sequence[CheckedLine], cells: Cells, copying: Aside
) -> None:
    copying.put(
        NEW_LINES,
        (
            (
                *(row.pk, line.number, line.identifier, line.kind.value),
                *(_json(line.values), _json(line.shape) if line.shape else None),
                *(line.first, line.until, _json(written_faults(line))),
                *(_json(cells.get(line.number, [])), line.based_on),
            )
            for line in lines
        ),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
