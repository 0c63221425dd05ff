"""Accept what agencies report, or send it back with a reason."""

from datetime import datetime
from uuid import UUID

from tinhso.indicators.actions.returning import locked, note, reason_of, told
from tinhso.indicators.models import ReturnRow
from tinhso.indicators.queries.returns import place_of, return_of
from tinhso.indicators.types import (
    Bureau,
    Return,
    ReturnAccepted,
    ReturnLine,
    ReturnRemarkKind,
    ReturnSentBack,
    ReturnState,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.security import queries as security
from tinhso.security.types import Deed


def accept_return(
    *, key: str, period: str, agency_id: UUID, actor: Actor, at: datetime
) -> Return:
    """Accept a return: it counts from now on, in the place of the version before.

    :raises ReturnUnknown, NotAllowed: if the actor does not accept it.
    :raises ReturnMovedOn: if it was not sent, or somebody decided before.
    """
    line = _place(key, period, agency_id, actor, at)
    with locked(line, ReturnState.SENT) as row:
        _replace_before(row)
        row.state = ReturnState.ACCEPTED
        _decide(row, ReturnRemarkKind.ACCEPTED, "", actor, at)
        note("accept_return", row, actor, at)
        accepted = ReturnAccepted(
            subject_id=row.id,
            agency_id=row.agency_id,
            indicator=row.indicator,
            period=row.period,
        )
        events.record(accepted, actor=actor, at=at)
    return return_of(_place(key, period, agency_id, actor, at))


def send_return_back(
    *,
    key: str,
    period: str,
    agency_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Return:
    """Send a return back; its agency reads the reason and sends it again.

    :raises ReturnUnknown, NotAllowed: if the actor does not accept it.
    :raises ReturnMovedOn: if it was not sent, or somebody decided before.
    :raises ReturnReasonNeeded: if nothing says why.
    """
    line = _place(key, period, agency_id, actor, at)
    with locked(line, ReturnState.SENT) as row:
        why = reason_of(reason)
        row.state = ReturnState.SENT_BACK
        _decide(row, ReturnRemarkKind.SENT_BACK, why, actor, at)
        note("send_return_back", row, actor, at)
        back = ReturnSentBack(
            subject_id=row.id,
            agency_id=row.agency_id,
            indicator=row.indicator,
            period=row.period,
            reason=why,
        )
        events.record(back, actor=actor, at=at)
    return return_of(_place(key, period, agency_id, actor, at))


def _place(
    key: str, period: str, agency_id: UUID, actor: Actor, at: datetime
) -> ReturnLine:
    on = local(at).date()
    line = place_of(key=key, period=period, agency_id=agency_id, actor=actor, on=on)
    security.require(
        actor=actor, deed=Deed.APPROVE_RETURN, thing=Bureau(line.approver_id)
    )
    return line


def _replace_before(row: ReturnRow) -> None:
    """Let the version that counted so far count no more; it stays."""
    ReturnRow.objects.filter(
        indicator=row.indicator,
        period=row.period,
        agency_id=row.agency_id,
        state=ReturnState.ACCEPTED,
    ).update(state=ReturnState.REPLACED)


def _decide(
    row: ReturnRow, kind: ReturnRemarkKind, text: str, actor: Actor, at: datetime
) -> None:
    row.decided_by, row.decided_at = actor.name[:200], at
    row.save()
    told(row, kind, text, actor, at)
