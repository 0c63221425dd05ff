"""Write down who was refused what: in the log, and in the journal for things."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotAllowed, NotFound, Refused, TooManyCalls
from tinhso.security.actions.calls import count_call
from tinhso.security.types import SecondFactorNeeded, SignInFailed

LOG = logging.getLogger("tinhso.security")
# What may be somebody who tries what is not theirs.
TOLD = (NotAllowed, NotFound, TooManyCalls, SignInFailed, SecondFactorNeeded)
# Beyond it a refusal stands in the log only: nobody fills the journal by trying.
MOST_JOURNALED, WINDOW = 100, timedelta(hours=1)


def note_refusal(
    *,
    refusal: Refused,
    place: str,
    thing_id: UUID | None,
    address: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down that a door refused somebody, unless such refusals are daily work.

    place: the name of the page or call. thing_id: what it was asked for. address: of
    the network; it stands in the log only.
    """
    is_gone = isinstance(refusal, NotFound) and (thing_id is None or actor.id is None)
    if not isinstance(refusal, TOLD) or is_gone:
        return
    LOG.warning(
        "refused %s: %s of %s, account %s, from %s",
        *(refusal.code, place, thing_id, actor.id, address),
    )
    if thing_id and actor.id and isinstance(refusal, NotAllowed | NotFound):
        _journal(refusal, place, thing_id, actor, at)


def _journal(
    refusal: Refused, place: str, thing_id: UUID, actor: Actor, at: datetime
) -> None:
    try:
        count_call(
            what="refused",
            who=str(actor.id),
            most=MOST_JOURNALED,
            window=WINDOW,
            at=at,
        )
    except TooManyCalls:
        return
    audit.write(
        "security.refuse",
        subject="security.Refusal",
        subject_id=thing_id,
        actor=actor,
        at=at,
        details={"place": place, "refusal": refusal.code},
    )
