"""Take what gateways and banks tell: each call is kept, each payment entered once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.payments import queries
from tinhso.payments.actions.arriving import Arrival, take
from tinhso.payments.actions.locking import note
from tinhso.payments.models import CallbackRow
from tinhso.payments.providers import BankNotices, Gateway
from tinhso.payments.rules.references import find_reference
from tinhso.payments.types import (
    CallbackContradicts,
    CallbackUnreadable,
    CreditNotice,
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
    told, verdict = _read(lambda: Gateway().read(raw))
    return _taken(
        raw.encode(errors="replace"), Method.GATEWAY, told, verdict, actor, at
    )


def take_notice(*, body: bytes, signature: str, actor: Actor, at: datetime) -> Taken:
    """Take a bank's notice that money came to an account of an agency.

    It is kept and taken as a callback is; the words of the transfer name the bill.

    :raises GatewayOff: if no bank tells us.
    :raises SignatureWrong: if it is not the bank's, or was changed.
    :raises CallbackUnreadable: if it lacks what is needed, or no agency's account.
    :raises CallbackContradicts: if the transaction came before with another amount.
    """
    told, verdict = _read(lambda: _of_an_agency(BankNotices().read(body, signature)))
    return _taken(body, Method.TRANSFER, told, verdict, actor, at)


def _read(
    read: Callable[[], Told],
) -> tuple[Told | None, Verdict]:
    try:
        return read(), Verdict.PAID
    except SignatureWrong:
        return None, Verdict.SIGNATURE_WRONG
    except CallbackUnreadable:
        return None, Verdict.UNREADABLE


def _of_an_agency(notice: CreditNotice) -> Told:
    if not queries.is_collected_at(bank=notice.bank, account=notice.account):
        raise CallbackUnreadable
    return Told(
        reference=find_reference(notice.words) or "",
        transaction=f"{notice.bank}:{notice.transaction}",
        amount=notice.amount,
        is_paid=True,
        detail=f"{notice.bank}:{notice.account}",
    )


def _taken(
    raw: bytes,
    method: Method,
    told: Told | None,
    verdict: Verdict,
    actor: Actor,
    at: datetime,
) -> Taken:
    with transaction.atomic():
        taken = _take(method, told, actor, at) if told else Taken(verdict)
        row = _keep(raw, method, told, taken, at)
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


def _take(method: Method, told: Told, actor: Actor, at: datetime) -> Taken:
    if not told.is_paid:
        return Taken(Verdict.NOT_PAID)
    arrival = Arrival(
        method=method,
        transaction=told.transaction,
        amount=told.amount,
        told=told.reference,
        detail=told.detail or DETAIL,
        made_up=settings.TINHSO_DEMO,
    )
    return take(arrival, actor=actor, at=at)


def _keep(
    raw: bytes, method: Method, told: Told | None, taken: Taken, at: datetime
) -> CallbackRow:
    return CallbackRow.objects.create(
        method=method,
        received_at=at,
        digest=sha256(raw).hexdigest(),
        verdict=taken.verdict,
        told=told.reference if told else "",
        transaction=told.transaction if told else "",
        amount=told.amount if told else None,
    )
