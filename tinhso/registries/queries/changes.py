"""What was, or shall be, changed in registers, line by line."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.errors import Phrase
from tinhso.registries.models import ChangeRow, LineRow, VersionRow
from tinhso.registries.queries.checking import CheckedLine
from tinhso.registries.queries.declared import known_register
from tinhso.registries.types import (
    Change,
    ChangeState,
    ChangeUnknown,
    Fault,
    Line,
    LineKind,
    ProposedLine,
    Register,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

CHUNK = 5_000


def get_change(*, change_id: UUID, on: date, actor: Actor) -> tuple[Register, Change]:
    """Read a change and the register it is for.

    on: today.

    :raises ChangeUnknown: if there is none, or the asker keeps another register.
    """
    row = ChangeRow.objects.filter(pk=change_id).first()
    if row is None:
        raise ChangeUnknown
    register = known_register(key=row.register_id, on=on)
    if not _may_see(register, actor):
        raise ChangeUnknown
    return register, change_of(row)


def changes(*, key: str, on: date, actor: Actor, most: int = 50) -> tuple[Change, ...]:
    """List the latest changes of a register, the newest first; none to strangers.

    on: today.

    :raises RegisterUnknown: if there is no such register.
    """
    register = known_register(key=key, on=on)
    if not _may_see(register, actor):
        return ()
    rows = ChangeRow.objects.filter(register=key).order_by("-id")
    return tuple(change_of(row) for row in rows[:most])


def to_decide(*, on: date, actor: Actor) -> tuple[Change, ...]:
    """List the changes that somebody may decide, the oldest first."""
    rows = ChangeRow.objects.filter(state=ChangeState.PROPOSED).order_by("id")
    return tuple(
        change_of(row)
        for row in rows
        if row.proposer_id != actor.id
        and security.may(
            actor=actor,
            deed=Deed.APPROVE_RECORDS,
            thing=known_register(key=row.register_id, on=on),
        )
    )


def lines(
    *,
    change_id: UUID,
    on: date,
    actor: Actor,
    only_wrong: bool = False,
    after: int = 0,
    most: int = 50,
) -> tuple[ProposedLine, ...]:
    """List lines of a change, wrong ones only if told, those after a number.

    :raises ChangeUnknown: if there is none, or the asker keeps another register.
    """
    get_change(change_id=change_id, on=on, actor=actor)
    rows = LineRow.objects.filter(change=change_id, number__gt=after)
    if only_wrong:
        rows = rows.exclude(faults=[])
    found = list(rows.order_by("number")[:most])
    based = {row.based_on for row in found if row.based_on}
    before = dict(VersionRow.objects.filter(pk__in=based).values_list("id", "values"))
    return tuple(
        ProposedLine(
            number=row.number,
            identifier=row.identifier,
            kind=LineKind(row.kind),
            values=row.values,
            shape=row.shape,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            faults=tuple(faults_of(row.faults)),
            before=before.get(row.based_on) if row.based_on else None,
        )
        for row in found
    )


def waiting_lines(change_id: UUID) -> Iterator[list[tuple[Line, UUID | None]]]:
    """Walk through the sound lines of a change, with what each stands on."""
    last = 0
    rows = LineRow.objects.filter(change=change_id, faults=[]).order_by("number")
    while some := list(rows.filter(number__gt=last)[:CHUNK]):
        yield [(_line(row), row.based_on) for row in some]
        last = some[-1].number


def _line(row: LineRow) -> Line:
    return Line(
        number=row.number,
        values=row.values,
        shape=row.shape,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ends=row.kind == LineKind.END,
    )


def faults_of(written: Iterable[Sequence[object]]) -> Iterator[Fault]:
    """Read faults as `written_faults` wrote them."""
    for field, source, params in written:
        assert isinstance(params, dict)  # noqa: S101 - our own writing
        yield Fault(str(field), Phrase(str(source), **_days(params)))


def written_faults(line: CheckedLine) -> list[list[object]]:
    """Write the faults of a line as JSON, to be said in any language."""
    return [
        [fault.field, fault.reason.source, _plain(fault.reason.params)]
        for fault in line.faults
    ]


def _plain(params: dict[str, object]) -> dict[str, object]:
    return {
        name: {"day": one.isoformat()} if isinstance(one, date) else one
        for name, one in params.items()
    }


def _days(params: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(one["day"]) if isinstance(one, dict) else one
        for name, one in params.items()
    }


def change_of(row: ChangeRow) -> Change:
    """Show a row as the change it keeps."""
    return Change(
        id=row.id,
        register=row.register_id,
        state=ChangeState(row.state),
        source=row.source,
        file_name=row.file_name,
        register_version=row.register_version,
        proposed_by=row.proposed_by,
        proposer_id=row.proposer_id,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        count_added=row.count_added,
        count_changed=row.count_changed,
        count_ended=row.count_ended,
        count_same=row.count_same,
        faults=row.faults,
        is_synthetic=row.is_synthetic,
    )


def _may_see(register: Register, actor: Actor) -> bool:
    if actor.kind is ActorKind.SYSTEM:
        return True
    return security.may(actor=actor, deed=Deed.READ_RECORDS, thing=register)
