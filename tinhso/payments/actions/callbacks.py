"""Take what a gateway tells: each callback is kept, each payment entered once."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.payments.actions.arriving import Arrival, take
from tinhso.payments.actions.locking import note
from tinhso.payments.models import CallbackRow
from tinhso.payments.providers import Gateway
from tinhso.payments.types import (
    CallbackContradicts,
    CallbackUnreadable,
    Method,
    SignatureWrong,
    Taken,
    Told,
    Verdict,
)

REFUSALS: Mapping[Verdict, type[Refused]] = {
    Verdict.SIGNATURE_WRONG: SignatureWrong,
    Verdict.UNREADABLE: CallbackUnreadable,
    Verdict.CONTRADICTS: CallbackContradicts,
}
# What the account of the ledger is called that holds what a gateway owes us.
DETAIL = "gateway"


def take_callback(*, raw: str, actor: Actor, at: datetime) -> Taken:
    """Take a callback as it came, the part of the address behind `?`.

    It is kept with a verdict and noted in the journal before it is refused. One that
    comes again, whenever, changes nothing. Money that fits no bill waits for a person.

    :raises GatewayOff: if there is no gateway.
    :raises SignatureWrong: if it is not the gateway's, or was changed.
    :raises CallbackUnreadable: if it lacks what is needed, or is meant for another.
    :raises CallbackContradicts: if the transaction came before with another amount.
    """
    told, verdict = _read(raw)
    with transaction.atomic():
        taken = _take(told, actor, at) if told else Taken(verdict)
        row = _keep(raw, told, taken, at)
        note(
            "take_callback",
            subject="Callback",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"verdict": taken.verdict, "digest": row.digest},
        )
    # Only now: a refusal inside would undo what was kept.
    refusal = REFUSALS.get(taken.verdict)
    if refusal is not None:
        raise refusal
    return taken


def _read(raw: str) -> tuple[Told | None, Verdict]:
    try:
        return Gateway().read(raw), Verdict.PAID
    except SignatureWrong:
        return None, Verdict.SIGNATURE_WRONG
    except CallbackUnreadable:
        return None, Verdict.UNREADABLE


def _take(told: Told, actor: Actor, at: datetime) -> Taken:
    if not told.is_paid:
        return Taken(Verdict.NOT_PAID)
    arrival = Arrival(
        method=Method.GATEWAY,
        transaction=told.transaction,
        amount=told.amount,
        told=told.reference,
        detail=DETAIL,
        made_up=settings.TINHSO_DEMO,
    )
    return take(arrival, actor=actor, at=at)


def _keep(raw: str, told: Told | None, taken: Taken, at: datetime) -> CallbackRow:
    return CallbackRow.objects.create(
        received_at=at,
        digest=sha256(raw.encode(errors="replace")).hexdigest(),
        verdict=taken.verdict,
        told=told.reference if told else "",
        transaction=told.transaction if told else "",
        amount=told.amount if told else None,
    )
